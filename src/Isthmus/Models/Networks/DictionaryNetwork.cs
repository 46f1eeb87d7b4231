using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// The two linear maps of a dictionary learned for interpretability (Bricken et al. 2023, Gao et al. 2024): head = W (x - b) + c and
/// mean = D z + b. Each column of D, what one unit of the code writes, has length 1: D is a free matrix divided by its columns'
/// lengths, so no step can leave that. W begins as D', b and c at 0, the mean of standardised columns. Where targets are predicted (transcoder, Dunefsky et
/// al. 2024) b is of another space: head = W x + c, and W begins at random.
/// </summary>
public static class DictionaryNetwork
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "dictionary",
        "one linear map each way, what each unit writes of length 1; for vectors",
        [],
        _ => Create
    );

    private static EncoderDecoder Create(NetworkContext context)
    {
        var schema = context.Part.Schema.Demand<VectorSchema>(
            $"{OptionNames.Value("net", "dictionary")} is for vectors, and this is {context.Part.Schema}",
            $"give a table, .npy or .npz of numbers, or take {OptionNames.Give("net", "mlp")}"
        );
        var decoder = new Decoder(context.Part.Latent, context.ParameterWidth);
        return new(new Encoder(schema.Input.Dimension, context.HeadWidth, schema.Targets == 0 ? decoder : null), decoder);
    }

    internal sealed class Encoder : nn.Module<Tensor, Tensor>
    {
        private readonly int _dimension;
        private readonly Func<Tensor>? _centre;

        [ComponentName(Name = "linear")]
        private readonly Linear _linear;

        public Encoder(int dimension, int outputs, Decoder? decoder)
            : base("dictionary_encoder")
        {
            // The centre is the decoder's to move and to keep; a function is no component.
            (_dimension, _centre) = (dimension, decoder is null ? null : () => decoder.Bias);
            _linear = SeededLayers.Linear(dimension, outputs);
            RegisterComponents();
            using var noGradient = no_grad();
            nn.init.zeros_(_linear.bias!);
            if (decoder is null)
                return;
            using var columns = decoder.Columns();
            if (_linear.weight!.shape.SequenceEqual([columns.shape[1], columns.shape[0]]))
                _linear.weight.copy_(columns.t());
        }

        /// <summary>W and c.</summary>
        public Linear Linear => _linear;

        /// <summary>Returns b, taken from a record first; null where targets are predicted.</summary>
        public Tensor? Centre() => _centre?.Invoke().narrow(0, 0, _dimension);

        public override Tensor forward(Tensor x) => _linear.call(Centre() is { } centre ? x - centre : x.narrow(-1, 0, _dimension));
    }

    internal sealed class Decoder : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight;

        [ComponentName(Name = "bias")]
        private readonly Parameter _bias;

        public Decoder(int latent, int outputs)
            : base("dictionary_decoder")
        {
            // Parts outlive the scope that a model is built in.
            _weight = new Parameter(RandomOperations.Normal([outputs, latent], device: NewWeights.Device).DetachFromDisposeScope());
            _bias = new Parameter(zeros(outputs, device: NewWeights.Device).DetachFromDisposeScope());
            RegisterComponents();
        }

        public Tensor Bias => _bias;

        /// <summary>Returns D, outputs x latent.</summary>
        public Tensor Columns() => nn.functional.normalize(_weight, dim: 0);

        public override Tensor forward(Tensor z) => nn.functional.linear(z, Columns(), _bias);
    }
}
