using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>
/// Corrupts lines: each token but the end is left out, or replaced by a sign that stands for no token, or changes places with the next, with a probability each
/// (Shen et al. 2020). A line keeps a token at least.
/// </summary>
/// <param name="delete">Probability of leaving out.</param>
/// <param name="mask">Probability of replacing.</param>
/// <param name="swap">Probability of changing places.</param>
/// <param name="sign">Number that stands for a token that is masked.</param>
public sealed class TokenCorruption(double delete, double mask, double swap, int sign) : Corruption
{
    internal static readonly Setting<double> Delete = SettingKinds.Number("token-delete", 0.1, "probability that a token is left out", least: 0, most: 1);
    internal static readonly Setting<double> Mask = SettingKinds.Number("token-mask", 0.1, "probability that a token is hidden", least: 0, most: 1);
    internal static readonly Setting<double> Swap = SettingKinds.Number(
        "token-swap",
        0.1,
        "probability that a token changes places with the next",
        least: 0,
        most: 1
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new(
        "tokens",
        "leaves out, hides and swaps tokens of lines",
        [Delete, Mask, Swap],
        context => new TokenCorruption(
            context.Get(Delete),
            context.Get(Mask),
            context.Get(Swap),
            context
                .Schema.Demand<LineSchema>($"{OptionNames.Value("corruption", "tokens")} is for lines of text, and this is {context.Schema}", "take masking")
                .Tokens.Count + 1
        )
    );

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var drawn = RandomOperations.Uniform([3, .. x.shape]);
        var own = x.detach().cpu().to(ScalarType.Float32).contiguous().clone();
        Span<float> draws = TensorMemory.Of<float>(drawn),
            values = TensorMemory.Of<float>(own);
        var (numbers, width) = (values.Length, (int)x.shape[^1]);
        for (var start = 0; start < numbers; start += width)
        {
            var line = values.Slice(start, width);
            var end = line.IndexOf(0f);
            var length = end < 0 ? width : end;
            // The end stays where it is.
            var inner = length > 0 && line[length - 1] == TokenVocabulary.End ? length - 1 : length;
            for (var i = 0; i + 1 < inner; i++)
                if (draws[2 * numbers + start + i] < swap)
                    (line[i], line[i + 1]) = (line[i + 1], line[i]);
            var kept = 0;
            for (var i = 0; i < length; i++)
            {
                if (i < inner && draws[start + i] < delete && (kept > 0 || i < length - 1))
                    continue;
                line[kept++] = i < inner && draws[numbers + start + i] < mask ? sign : line[i];
            }
            line[kept..].Clear();
        }
        return own.to(x.dtype).to(x.device).MoveToOuterDisposeScope();
    }
}
