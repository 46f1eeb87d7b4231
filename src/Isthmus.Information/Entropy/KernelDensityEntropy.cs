using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// Differential entropy by a kernel density, nats: h = -mean ln f_-i(x_i), f_-i the density of normal kernels on all other points
/// (leave-one-out: Ahmad and Lin 1976; Hall and Morton 1993).
/// </summary>
/// <remarks>
/// Kernels have the sample's covariance times a squared bandwidth, N^(-1 / (d + 4)) unless given (Scott 1992). Biased high:
/// what is estimated is the cross-entropy of a smoothed density. Good for smooth densities with light tails in few columns; far
/// too high for heavy tails, where each outlier pays for its distance squared (Hall 1987), and for edges. A discrete
/// variable has no density: nothing here notices ties. Standard error: <see cref="LocalTerms"/>. Cost d N^2.
/// </remarks>
public static class KernelDensityEntropy
{
    /// <summary>Returns the differential entropy, nats; may be negative.</summary>
    /// <param name="points">N rows of d columns.</param>
    /// <param name="bandwidth">Bandwidth of the kernels, in standard deviations of the sample. Default N^(-1 / (d + 4)).</param>
    /// <param name="threads">Number of threads; the result is the same for any number. Default 0: all processors.</param>
    /// <exception cref="ArgumentException">Not more than d + 1 rows, a constant column, columns that depend linearly, or a bandwidth not above 0.</exception>
    public static Estimate Estimate(Points points, double? bandwidth = null, int threads = 0)
    {
        var width = Bandwidth(points, bandwidth, "Kernel density entropy");
        var local = new KernelDensity(points, width, "Kernel density entropy").LogLeaveOneOut(threads);
        return LocalTerms.Mean([.. local.Select(l => -l)]);
    }

    internal static double Bandwidth(Points points, double? bandwidth, string estimator)
    {
        if (points.Count < points.Dimensions + 2)
            throw new ArgumentException($"{estimator} needs at least 2 rows more than columns; there are {points.Count} and {points.Dimensions}.");
        var width = bandwidth ?? KernelDensity.Scott(points.Count, points.Dimensions);
        return width > 0 && double.IsFinite(width)
            ? width
            : throw new ArgumentException($"{estimator} needs a finite bandwidth above 0, in standard deviations; it is {width}.");
    }
}
