using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) by kernel densities, nats: mean ln f_-i(x_i, y_i) / (f_-i(x_i) f_-i(y_i)), normal kernels on all other points (Moon,
/// Rajagopalan and Lall 1995), one bandwidth for the three densities.
/// </summary>
/// <remarks>
/// Kernels have the sample's covariance times a squared bandwidth, N^(-1 / (d + 4)) unless given, d the columns of both. With one
/// bandwidth, what smoothing adds to the joint entropy of normal data it adds to the margins' too, and correlation is kept; the
/// price is that dependence along a curve is smoothed away. Constant columns carry 0 nats. Heavy tails: take
/// <see cref="Margins.RankGaussian"/>. Standard error: <see cref="LocalTerms"/>. Cost d N^2.
/// </remarks>
public static class KernelDensityMutualInformation
{
    private const string Subject = "Kernel density mutual information";

    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <param name="x">N rows.</param>
    /// <param name="y">N rows.</param>
    /// <param name="margins">Transformation of each column beforehand. Default: none.</param>
    /// <param name="bandwidth">Bandwidth of the kernels, in standard deviations of the sample. Default N^(-1 / (d + 4)).</param>
    /// <param name="threads">Number of threads; the result is the same for any number. Default 0: all processors.</param>
    /// <exception cref="ArgumentException">Unequal numbers of rows, not more than d + 1 of them, columns that depend linearly, or a bandwidth not above
    /// 0.</exception>
    public static Estimate Estimate(Points x, Points y, Margins margins = Margins.AsGiven, double? bandwidth = null, int threads = 0)
    {
        var width = KernelDensityEntropy.Bandwidth(Points.Join(x, y), bandwidth, Subject);
        if (
            CorrelationMatrix.Varying(RankGaussian.Apply(margins, x)) is not { } movingX
            || CorrelationMatrix.Varying(RankGaussian.Apply(margins, y)) is not { } movingY
        )
            return new(0, 0);
        var local = Log(Points.Join(movingX, movingY));
        var (inX, inY) = (Log(movingX), Log(movingY));
        for (var i = 0; i < local.Length; i++)
            local[i] -= inX[i] + inY[i];
        return LocalTerms.Mean(local);

        double[] Log(Points points) => new KernelDensity(points, width, Subject).LogLeaveOneOut(threads);
    }
}
