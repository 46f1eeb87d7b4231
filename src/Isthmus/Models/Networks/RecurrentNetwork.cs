using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Networks of lines: a bidirectional long short-term memory over a line's tokens, whose last outputs in both directions give the head (Bowman et al. 2016),
/// and
/// one linear map from the code to what the likelihood's memory starts from and is given at each step. Without an encoder the code says nothing and the decoder
/// is not told it: a language model.
/// </summary>
public static class RecurrentNetwork
{
    internal const string Memory = "lstm",
        None = "none";

    internal static readonly Setting<string> Encoder = SettingKinds.Choice(
        "encoder",
        Memory,
        "encoder of lines: a bidirectional long short-term memory, or none, which makes a language model",
        Memory,
        None
    );
    internal static readonly Setting<int> EncoderUnits = SettingKinds.Whole("encoder-units", 128, "units of the encoder in each direction", 1, 8192);
    internal static readonly Setting<int> EncoderEmbedding = SettingKinds.Whole(
        "encoder-embedding",
        128,
        "numbers in the embedding of a token for the encoder",
        1,
        8192
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Func<NetworkContext, EncoderDecoder>> Part = new(
        "recurrent",
        "long short-term memory; for lines of text",
        [Encoder, EncoderUnits, EncoderEmbedding],
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
            isTold
                ? new LineEncoder(lines.Tokens.Count, part.Get(EncoderEmbedding), part.Get(EncoderUnits), context.HeadWidth)
                : new ConstantEncoder(context.HeadWidth),
            new LineDecoder(
                part.Latent,
                context.ParameterWidth,
                isTold,
                part.Settings.Values.GetValueOrDefault("penalty") == BagOfWordsPenalty.Name ? lines.Tokens.Count : 0
            )
        );
    }

    /// <summary>Bidirectional encoder of lines.</summary>
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

        public LineEncoder(int tokens, int width, int units, int headWidth)
            : base("lines")
        {
            // 0, the tokens, and the one that stands for a masked token.
            _forward = new(tokens + 2, width, units);
            _backward = new(tokens + 2, width, units);
            _head = MatrixProduct.Linear(2 * units, headWidth);
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

        private Tensor Head(Tensor x) => _head.call(cat([Last(_forward, x, reversed: false), Last(_backward, x, reversed: true)], -1));

        private static Tensor Last(RecurrentLayer layer, Tensor x, bool reversed)
        {
            var lines = PackedTokens.Of(x, reversed);
            var none = zeros(lines.Lines, layer.Units, x.dtype, x.device);
            var given = zeros(lines.Lines, 4 * layer.Units, x.dtype, x.device);
            var outputs = layer.Outputs(layer.Inputs(tensor(lines.Tokens, device: x.device), 0), given, none, none, lines.Counts);
            // In the order of the lines: of each the output at its last token.
            var (last, places) = (lines.Last(), new long[lines.Lines]);
            for (var row = 0; row < last.Length; row++)
                places[lines.Order[row]] = Math.Max(0, last[row]);
            return outputs.index_select(0, tensor(places, device: x.device));
        }
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
