using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// S_q = (1 - sum p^q) / (q - 1) (Havrda and Charvat 1967; Tsallis 1988). q = 0 is the support less 1, 1 Shannon's entropy in
/// nats (the limit, taken exactly), 2 the Gini-Simpson index. Independent parts do not add: S(x, y) = S(x) + S(y) + (1 - q) S(x) S(y).
/// </summary>
public static class TsallisEntropy
{
    /// <summary>Returns S_q of weights divided by their sum.</summary>
    /// <exception cref="ArgumentException">Order negative or not finite; a weight negative or not finite; all zero.</exception>
    public static double Of(ReadOnlySpan<double> weights, double order) => OfDistribution(DiscreteWeights.Normalize(weights, "Tsallis entropy"), order);

    /// <summary>Returns S_q of a histogram; a plug-in estimate.</summary>
    /// <exception cref="ArgumentException">Order negative or not finite; a negative count; all zero; a sum above 2^63 - 1.</exception>
    public static double FromCounts(ReadOnlySpan<long> counts, double order) => OfDistribution(DiscreteWeights.FromCounts(counts, "Tsallis entropy"), order);

    /// <summary>
    /// S_q of a histogram with its standard error by the delta method: over sqrt N, the spread over observations of
    /// q (1 - p^(q-1)) / (q - 1), at q = 1 of -ln p. 0 at equal counts and at q = 0, where the spread is not of first order; NaN from
    /// one observation.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="FromCounts"/>.</exception>
    public static Estimate Measure(ReadOnlySpan<long> counts, double order)
    {
        var value = FromCounts(counts, order);
        var p = DiscreteWeights.FromCounts(counts, "Tsallis entropy");
        var variance = DiscreteWeights.VarianceOfMean(p, counts, i =>
            order == 1 ? -Math.Log(p[i]) : -order * SpecialFunctions.ExpMinusOne((order - 1) * Math.Log(p[i])) / (order - 1)
        );
        return new(value, Math.Sqrt(variance));
    }

    private static double OfDistribution(double[] p, double order) =>
        order >= 0 && double.IsFinite(order)
            ? Deficit(p, order)
            : throw new ArgumentException($"Tsallis entropy needs a finite order of at least 0; it was given {order}.");

    /// <summary>Returns (1 - sum p^q) / (q - 1) as -sum p (p^(q-1) - 1) / (q - 1), without cancellation near q = 1.</summary>
    internal static double Deficit(double[] p, double order)
    {
        var sum = 0.0;
        foreach (var x in p)
            if (x > 0)
                sum -= order == 1 ? x * Math.Log(x) : x * SpecialFunctions.ExpMinusOne((order - 1) * Math.Log(x)) / (order - 1);
        return Math.Max(0, sum);
    }
}
