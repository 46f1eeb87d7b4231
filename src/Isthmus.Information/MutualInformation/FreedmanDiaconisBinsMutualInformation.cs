using System.Globalization;
using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of two columns cut into bins of equal width 2 IQR / N^(1/3) (Freedman and Diaconis 1981), nats: the plug-in sum
/// p_xy ln(p_xy / p_x p_y) less its bias (K_xy - K_x - K_y + 1) / 2N over occupied cells (Miller 1955).
/// </summary>
/// <remarks>
/// The width is the best for one density, not for a joint one: about N^(2/3) cells leave N^(1/3) rows a cell, so the plug-in
/// bias that Miller's term does not take off is large for small N; long tails get a cell a row. Equal values share a bin.
/// Constant columns carry 0 nats. Standard error: that of <see cref="DiscreteMutualInformation"/>. Cost N log N.
/// </remarks>
public static class FreedmanDiaconisBinsMutualInformation
{
    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <param name="x">One column.</param>
    /// <param name="y">One column.</param>
    /// <param name="margins">Transformation of each column beforehand. Default: none.</param>
    /// <exception cref="ArgumentException">More than one column a variable, unequal numbers of rows, or a column half of whose values are equal.</exception>
    public static Estimate Estimate(Points x, Points y, Margins margins = Margins.AsGiven)
    {
        Points.Join(x, y);
        if (x.Dimensions != 1 || y.Dimensions != 1)
            throw new ArgumentException($"Freedman-Diaconis bins need one column a variable; there are {x.Dimensions} and {y.Dimensions}. Take KSG for more.");
        (x, y) = (RankGaussian.Apply(margins, x), RankGaussian.Apply(margins, y));
        return DiscreteMutualInformation.Of(Bins(x[0], "first"), Bins(y[0], "second"), new MillerMadowEntropy());
    }

    private static DiscreteColumn Bins(ReadOnlySpan<double> column, string name)
    {
        var sorted = column.ToArray();
        Array.Sort(sorted);
        var (low, high) = (Quantile(sorted, 0.25), Quantile(sorted, 0.75));
        if (low == high && sorted[0] < sorted[^1])
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture,
                    $"Freedman-Diaconis bins need quartiles that differ; both quartiles of the {name} column are {low}, as half of its values are equal. Take "
                        + $"equal-mass bins or Gao, or count symbols."
                )
            );
        var width = 2 * (high - low) / Math.Cbrt(sorted.Length);
        var bins = new double[column.Length];
        for (var i = 0; i < bins.Length; i++)
            bins[i] = low == high ? 0 : Math.Floor((column[i] - sorted[0]) / width);
        return DiscreteColumn.Of<double>(bins);
    }

    private static double Quantile(double[] sorted, double q)
    {
        var at = q * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
