using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Fully connected layers from a document's counts to its code, and a <see cref="TopicDecoder"/> back. A document without
/// words has the head 0: its posterior is the prior, N(0, I), and costs nothing.
/// </summary>
public static class TopicNetwork
{
    /// <summary>Kind of decoder, from topics to words.</summary>
    internal static readonly Setting<string> Decoder = SettingKinds.Choice(
        "topic-decoder",
        "product",
        "how topics make words: logits linear in the code, a normalised product of experts, or a mixture of embedded topics",
        "linear",
        "product",
        "embedded"
    );
    internal static readonly Setting<string> Input = SettingKinds.Choice(
        "counts",
        "log",
        "input of the encoder for a count n: n, ln(1 + n), or n divided by the length of the document",
        "as-is",
        "log",
        "share"
    );

    /// <summary>Normalisation of the head.</summary>
    internal static readonly Setting<string> HeadNormalisation = SettingKinds.Choice(
        "head-norm",
        "none",
        "normalisation of the encoder's output",
        "none",
        "batch"
    );
    internal static readonly Setting<double> Dirichlet = SettingKinds.Number(
        "dirichlet",
        1,
        "concentration of the Dirichlet prior over topic proportions; small values give few topics a document",
        least: 1e-3,
        most: 1e3
    );
    internal static readonly Setting<double> TopicDropout = SettingKinds.Number(
        "topic-dropout",
        0,
        "fraction of topics dropped in training (topic-decoder=product)",
        least: 0,
        most: 0.95
    );
    internal static readonly Setting<int> Embedding = SettingKinds.Whole(
        "embedding",
        300,
        "width of word and topic embeddings (topic-decoder=embedded)",
        1,
        65536
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "topics",
        "fully connected encoder, a decoder of topics; for documents",
        [
            MlpNetwork.Hidden,
            MlpNetwork.Activation,
            MlpNetwork.Normalisation,
            MlpNetwork.Dropout,
            Input,
            HeadNormalisation,
            Decoder,
            Dirichlet,
            TopicDropout,
            Embedding,
        ],
        _ => Create
    );

    private static EncoderDecoder Create(NetworkContext context)
    {
        var part = context.Part;
        var words = part
            .Schema.Demand<CountSchema>(
                $"{OptionNames.Value("net", "topics")} is for counts of words, and this is {part.Schema}",
                $"take {OptionNames.Give("net", "mlp")}"
            )
            .Dimension;
        var scale = Math.Sqrt((1 - 1.0 / part.Latent) / part.Get(Dirichlet));
        TopicDecoder decoder = part.Get(Decoder) switch
        {
            "linear" => new LinearTopics(part.Latent, words),
            "product" => new ProductOfTopics(part.Latent, words, scale, part.Get(TopicDropout)),
            _ => new EmbeddedTopics(part.Latent, words, part.Get(Embedding), scale),
        };
        var layers = MlpNetwork.Layers([words, .. SettingKinds.ParseWidths(part.Get(MlpNetwork.Hidden))], context.HeadWidth, part.Settings);
        return new(new Encoder(part.Get(Input), layers, part.Get(HeadNormalisation) == "batch" ? UnitScale(context.HeadWidth) : null), decoder);
    }

    /// <summary>Creates normalisation over the batch with a learned shift; its scale stays 1.</summary>
    internal static BatchNormalisation UnitScale(int units)
    {
        var norm = new BatchNormalisation(units);
        norm.weight!.requires_grad = false;
        return norm;
    }

    /// <summary>Transformation of a count before the encoder.</summary>
    internal sealed class Seen(string input) : IKeepsZeros
    {
        /// <summary>Name of the transformation: as-is, log or share.</summary>
        public string Name => input;

        public Tensor Of(Tensor x, Tensor words) =>
            input switch
            {
                "log" => x.log1p(),
                "share" => x / words.ClampMin(1),
                _ => x,
            };

        public void Apply(Span<float> values)
        {
            var words = 0f;
            foreach (var value in values)
                words += value;
            foreach (ref var value in values)
                value = input switch
                {
                    "log" => float.LogP1(value),
                    "share" => value / Math.Max(words, 1),
                    _ => value,
                };
        }
    }

    internal sealed class Encoder : nn.Module<Tensor, Tensor>, IBeginsWithProduct
    {
        private readonly Seen _seen;

        [ComponentName(Name = "layers")]
        private readonly Sequential _layers;

        [ComponentName(Name = "norm")]
        private readonly BatchNormalisation? _norm;

        public Encoder(string input, Sequential layers, BatchNormalisation? norm)
            : base("documents")
        {
            (_seen, _layers, _norm) = (new(input), layers, norm);
            RegisterComponents();
        }

        /// <summary>Transformation of the counts.</summary>
        public Seen Counts => _seen;

        /// <summary>Layers from there to the head.</summary>
        public Sequential Layers => _layers;

        /// <summary>Normalisation of the head; null for none.</summary>
        public BatchNormalisation? Norm => _norm;

        public IEnumerable<IKeepsZeros> Before => [_seen];

        public MatrixProduct First => (MatrixProduct)_layers[0];

        public override Tensor forward(Tensor x)
        {
            var words = x.sum(-1, keepdim: true);
            return After(First.call(_seen.Of(x, words)), words);
        }

        public Tensor After(Tensor product, Tensor sums)
        {
            var head = product;
            for (var i = 1; i < _layers.Count; i++)
                head = _layers[i].call(head);
            return (_norm?.call(head) ?? head) * sums.Above(0);
        }
    }
}
