using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// The network of RecVAE (Shenbin et al. 2020) for counts: each record is divided by its Euclidean length; every hidden
/// layer adds the outputs of all before it, h_i = norm(silu(W_i h_(i-1) + b_i + h_1 + ... + h_(i-1))). The decoder is one
/// linear map.
/// </summary>
public static class DenselyConnectedNetwork
{
    internal static readonly Setting<int> Width = SettingKinds.Whole("dense-width", 600, "width of the hidden layers", 1, 65536);
    internal static readonly Setting<int> Depth = SettingKinds.Whole("dense-depth", 5, "hidden layers of the encoder", 1, 64);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "dense",
        "densely connected encoder, linear decoder; for counts",
        [Width, Depth],
        _ => Create
    );

    private static EncoderDecoder Create(NetworkContext context) =>
        new(
            new Encoder(context.Part.Schema.Dimension, context.Part.Get(Width), context.Part.Get(Depth), context.HeadWidth),
            MatrixProduct.Linear(context.Part.Latent, (long)context.ParametersPerDimension * context.Part.Schema.Dimension)
        );

    internal sealed class Encoder : nn.Module<Tensor, Tensor>, IBeginsWithProduct
    {
        [ComponentName(Name = "layers")]
        private readonly ModuleList<nn.Module<Tensor, Tensor>> _layers = [];

        [ComponentName(Name = "norms")]
        private readonly ModuleList<nn.Module<Tensor, Tensor>> _norms = [];

        [ComponentName(Name = "output")]
        private readonly MatrixProduct _output;

        public Encoder(int dimension, int width, int depth, int outputs)
            : base("densely_connected")
        {
            for (var i = 0; i < depth; i++)
            {
                _layers.Add(MatrixProduct.Linear(i == 0 ? dimension : width, width));
                _norms.Add(nn.LayerNorm(width, device: NewWeights.Device));
            }
            _output = MatrixProduct.Linear(width, outputs);
            RegisterComponents();
        }

        /// <summary>Linear maps of the hidden layers.</summary>
        public IReadOnlyList<nn.Module<Tensor, Tensor>> Layers => [.. _layers];

        /// <summary>Normalisations of the hidden layers.</summary>
        public IReadOnlyList<nn.Module<Tensor, Tensor>> Norms => [.. _norms];

        /// <summary>Map from the last hidden layer to the head.</summary>
        public MatrixProduct Output => _output;

        public IEnumerable<IKeepsZeros> Before => [new UnitLength()];

        public MatrixProduct First => (MatrixProduct)_layers[0];

        public override Tensor forward(Tensor x) => After(First.call(nn.functional.normalize(x, dim: -1)));

        public Tensor After(Tensor product, Tensor sums) => After(product);

        private Tensor After(Tensor product)
        {
            var hidden = _norms[0].call(nn.functional.silu(product));
            var sum = hidden;
            for (var i = 1; i < _layers.Count; i++)
            {
                hidden = _norms[i].call(nn.functional.silu(_layers[i].call(hidden).Plus(sum)));
                sum = sum.Plus(hidden);
            }
            return _output.call(hidden);
        }
    }
}
