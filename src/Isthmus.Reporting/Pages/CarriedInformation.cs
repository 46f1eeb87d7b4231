using Isthmus.Evaluation;
using Isthmus.Models.Primitives;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// Part of a code's cost that tells records apart, in words: the rate is the cost of a code, I(X;Z) the information that it carries, known by bounds.
/// </summary>
/// <param name="Bits">"9.8 to 15.9", "0.21" where both bounds are the same within their errors, "at most 0.24" where only the one from above says
/// anything.</param>
/// <param name="Bounds">The bounds with their standard errors.</param>
internal sealed record CarriedInformation(string Bits, string Bounds)
{
    /// <summary>Returns the description for an evaluation; null if no bound is known but the rate itself.</summary>
    public static CarriedInformation? Of(EvaluationReport evaluation)
    {
        if (evaluation.Information is not { UpperBound.Bits: { } upper, LowerBound.Bits: { } lower })
            return null;
        var error = Math.Max(upper.StandardError ?? 0, lower.StandardError ?? 0);
        var most = NumberText.Of(upper.Value, 3);
        // A bound from below that is within its error of 0 says nothing.
        var bits =
            upper.Value == 0 ? "0"
            : lower.Value <= 2 * error ? $"at most {most}"
            : upper.Value - lower.Value <= error ? most
            : $"{NumberText.Of(lower.Value, 3)} to {most}";
        return new(
            bits,
            $"at least {With(lower)} (InfoNCE{(lower.StandardError is null && lower.Value > 0 ? ", all that so few records can show" : "")}) and at most "
                + $"{With(upper)}"
        );

        static string With(Figure figure) => NumberText.Of(figure.Value, figure.StandardError);
    }
}
