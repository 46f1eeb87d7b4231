using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// Differential entropy of a normal distribution, nats: h = d/2 ln(2 pi e) + 1/2 ln |S|, S the covariance over N - 1, with
/// its bias for normal data taken off exactly: E ln |S| = ln |Sigma| + sum_i psi((N - i) / 2) - d ln((N - 1) / 2)
/// (Misra, Singh and Demchuk 2005).
/// </summary>
/// <remarks>
/// For other distributions of that covariance it is an upper bound. Standard error 1/2 sqrt(sum_i psi'((N - i) / 2)), for
/// normal data. Cost N d^2.
/// </remarks>
public static class GaussianEntropy
{
    /// <summary>Returns the differential entropy, nats; may be negative.</summary>
    /// <exception cref="ArgumentException">Not more rows than columns, a constant column, or columns that depend linearly.</exception>
    public static Estimate Estimate(Points points)
    {
        var (n, d) = (points.Count, points.Dimensions);
        if (n <= d)
            throw new ArgumentException($"Gaussian entropy needs more rows than columns; there are {n} and {d}.");
        var deviations = CorrelationMatrix.Deviations(points);
        var constant = Array.IndexOf(deviations, 0);
        if (constant >= 0)
            throw new ArgumentException($"Gaussian entropy needs columns that vary; column {constant} is constant, its entropy is -infinite. Drop it.");
        var factor = CorrelationMatrix.Cholesky(CorrelationMatrix.Of(points), "Gaussian entropy");
        var (entropy, variance) = (d / 2.0 * Math.Log(2 * Math.PI * Math.E) + CorrelationMatrix.LogDeterminant(factor, 0, d) / 2, 0.0);
        for (var i = 1; i <= d; i++)
        {
            entropy += Math.Log(deviations[i - 1]) - (SpecialFunctions.Digamma((n - i) / 2.0) - Math.Log((n - 1) / 2.0)) / 2;
            variance += SpecialFunctions.Trigamma((n - i) / 2.0);
        }
        return new(entropy, Math.Sqrt(variance) / 2);
    }
}
