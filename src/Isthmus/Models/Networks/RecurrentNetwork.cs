using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Networks of lines: an encoder over a line's tokens, a recurrent one in both directions (Bowman et al. 2016) or a transformer, and one linear map from the
/// code to what the likelihood's network is given for a line. Without an encoder the code says nothing and the decoder is not told it: a language model.
/// </summary>
public static class RecurrentNetwork
{
    internal const string None = "none";

    internal static readonly Setting<string> Encoder = SettingKinds.Choice(
        "encoder",
        TokenDecoder.Lstm,
        "encoder of lines: a long short-term memory or gated recurrent units in both directions, a transformer, or none, which makes a language model",
        TokenDecoder.Lstm,
        TokenDecoder.Gru,
        TokenDecoder.Transformer,
        None
    );
    internal static readonly Setting<int> EncoderUnits = SettingKinds.Whole(
        "encoder-units",
        128,
        "units of the encoder, of a recurrent one in each direction",
        1,
        8192
    );
    internal static readonly Setting<int> EncoderEmbedding = SettingKinds.Whole(
        "encoder-embedding",
        128,
        "numbers in the embedding of a token for the encoder (lstm, gru)",
        1,
        8192
    );
    internal static readonly Setting<int> EncoderLayers = SettingKinds.Whole("encoder-layers", 2, "layers of the encoder (transformer)", 1, 64);
    internal static readonly Setting<int> EncoderHeads = SettingKinds.Whole(
        "encoder-heads",
        4,
        "attention heads of a layer of the encoder (transformer); they divide the units",
        1,
        256
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "recurrent",
        "networks over the tokens of lines of text",
        [Encoder, EncoderUnits, EncoderEmbedding, EncoderLayers, EncoderHeads],
        _ => Create
    );

    private static EncoderDecoder Create(NetworkContext context)
    {
        var part = context.Part;
        var lines = part.Schema.Demand<LineSchema>(
            $"{OptionNames.Value("net", "recurrent")} is for lines of text, and this is {part.Schema}",
            $"take {OptionNames.Give("net", "mlp")}"
        );
        var isTold = part.Get(Encoder) != None;
        return new(
            EncoderOf(context, lines),
            new LineDecoder(
                part.Latent,
                context.ParameterWidth,
                isTold,
                part.Settings.Values.GetValueOrDefault("penalty") == BagOfWordsPenalty.Name ? lines.Tokens.Count : 0
            )
        );
    }

    private static nn.Module<Tensor, Tensor> EncoderOf(NetworkContext context, LineSchema lines)
    {
        var (part, units) = (context.Part, context.Part.Get(EncoderUnits));
        // 0, the tokens, and the one that stands for a masked token.
        var tokens = lines.Tokens.Count + 2;
        var kind = part.Get(Encoder);
        return kind switch
        {
            None => new ConstantEncoder(context.HeadWidth),
            TokenDecoder.Transformer => new LineTransformer(
                lines.Length,
                tokens,
                units,
                part.Get(EncoderLayers),
                AttentionBlock.CheckedHeads(EncoderHeads, part.Get(EncoderHeads), units),
                context.HeadWidth
            ),
            _ => new LineEncoder(() => Layer(kind, tokens, part.Get(EncoderEmbedding), units), context.HeadWidth),
        };
    }

    private static RecurrentLayer Layer(string kind, int tokens, int width, int units) =>
        kind == TokenDecoder.Gru ? new GruLayer(tokens, width, units) : new LstmLayer(tokens, width, units);

    /// <summary>Bidirectional encoder of lines: the head is linear in the last outputs of both directions.</summary>
    internal sealed class LineEncoder : nn.Module<Tensor, Tensor>
    {
        // Tokens at once where no gradient is asked for: about 64 MB of gates.
        private const int TokensAtOnce = 16_384;

        [ComponentName(Name = "forward")]
        private readonly RecurrentLayer _forward;

        [ComponentName(Name = "backward")]
        private readonly RecurrentLayer _backward;

        [ComponentName(Name = "head")]
        private readonly MatrixProduct _head;

        public LineEncoder(Func<RecurrentLayer> layer, int headWidth)
            : base("lines")
        {
            (_forward, _backward) = (layer(), layer());
            _head = MatrixProduct.Linear(2 * _forward.Width, headWidth);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            if (is_grad_enabled())
                return Head(x);
            var parts = PackedTokens
                .Runs(x, TokensAtOnce)
                .Select(run =>
                {
                    using var scope = NewDisposeScope();
                    return Head(x.narrow(0, run.First, run.Count)).MoveToOuterDisposeScope();
                });
            return cat([.. parts], 0);
        }

        private Tensor Head(Tensor x) => _head.call(cat([_forward.Last(x, reversed: false), _backward.Last(x, reversed: true)], -1));
    }

    /// <summary>No encoder: the same head for every line.</summary>
    internal sealed class ConstantEncoder(int headWidth) : nn.Module<Tensor, Tensor>("none")
    {
        public override Tensor forward(Tensor x) => zeros(x.shape[0], headWidth, x.dtype, x.device);
    }

    /// <summary>Linear map from the code to the likelihood's parameters; without a code, numbers that are learnt.</summary>
    internal sealed class LineDecoder : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "code")]
        private readonly MatrixProduct _code;

        [ComponentName(Name = "bag")]
        private readonly MatrixProduct? _bag;

        private readonly bool _isTold;

        public LineDecoder(int latent, int width, bool isTold, int bag)
            : base("lines")
        {
            _isTold = isTold;
            _code = MatrixProduct.Linear(latent, width);
            _bag = bag > 0 ? MatrixProduct.Linear(latent, bag) : null;
            if (!isTold)
                _code.Weight.requires_grad = false;
            RegisterComponents();
        }

        public override Tensor forward(Tensor z) => _isTold ? _code.call(z) : _code.Bias.unsqueeze(0).expand(z.shape[0], -1);

        /// <summary>Returns logits of a line's tokens in any order, N x V; null if none are predicted so.</summary>
        public Tensor? Bag(Tensor z) => _bag?.call(z);
    }
}
