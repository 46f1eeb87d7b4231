using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// H_a = ln(sum p^a) / (1 - a), nats (Renyi 1961). a = 0 is the logarithm of the support, 1 Shannon's entropy (the limit,
/// taken exactly), 2 the collision entropy, infinity the min-entropy -ln max p. Falls as a grows.
/// </summary>
public static class RenyiEntropy
{
    /// <summary>Returns H_a of weights divided by their sum, nats.</summary>
    /// <exception cref="ArgumentException">Order negative or NaN; a weight negative or not finite; all zero.</exception>
    public static double Of(ReadOnlySpan<double> weights, double order) => OfDistribution(DiscreteWeights.Normalize(weights, "Renyi entropy"), order);

    /// <summary>Returns H_a of a histogram, nats; a plug-in estimate.</summary>
    /// <exception cref="ArgumentException">Order negative or NaN; a negative count; all zero; a sum above 2^63 - 1.</exception>
    public static double FromCounts(ReadOnlySpan<long> counts, double order) => OfDistribution(DiscreteWeights.FromCounts(counts, "Renyi entropy"), order);

    /// <summary>
    /// H_a of a histogram, nats, with its standard error by the delta method: over sqrt N, the spread over observations of
    /// a p^(a-1) / ((1 - a) sum p^a), at a = 1 of -ln p. 0 at equal counts and at a = 0, where the spread is not of first order; NaN
    /// from one observation.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="FromCounts"/>.</exception>
    public static Estimate Measure(ReadOnlySpan<long> counts, double order)
    {
        var value = FromCounts(counts, order);
        var p = DiscreteWeights.FromCounts(counts, "Renyi entropy");
        var largest = p.Max();
        // By the largest, so that no power underflows: p^(a-1) / sum p^a = u^(a-1) / (largest sum u^a), u = p / largest.
        var sum = largest * p.Sum(x => x > 0 ? Math.Pow(x / largest, order) : 0);
        Func<int, double> influence = order switch
        {
            1 => i => -Math.Log(p[i]),
            double.PositiveInfinity => i => p[i] == largest ? 1 / largest : 0,
            _ => i => order / (1 - order) * Math.Pow(p[i] / largest, order - 1) / sum,
        };
        return new(value, Math.Sqrt(DiscreteWeights.VarianceOfMean(p, counts, influence)));
    }

    private static double OfDistribution(double[] p, double order)
    {
        if (!(order >= 0))
            throw new ArgumentException($"Renyi entropy needs an order of at least 0; it was given {order}.");
        var largest = p.Max();
        if (double.IsPositiveInfinity(order))
            return 0 - Math.Log(largest);
        if (order == 0)
            return Math.Log(p.Count(x => x > 0));
        // Near 1 both ln sum p^a and 1 - a vanish: sum p (p^(a-1) - 1) keeps the digits that sum p^a loses.
        if (Math.Abs(order - 1) < 0.5)
        {
            var deficit = TsallisEntropy.Deficit(p, order);
            return order == 1 ? deficit : SpecialFunctions.LogOnePlus(deficit * (1 - order)) / (1 - order);
        }
        var sum = 0.0;
        foreach (var x in p)
            if (x > 0)
                sum += Math.Exp(order * Math.Log(x / largest));
        return Math.Max(0, (order * Math.Log(largest) + Math.Log(sum)) / (1 - order));
    }
}
