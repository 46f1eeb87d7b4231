using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Lines;

/// <summary>Choice of a line's tokens given its code, one after another. Immutable; safe to use from several threads.</summary>
public sealed record LineDecodingOptions
{
    /// <summary>True to take the most likely token each time. Default false: tokens are drawn.</summary>
    public bool IsGreedy { get; init; }

    /// <summary>Factor that logits are divided by before a draw; below 1 likely tokens become likelier. Above 0; default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Number of most likely tokens that one is drawn among. At least 1; default null: all (Fan et al. 2018).</summary>
    public int? TopK { get; init; }

    /// <summary>Probability of the most likely tokens that one is drawn among. Above 0, at most 1; default 1 (Holtzman et al. 2020).</summary>
    public double Nucleus { get; init; } = 1;

    /// <summary>
    /// Number of lines followed at once to find the most likely whole line. At least 1; default null: none, tokens are drawn or taken greedily.
    /// </summary>
    public int? Beam { get; init; }

    /// <summary>Throws unless every option can be used.</summary>
    /// <exception cref="InvalidInputException">One cannot.</exception>
    internal LineDecodingOptions Checked() =>
        !(Temperature > 0) || !double.IsFinite(Temperature) ? throw Refused($"A temperature of {Temperature}", "give a number above 0, such as 0.8")
        : TopK < 1 ? throw Refused($"A choice among {TopK} tokens", "give 1 or more")
        : !(Nucleus is > 0 and <= 1) ? throw Refused($"A nucleus of {Nucleus}", "give a probability above 0 and at most 1, such as 0.9")
        : Beam < 1 ? throw Refused($"A beam of {Beam} lines", "give 1 or more")
        : this;

    private static InvalidInputException Refused(Wording subject, Wording remedy) => new(subject, "cannot be used", remedy);
}

/// <summary>Makes lines of codes: greedily, by draws, or by a beam.</summary>
internal static class LineDecoding
{
    /// <summary>Returns the tokens of lines, up to the end of each and with it.</summary>
    public static IReadOnlyList<int[]> Tokens(Tensor lines)
    {
        using var own = lines.detach().cpu().to(ScalarType.Float32).contiguous();
        return
        [
            .. own.data<float>()
                .ToArray()
                .Chunk((int)lines.shape[^1])
                .Select(line => (int[])[.. line.TakeWhile(token => token != 0).Select(token => (int)token)]),
        ];
    }

    /// <summary>Returns the texts of lines.</summary>
    public static IReadOnlyList<string> Texts(TokenVocabulary tokens, Tensor lines) => [.. Tokens(lines).Select(line => tokens.TextOf(line))];

    /// <summary>Returns a line for each code.</summary>
    /// <param name="model">A model of lines.</param>
    /// <param name="z">Codes, M x L.</param>
    /// <param name="options">How tokens are chosen. Draws come from the stream of the call.</param>
    public static IReadOnlyList<string> Texts(TrainedModel model, Tensor z, LineDecodingOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (likelihood, tokens) = ((TokenLikelihood)model.Network.Likelihood, ((LineSchema)model.Specification.Schema).Tokens);
        var parameters = model.Network.Decode(z);
        if (options.Checked().Beam is { } width)
            return [.. Enumerable.Range(0, (int)z.shape[0]).Select(row => tokens.TextOf(Likeliest(likelihood, parameters.narrow(0, row, 1), width)))];
        return Texts(tokens, options.IsGreedy ? likelihood.Mode(parameters) : likelihood.TokenByToken(parameters, logits => Drawn(logits, options)));
    }

    private static Tensor Drawn(Tensor logits, LineDecodingOptions options)
    {
        var tempered = logits.Over(options.Temperature);
        if (options.TopK is { } most && most < logits.shape[1])
            tempered = tempered.MaskedFill(tempered.lt(tempered.topk((int)most, -1).values.narrow(-1, most - 1, 1)), double.NegativeInfinity);
        if (options.Nucleus < 1)
        {
            var (sorted, places) = tempered.sort(-1, descending: true);
            var probabilities = sorted.softmax(-1);
            // A token stays if those before it have less than the nucleus: the likeliest always does.
            var outside = probabilities.cumsum(-1).Plus(-probabilities).AtLeast(options.Nucleus);
            tempered = tempered.MaskedFill(zeros_like(outside).scatter(-1, places, outside), double.NegativeInfinity);
        }
        return tempered.Plus(-(-tempered.UniformLike().ClampMin(1e-20).log()).log()).argmax(-1);
    }

    /// <summary>Follows the likeliest beginnings of a line, so many at once, until no open one can become likelier than the likeliest that has ended.</summary>
    private static int[] Likeliest(TokenLikelihood likelihood, Tensor parameters, int width)
    {
        var state = likelihood.Begin(parameters);
        List<(int[] Tokens, double LogProbability)> open = [([], 0)];
        (int[] Tokens, double LogProbability) best = ([], double.NegativeInfinity);
        for (var place = 0; place < likelihood.Dimension && open.Count > 0; place++)
        {
            using var last = tensor([.. open.Select(line => line.Tokens.Length == 0 ? 0L : line.Tokens[^1])], device: parameters.device);
            (state, var logits) = likelihood.Next(state, last);
            var (values, tokens) = logits.log_softmax(-1).topk((int)Math.Min(width + 1, logits.shape[1]), -1);
            var (logs, ids, across) = (values.cpu().data<float>().ToArray(), tokens.cpu().data<long>().ToArray(), (int)values.shape[1]);
            var next = open.SelectMany(
                    (line, row) =>
                        Enumerable
                            .Range(row * across, across)
                            .Select(i => (Row: row, Tokens: (int[])[.. line.Tokens, (int)ids[i] + 1], LogProbability: line.LogProbability + logs[i]))
                )
                .OrderByDescending(line => line.LogProbability)
                .ToArray();
            foreach (var line in next.Where(line => line.Tokens[^1] == TokenVocabulary.End || place == likelihood.Dimension - 1).Take(1))
                if (line.LogProbability > best.LogProbability)
                    best = (line.Tokens, line.LogProbability);
            // Probabilities only fall from here on.
            var kept = next.Where(line => line.Tokens[^1] != TokenVocabulary.End && line.LogProbability > best.LogProbability).Take(width).ToArray();
            open = [.. kept.Select(line => (line.Tokens, line.LogProbability))];
            if (kept.Length > 0)
                state = state.Select(tensor([.. kept.Select(line => (long)line.Row)], device: parameters.device));
        }
        return best.Tokens;
    }
}
