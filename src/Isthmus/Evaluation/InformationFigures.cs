using Isthmus.Data;
using Isthmus.Information;
using Isthmus.Models;

namespace Isthmus.Evaluation;

/// <summary>What the code knows of the record, bounded from both sides, and what all codes together look like: figures of models with a prior.</summary>
internal static class InformationFigures
{
    /// <summary>Bounds on I(X;Z), the divergence of all codes from the prior and their total correlation; from the rate alone where q(z|x) is no diagonal Gaussian.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Records on the model's scale.</param>
    /// <param name="rate">KL(q(z|x) || p(z)), nats.</param>
    /// <param name="options">Seed and device.</param>
    public static IEnumerable<Figure> Of(Autoencoder model, Dataset data, Estimate rate, EvaluationOptions options)
    {
        if (!model.Bottleneck.IsVariational)
            yield break;
        var all = AggregatedPosterior.Of(model, data, options.Seed, options.Device);
        // Both are bounds: the rate is one as it stands, the other is the rate less the divergence of all codes from the prior.
        var upper = all is { InformationUpper.Estimate: var other } && other.Value < rate.Value ? other : rate;
        yield return new("information_upper_nats", "I(X;Z), at most", "nats", upper);
        yield return new("information_upper_bits", "I(X;Z), at most", "bits", InformationUnits.NatsToBits(upper));
        if (all is null)
            yield break;
        // Where every code tells its record from all others, the bound stands at ln n, and its error says nothing of I(X;Z).
        var lower = all.InformationLower.Estimate;
        var isFull = Math.Log(all.InformationLower.Count) - lower.Value < 1e-3;
        var (title, shown) = isFull ? ($"I(X;Z), at least (InfoNCE: all that {all.InformationLower.Count:N0} records can show)", lower with { StandardError = double.NaN }) : ("I(X;Z), at least (InfoNCE)", lower);
        yield return new("information_lower_nats", title, "nats", shown);
        yield return new("information_lower_bits", title, "bits", InformationUnits.NatsToBits(shown));
        yield return new("aggregated_kl_nats", "KL(q(z) || p(z)) of all codes together, at least", "nats", all.Divergence.Estimate);
        yield return new("total_correlation_lower_nats", "Total correlation of all codes, at least", "nats", all.CorrelationLower.Estimate);
        yield return new("total_correlation_upper_nats", "Total correlation of all codes, at most", "nats", all.CorrelationUpper.Estimate);
    }
}
