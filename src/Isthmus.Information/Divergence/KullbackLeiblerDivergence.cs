using Isthmus.Information.Entropy;

namespace Isthmus.Information.Divergence;

/// <summary>
/// D(p, q) = sum p ln(p / q), nats: what coding p with a code for q costs too much (Kullback and Leibler 1951), and the whole
/// cost, the cross-entropy -sum p ln q = H(p) + D(p, q). Exact for given distributions; of two samples, a plug-in estimate,
/// biased high, and infinite where q has never seen a symbol of p.
/// </summary>
public static class KullbackLeiblerDivergence
{
    private const string Subject = "Kullback-Leibler divergence";

    /// <summary>Returns D(p, q) of weights, each divided by its sum, nats; +infinity if p has a symbol that q lacks.</summary>
    /// <exception cref="ArgumentException">Different lengths; a weight negative or not finite; all zero.</exception>
    public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        DiscreteWeights.RequireSameAlphabet(p.Length, q.Length, Subject);
        return Sum(DiscreteWeights.Normalize(p, Subject), DiscreteWeights.Normalize(q, Subject));
    }

    /// <summary>Returns D(p, q) of two histograms over the same symbols, nats.</summary>
    /// <exception cref="ArgumentException">Different lengths; a negative count; all zero; a sum above 2^63 - 1.</exception>
    public static double FromCounts(ReadOnlySpan<long> p, ReadOnlySpan<long> q)
    {
        DiscreteWeights.RequireSameAlphabet(p.Length, q.Length, Subject);
        return Sum(DiscreteWeights.FromCounts(p, Subject), DiscreteWeights.FromCounts(q, Subject));
    }

    /// <summary>
    /// D(p, q) of two histograms, nats, with its standard error by the delta method over both samples:
    /// Var_p(ln p / q) / N + Var_q(p / q) / M; NaN where D is infinite or a sample has one observation.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="FromCounts"/>.</exception>
    public static Estimate Measure(ReadOnlySpan<long> p, ReadOnlySpan<long> q)
    {
        var value = FromCounts(p, q);
        double[] left = DiscreteWeights.FromCounts(p, Subject),
            right = DiscreteWeights.FromCounts(q, Subject);
        if (double.IsPositiveInfinity(value))
            return new(value, double.NaN);
        var variance =
            DiscreteWeights.VarianceOfMean(left, p, i => Math.Log(left[i] / right[i])) + DiscreteWeights.VarianceOfMean(right, q, i => left[i] / right[i]);
        return new(value, Math.Sqrt(variance));
    }

    /// <summary>Returns -sum p ln q of weights, each divided by its sum, nats; +infinity if p has a symbol that q lacks.</summary>
    /// <exception cref="ArgumentException">Different lengths; a weight negative or not finite; all zero.</exception>
    public static double CrossEntropy(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        DiscreteWeights.RequireSameAlphabet(p.Length, q.Length, "Cross-entropy");
        double[] left = DiscreteWeights.Normalize(p, "Cross-entropy"),
            right = DiscreteWeights.Normalize(q, "Cross-entropy");
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            if (left[i] > 0)
                sum -= left[i] * Math.Log(right[i]);
        return sum;
    }

    internal static double Sum(double[] p, double[] q)
    {
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
            if (p[i] > 0)
                // Two logarithms where the quotient would overflow.
                sum += p[i] * (q[i] > p[i] * 1e-300 ? Math.Log(p[i] / q[i]) : Math.Log(p[i]) - Math.Log(q[i]));
        return Math.Max(0, sum);
    }
}
