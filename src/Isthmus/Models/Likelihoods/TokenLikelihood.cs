using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// p(x|z) = prod_t p(x_t | x_before t, z) of a line's tokens with its end, each by a softmax over all V tokens given a long short-term memory of those before
/// it.
/// The decoder gives 6H numbers for a line: what the memory begins with (outputs and cells, through tanh), and what is added to the sums before its gates at
/// each step. A probability: over all records of T places, lines that end and windows that do not, it sums to 1.
/// </summary>
public sealed class TokenLikelihood : Likelihood
{
    internal static readonly Setting<int> UnitsSetting = SettingKinds.Whole("decoder-units", 256, "units of the memory that predicts the tokens, H", 1, 8192);
    internal static readonly Setting<int> EmbeddingSetting = SettingKinds.Whole(
        "decoder-embedding",
        128,
        "numbers in the embedding of a token for that memory",
        1,
        8192
    );
    internal static readonly Setting<double> WordDropoutSetting = SettingKinds.Number(
        "word-dropout",
        0,
        "fraction of the tokens before a token that are hidden from its prediction in training",
        least: 0,
        most: 1
    );
    internal static readonly Setting<double> DropoutSetting = SettingKinds.Number(
        "token-dropout",
        0.2,
        "fraction of numbers dropped in training, of embeddings and of what the tokens are predicted from",
        least: 0,
        most: 0.95
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new(
        "tokens",
        "tokens of a line, each given those before it; exact, drawn token by token",
        [UnitsSetting, EmbeddingSetting, WordDropoutSetting, DropoutSetting],
        context =>
        {
            var lines = context.Schema.Demand<LineSchema>(
                $"The tokens likelihood is for lines of text, and this is {context.Schema}",
                $"leave {OptionNames.Key("likelihood")} out, and the data choose it"
            );
            return new TokenLikelihood(
                lines.Length,
                lines.Tokens.Count,
                context.Get(UnitsSetting),
                context.Get(EmbeddingSetting),
                context.Get(WordDropoutSetting),
                context.Get(DropoutSetting)
            );
        }
    );

    // Numbers of logits at once where no gradient is asked for: 16 MB.
    private const int LogitsAtOnce = 4 << 20;

    [ComponentName(Name = "memory")]
    private readonly RecurrentLayer _memory;

    [ComponentName(Name = "output")]
    private readonly MatrixProduct _output;

    private readonly double _wordDropout,
        _dropout;

    /// <summary>Creates the likelihood.</summary>
    /// <param name="length">Places of a record, T.</param>
    /// <param name="tokens">Number of tokens, V.</param>
    /// <param name="units">H.</param>
    /// <param name="embedding">Numbers in a token's embedding.</param>
    /// <param name="wordDropout">Fraction of known tokens hidden in training.</param>
    /// <param name="dropout">Fraction of numbers dropped in training.</param>
    public TokenLikelihood(int length, int tokens, int units, int embedding, double wordDropout, double dropout)
        : base("tokens", length, 4 * units)
    {
        (Tokens, Units, _wordDropout, _dropout) = (tokens, units, wordDropout, dropout);
        // 0 before the first token, and one more for a token that is hidden.
        _memory = new(tokens + 2, embedding, units);
        _output = MatrixProduct.Linear(units, tokens);
        RegisterComponents();
    }

    /// <summary>Number of tokens, V.</summary>
    public int Tokens { get; }

    /// <summary>Units of the memory, H.</summary>
    public int Units { get; }

    /// <inheritdoc/>
    public override int ParameterWidth => 6 * Units;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters)
    {
        var lead = parameters.shape[..^1];
        var (lines, rows) = (x.expand([.. lead, Dimension]).reshape(-1, Dimension), parameters.reshape(-1, ParameterWidth));
        if (is_grad_enabled())
            return -Sums(lines, rows).view(lead);
        var parts = PackedTokens
            .Runs(lines, Math.Max(1, LogitsAtOnce / Tokens))
            .Select(run =>
            {
                using var scope = NewDisposeScope();
                return Sums(lines.narrow(0, run.First, run.Count), rows.narrow(0, run.First, run.Count)).MoveToOuterDisposeScope();
            });
        return -cat([.. parts], 0).view(lead);
    }

    /// <summary>Returns -ln p of each token given those before it, nats, M x T; 0 after the end.</summary>
    public Tensor TokenNats(Tensor x, Tensor parameters)
    {
        var lines = PackedTokens.Of(x);
        var nats = Nats(lines, parameters);
        var places = new long[lines.Tokens.Length];
        for (int step = 0, at = 0; step < lines.Counts.Length; step++)
            for (var row = 0; row < lines.Counts[step]; row++, at++)
                places[at] = (long)lines.Order[row] * Dimension + step;
        return zeros(x.shape[0] * Dimension, nats.dtype, nats.device).index_copy(0, tensor(places, device: nats.device), nats).view(x.shape);
    }

    private Tensor Sums(Tensor x, Tensor parameters)
    {
        var lines = PackedTokens.Of(x);
        var nats = Nats(lines, parameters);
        var owners = Array.ConvertAll(lines.Rows, row => (long)lines.Order[row]);
        return zeros(x.shape[0], nats.dtype, nats.device).IndexAdd(0, tensor(owners, device: nats.device), nats, 1);
    }

    /// <summary>Returns -ln p of all tokens in their packed order, P.</summary>
    private Tensor Nats(PackedTokens lines, Tensor parameters)
    {
        var device = parameters.device;
        var sorted = parameters.index_select(0, tensor(Array.ConvertAll(lines.Order, line => (long)line), device: device));
        var (hidden, cells, given) = Start(sorted);
        var before = tensor(lines.Before(), device: device);
        if (training && _wordDropout > 0)
            before = before.MaskedFill(RandomOperations.Uniform(before.shape, device: device).Below(_wordDropout), Tokens + 1);
        var outputs = _memory.Outputs(_memory.Inputs(before, _dropout), given, hidden, cells, lines.Counts);
        return nn.functional.cross_entropy(
            Logits(outputs),
            tensor(Array.ConvertAll(lines.Tokens, token => token - 1), device: device),
            reduction: nn.Reduction.None
        );
    }

    private Tensor Logits(Tensor outputs) => _output.call(training && _dropout > 0 ? outputs.DropOut(_dropout) : outputs);

    private (Tensor Hidden, Tensor Cells, Tensor Given) Start(Tensor parameters) =>
        (parameters.narrow(-1, 0, Units).tanh(), parameters.narrow(-1, Units, Units).tanh(), parameters.narrow(-1, 2 * Units, 4 * Units));

    /// <summary>Returns the state of the memory before the first token of lines.</summary>
    /// <param name="parameters">The decoder's output, M x 6H.</param>
    internal TokenState Begin(Tensor parameters)
    {
        var (hidden, cells, given) = Start(parameters);
        return new(hidden, cells, given);
    }

    /// <summary>Returns the state after a token of each line, and the logits of the next, M x V.</summary>
    /// <param name="state">State before the token.</param>
    /// <param name="tokens">Last token of each line, M, int64; 0 before the first.</param>
    internal (TokenState State, Tensor Logits) Next(TokenState state, Tensor tokens)
    {
        var (hidden, cells) = _memory.Step(_memory.Inputs(tokens, 0), state.Given, state.Hidden, state.Cells);
        return (state with { Hidden = hidden, Cells = cells }, Logits(hidden));
    }

    /// <summary>Returns the most likely line token by token: a line has no mean.</summary>
    public override Tensor Mean(Tensor parameters) => Mode(parameters);

    /// <summary>Returns, token by token, the most likely one given those before it. Greedy: another line may be more likely as a whole.</summary>
    public override Tensor Mode(Tensor parameters) => TokenByToken(parameters, logits => logits.argmax(-1));

    /// <inheritdoc/>
    // Gumbel-max, as CategoricalLikelihood draws.
    public override Tensor Sample(Tensor parameters) =>
        TokenByToken(parameters, logits => logits.Plus(-(-logits.UniformLike().ClampMin(1e-20).log()).log()).argmax(-1));

    /// <summary>Returns lines of which each token is chosen by its logits, M x T.</summary>
    internal Tensor TokenByToken(Tensor parameters, Func<Tensor, Tensor> choose)
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var rows = parameters.reshape(-1, ParameterWidth);
        var (state, last) = (Begin(rows), zeros(rows.shape[0], ScalarType.Int64, rows.device));
        var (lines, open) = (zeros(rows.shape[0], Dimension, rows.dtype, rows.device), ones(rows.shape[0], ScalarType.Int64, rows.device));
        for (var place = 0; place < Dimension && open.any().item<bool>(); place++)
        {
            using var scope = NewDisposeScope();
            (state, var logits) = Next(state, last);
            last = choose(logits).Plus(1) * open;
            lines.select(1, place).copy_(last);
            open *= last.ne(last.FullLike(TokenVocabulary.End)).to(ScalarType.Int64);
            foreach (var kept in (Tensor[])[state.Hidden, state.Cells, last, open])
                kept.MoveToOuterDisposeScope();
        }
        return lines.view([.. parameters.shape[..^1], Dimension]).MoveToOuterDisposeScope();
    }
}

/// <summary>State of the memory of lines: outputs and cells, M x H, and what is added to its sums at each step, M x 4H.</summary>
internal sealed record TokenState(Tensor Hidden, Tensor Cells, Tensor Given)
{
    /// <summary>Returns the states of some lines.</summary>
    public TokenState Select(Tensor rows) => new(Hidden.index_select(0, rows), Cells.index_select(0, rows), Given.index_select(0, rows));
}
