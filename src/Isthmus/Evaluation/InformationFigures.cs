using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>
/// Information of the code about the record, I(X;Z), bounded from both sides, and the distribution of all codes together. For models with a prior; an estimate
/// below 0 is shown as 0.
/// </summary>
public sealed class InformationFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    internal InformationFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>
    /// I(X;Z) at most: the least of the rate, the rate less a lower bound on KL(q(z) || p(z)) (Hoffman and Johnson 2016), and H(X) where the source's entropy
    /// is
    /// known. Null for models without a prior, and for a model with a corruption unless q(z|x) is a diagonal Gaussian.
    /// </summary>
    public InformationFigure? UpperBound => _figures.Information("information_upper");

    /// <summary>
    /// I(X;Z) at least: InfoNCE with the model's own q(z|x), which cannot exceed the logarithm of the records (Poole et al. 2019). Null unless q(z|x) is a
    /// diagonal Gaussian.
    /// </summary>
    public InformationFigure? LowerBound => _figures.Information("information_lower");

    /// <summary>KL(q(z) || p(z)) of all codes together from the prior, at least. Null where <see cref="LowerBound"/> is.</summary>
    public InformationFigure? AggregatedDivergence => _figures.Information("aggregated_kl");

    /// <summary>Total correlation of all codes, KL(q(z) || prod q(z_j)), at least. Null where <see cref="LowerBound"/> is.</summary>
    public InformationFigure? TotalCorrelationLowerBound => _figures.Information("total_correlation_lower");

    /// <summary>Total correlation of all codes, at most. Null where <see cref="LowerBound"/> is.</summary>
    public InformationFigure? TotalCorrelationUpperBound => _figures.Information("total_correlation_upper");

    /// <summary>
    /// Computes bounds on I(X;Z), the divergence of all codes from the prior and their total correlation; from the rate alone if q(z|x) is no diagonal
    /// Gaussian.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Records on the model's scale.</param>
    /// <param name="rate">KL(q(z|x) || p(z)) of these records' codes, nats; null where it is known of codes of corrupted records only, which are
    /// others.</param>
    /// <param name="options">Seed and device.</param>
    internal static IEnumerable<Figure> Of(Autoencoder model, Dataset data, Estimate? rate, EvaluationOptions options)
    {
        if (!model.Bottleneck.IsVariational)
            yield break;
        var all = AggregatedPosterior.Of(model, data, options.Seed, options.Device);
        // Both are bounds: the rate is one as it stands, the other is the rate less the divergence of all codes from the prior.
        var upper = all is { InformationUpper.Estimate: var other } && !(other.Value > rate?.Value) ? other : rate;
        // No code carries more than there is.
        var entropy = ShapesSource.EntropyOf(data.Name);
        var isWhole = entropy < (upper?.Value ?? double.PositiveInfinity);
        if (isWhole)
            upper = new(entropy!.Value, double.NaN);
        if (upper is { } most)
            foreach (
                var figure in InNatsAndBits(
                    "information_upper",
                    $"Code carries: I(X;Z), at most{(isWhole ? " (all that the source holds)" : all is null ? " (the rate)" : "")}",
                    most
                )
            )
                yield return figure;
        if (all is null)
            yield break;
        // Where every code tells its record from all others, the bound stands at ln n, and its error says nothing of I(X;Z).
        // Both are means of the same records: where chance took the lower one above the other, it says as much.
        var lower = all.InformationLower.Estimate is var own && upper is { } least && own.Value > least.Value ? own with { Value = least.Value } : own;
        var isFull = Math.Log(all.InformationLower.Count) - lower.Value < 1e-3;
        foreach (
            var figure in InNatsAndBits(
                "information_lower",
                $"Code carries: I(X;Z), at least (InfoNCE{(isFull ? $": all that {all.InformationLower.Count:N0} records can show" : "")})",
                isFull ? lower with { StandardError = double.NaN } : lower
            )
        )
            yield return figure;
        yield return new("aggregated_kl_nats", "KL(q(z) || p(z)) of all codes together, at least", "nats", all.Divergence.Estimate.AtLeastZero());
        yield return new("total_correlation_lower_nats", "Total correlation of all codes, at least", "nats", all.CorrelationLower.Estimate.AtLeastZero());
        yield return new("total_correlation_upper_nats", "Total correlation of all codes, at most", "nats", all.CorrelationUpper.Estimate.AtLeastZero());
    }

    // Densities of codes in float32 are no nearer to the truth than this.
    private const double Rounding = 1e-4;

    /// <summary>Returns an information as two figures; an estimate below 0 as 0.</summary>
    private static IEnumerable<Figure> InNatsAndBits(string key, string title, Estimate nats)
    {
        var shown = nats.Value < Rounding && !(nats.StandardError > Rounding) ? new(0, double.NaN) : nats.AtLeastZero();
        return [new($"{key}_nats", title, "nats", shown), new($"{key}_bits", title, "bits", InformationUnits.NatsToBits(shown))];
    }
}
