namespace Isthmus.Information.Divergence;

/// <summary>
/// JS(p, q) = (D(p, m) + D(q, m)) / 2, m = (p + q) / 2, nats: symmetric, always finite, from 0 to ln 2; the information that
/// one symbol tells about which of the two it came from. Its square root is a metric (Lin 1991; Endres and Schindelin 2003).
/// </summary>
public static class JensenShannonDivergence
{
    private const string Subject = "Jensen-Shannon divergence";

    /// <summary>JS of weights, each divided by its sum; nats.</summary>
    /// <exception cref="ArgumentException">Different lengths; a weight negative or not finite; all zero.</exception>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        DiscreteWeights.RequireSameAlphabet(p.Length, q.Length, Subject);
        return Sum(DiscreteWeights.Normalize(p, Subject), DiscreteWeights.Normalize(q, Subject));
    }

    /// <summary>JS of two histograms over the same symbols, nats; a plug-in estimate, biased high.</summary>
    /// <exception cref="ArgumentException">Different lengths; a negative count; all zero; a sum above 2^63 - 1.</exception>
    public static double FromCounts(ReadOnlySpan<long> p, ReadOnlySpan<long> q)
    {
        DiscreteWeights.RequireSameAlphabet(p.Length, q.Length, Subject);
        return Sum(DiscreteWeights.FromCounts(p, Subject), DiscreteWeights.FromCounts(q, Subject));
    }

    private static double Sum(double[] p, double[] q)
    {
        var middle = new double[p.Length];
        for (var i = 0; i < p.Length; i++)
            middle[i] = (p[i] + q[i]) / 2;
        return (KullbackLeiblerDivergence.Sum(p, middle) + KullbackLeiblerDivergence.Sum(q, middle)) / 2;
    }
}
