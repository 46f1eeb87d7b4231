using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of two columns cut into bins of equal mass, nats: the plug-in sum p_xy ln(p_xy / p_x p_y) less its bias
/// (K_xy - K_x - K_y + 1) / 2N over occupied cells (Miller 1955; equal mass: Paninski 2003).
/// </summary>
/// <remarks>
/// Dependence within bins is lost: biased low for strong or fine dependence. Unchanged by increasing maps of either column. Ties go
/// to the bin of their mean rank, together. Standard error: that of <see cref="DiscreteMutualInformation"/>. Cost N log N.
/// </remarks>
public static class EqualMassBinsMutualInformation
{
    /// <summary>Returns the mutual information, nats; may be slightly below 0.</summary>
    /// <param name="x">One column.</param>
    /// <param name="y">One column.</param>
    /// <param name="bins">Bins a column. Default sqrt(N / 5), at least 2: five rows a cell if the columns were independent.</param>
    /// <exception cref="ArgumentException">More than one column a variable, unequal numbers of rows, or bins not in 2 .. N.</exception>
    public static Estimate Estimate(Points x, Points y, int? bins = null)
    {
        var n = Points.Join(x, y).Count;
        if (x.Dimensions != 1 || y.Dimensions != 1)
            throw new ArgumentException($"Equal-mass bins need one column a variable; there are {x.Dimensions} and {y.Dimensions}. Take KSG for more.");
        var count = bins ?? Math.Max(2, (int)Math.Sqrt(n / 5.0));
        if (count < 2 || count > n)
            throw new ArgumentException($"Equal-mass bins need between 2 bins and one a row; {count} for {n} rows.");
        return DiscreteMutualInformation.Of(Bins(x[0], count), Bins(y[0], count), new MillerMadowEntropy());
    }

    private static DiscreteColumn Bins(ReadOnlySpan<double> column, int bins)
    {
        var count = column.Length;
        // Twice the middle of the tied ranks, a whole number of 1 .. 2 N - 1.
        int[] result = Array.ConvertAll(Ranks.Of(column), rank => (int)((long)(2 * rank - 1) * bins / (2L * count)));
        return DiscreteColumn.Of<int>(result);
    }
}
