using Isthmus.Information.Entropy;

namespace Isthmus.Information.Divergence;

/// <summary>
/// JS(p, q) = (D(p, m) + D(q, m)) / 2, m = (p + q) / 2, nats: symmetric, always finite, from 0 to ln 2; the information that
/// one symbol tells about which of the two it came from. Its square root is a metric (Lin 1991; Endres and Schindelin 2003).
/// </summary>
public static class JensenShannonDivergence
{
    private const string Subject = "Jensen-Shannon divergence";

    /// <summary>Returns JS of weights, each divided by its sum, nats.</summary>
    /// <exception cref="ArgumentException">Different lengths; a weight negative or not finite; all zero.</exception>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        DiscreteWeights.RequireSameAlphabet(p.Length, q.Length, Subject);
        return Sum(DiscreteWeights.Normalize(p, Subject), DiscreteWeights.Normalize(q, Subject));
    }

    /// <summary>Returns JS of two histograms over the same symbols, nats; a plug-in estimate, biased high.</summary>
    /// <exception cref="ArgumentException">Different lengths; a negative count; all zero; a sum above 2^63 - 1.</exception>
    public static double FromCounts(ReadOnlySpan<long> p, ReadOnlySpan<long> q)
    {
        DiscreteWeights.RequireSameAlphabet(p.Length, q.Length, Subject);
        return Sum(DiscreteWeights.FromCounts(p, Subject), DiscreteWeights.FromCounts(q, Subject));
    }

    /// <summary>
    /// JS of two histograms, nats, with its standard error by the delta method over both samples:
    /// Var_p(ln p / m) / 4N + Var_q(ln q / m) / 4M; 0 to first order at p = q; NaN where a sample has one observation.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="FromCounts"/>.</exception>
    public static Estimate Measure(ReadOnlySpan<long> p, ReadOnlySpan<long> q)
    {
        var value = FromCounts(p, q);
        double[] left = DiscreteWeights.FromCounts(p, Subject),
            right = DiscreteWeights.FromCounts(q, Subject);
        var variance =
            DiscreteWeights.VarianceOfMean(left, p, i => Math.Log(2 * left[i] / (left[i] + right[i])) / 2)
            + DiscreteWeights.VarianceOfMean(right, q, i => Math.Log(2 * right[i] / (left[i] + right[i])) / 2);
        return new(value, Math.Sqrt(variance));
    }

    private static double Sum(double[] p, double[] q)
    {
        var middle = new double[p.Length];
        for (var i = 0; i < p.Length; i++)
            middle[i] = (p[i] + q[i]) / 2;
        return (KullbackLeiblerDivergence.Sum(p, middle) + KullbackLeiblerDivergence.Sum(q, middle)) / 2;
    }
}
