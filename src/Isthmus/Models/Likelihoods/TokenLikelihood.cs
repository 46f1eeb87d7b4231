using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// p(x|z) = prod_t p(x_t | x_before t, z) of a line's tokens with its end, each by a softmax over all V tokens of what a network gives for the tokens before it
/// (lstm, gru, convolution or transformer). The decoder gives the numbers that this network is given for a line: of a recurrent one what its state begins with
/// and what is added to its sums at each step, of others what is added to the embedding at each place. A probability: over all records of T places, lines that
/// end and windows that do not, it sums to 1.
/// </summary>
public sealed class TokenLikelihood : Likelihood
{
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
        [TokenDecoder.Kind, TokenDecoder.Units, TokenDecoder.Embedding, TokenDecoder.Layers, TokenDecoder.Heads, WordDropoutSetting, DropoutSetting],
        context =>
        {
            var lines = context.Schema.Demand<LineSchema>(
                $"The tokens likelihood is for lines of text, and this is {context.Schema}",
                $"leave {OptionNames.Key("likelihood")} out, and the data choose it"
            );
            var dropout = context.Get(DropoutSetting);
            // 0 before the first token, and one more for a token that is hidden.
            var decoder = TokenDecoder.Of(context, lines.Length, lines.Tokens.Count + 2, dropout);
            return new TokenLikelihood(lines.Length, lines.Tokens.Count, decoder, context.Get(WordDropoutSetting), dropout);
        }
    );

    // Numbers of logits at once where no gradient is asked for: 16 MB.
    private const int LogitsAtOnce = 4 << 20;

    [ComponentName(Name = "memory")]
    private readonly TokenDecoder _memory;

    [ComponentName(Name = "output")]
    private readonly MatrixProduct _output;

    private readonly double _wordDropout,
        _dropout;

    /// <summary>Creates the likelihood.</summary>
    /// <param name="length">Most tokens of a line, T.</param>
    /// <param name="tokens">Number of different tokens, V.</param>
    /// <param name="decoder">Network over the tokens before a place, which knows V + 2 of them: 0 before the first, and V + 1 for one that is hidden.</param>
    /// <param name="wordDropout">Fraction of the tokens before a token that are hidden from its prediction in training.</param>
    /// <param name="dropout">Fraction of numbers dropped in training.</param>
    internal TokenLikelihood(int length, int tokens, TokenDecoder decoder, double wordDropout, double dropout)
        : base("tokens", length, decoder.GivenWidth)
    {
        (Tokens, _memory, _wordDropout, _dropout) = (tokens, decoder, wordDropout, dropout);
        _output = MatrixProduct.Linear(decoder.Width, tokens);
        RegisterComponents();
    }

    /// <summary>Number of tokens, V.</summary>
    public int Tokens { get; }

    /// <summary>Network over the tokens before a place.</summary>
    internal TokenDecoder Memory => _memory;

    /// <summary>Linear map from that network's outputs to logits.</summary>
    internal MatrixProduct Output => _output;

    /// <inheritdoc/>
    public override int ParameterWidth => _memory.GivenWidth;

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
        // Lines as they were given, and not in the order of their lengths.
        var places = lines.Places(Dimension);
        for (var i = 0; i < places.Length; i++)
            places[i] += (lines.Order[lines.Rows[i]] - lines.Rows[i]) * Dimension;
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
        var before = tensor(lines.Before(), device: device);
        if (training && _wordDropout > 0)
            before = before.MaskedFill(RandomOperations.Uniform(before.shape, device: device).Below(_wordDropout), Tokens + 1);
        var outputs = _memory.Outputs(lines, before, sorted);
        return nn.functional.cross_entropy(
            Logits(outputs),
            tensor(Array.ConvertAll(lines.Tokens, token => token - 1), device: device),
            reduction: nn.Reduction.None
        );
    }

    private Tensor Logits(Tensor outputs) => _output.call(training && _dropout > 0 ? outputs.DropOut(_dropout) : outputs);

    /// <summary>Returns the state of the network before the first token of lines.</summary>
    /// <param name="parameters">The decoder's output, M x W.</param>
    internal TokenState Begin(Tensor parameters) => _memory.Begin(parameters);

    /// <summary>Returns the state after a token of each line, and the logits of the next, M x V.</summary>
    /// <param name="state">State before the token.</param>
    /// <param name="tokens">Last token of each line, M, int64; 0 before the first.</param>
    internal (TokenState State, Tensor Logits) Next(TokenState state, Tensor tokens)
    {
        var (after, outputs) = _memory.Next(state, tokens);
        return (after, Logits(outputs));
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
            var (after, logits) = Next(state, last);
            last = choose(logits).Plus(1) * open;
            lines.select(1, place).copy_(last);
            open *= last.ne(last.FullLike(TokenVocabulary.End)).to(ScalarType.Int64);
            // What is given for a line is the same before and after, and stays where it is.
            foreach (var kept in (Tensor[])[.. after.Parts.Except(state.Parts), last, open])
                kept.MoveToOuterDisposeScope();
            state = after;
        }
        return lines.view([.. parameters.shape[..^1], Dimension]).MoveToOuterDisposeScope();
    }
}
