using Isthmus.Information.Entropy;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// Mean plug-in information of two columns of symbols over all permutations of one of them, nats: the plug-in information expected at independence, and the
/// limit of a permutation test's mean (Vinh, Epps and Bailey, JMLR 11, 2010).
/// </summary>
/// <remarks>
/// Each cell's count is then hypergeometric, n_xy drawn from N rows of which n_x and n_y are marked; the mean is
/// (sum E[n ln n] - sum n_x ln n_x - sum n_y ln n_y + N ln N) / N. Cost: the different counts in X times those in Y, times the
/// spread of a count.
/// </remarks>
public static class ExpectedMutualInformation
{
    /// <summary>Returns the mean, nats.</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static double Of(DiscreteColumn x, DiscreteColumn y)
    {
        if (x.Rows != y.Rows || x.Rows == 0)
            throw new ArgumentException(
                $"Expected mutual information needs columns of equal length, with at least one row; they have {x.Rows} and {y.Rows} rows."
            );
        return Of(x.Counts(), y.Counts(), x.Rows);
    }

    internal static double Of(long[] x, long[] y, long rows)
    {
        var sum = rows * Math.Log(rows) - x.Sum(NLogN) - y.Sum(NLogN);
        // All cells of one pair of counts are alike.
        foreach (var a in x.CountBy(count => count))
            foreach (var b in y.CountBy(count => count))
                sum += (double)a.Value * b.Value * Cell(a.Key, b.Key, rows);
        return Math.Max(0, sum / rows);
    }

    // E[n ln n] of a hypergeometric count, from its mode outwards until nothing more is added.
    private static double Cell(long a, long b, long rows)
    {
        var (least, most) = (Math.Max(0, a + b - rows), Math.Min(a, b));
        var mode = Math.Clamp((a + 1) * (b + 1) / (rows + 2), least, most);
        var (weights, sum) = (1.0, NLogN(mode));
        var weight = 1.0;
        for (var n = mode; n < most && weight > 1e-18; n++)
        {
            weight *= (double)(a - n) * (b - n) / ((double)(n + 1) * (rows - a - b + n + 1));
            (weights, sum) = (weights + weight, sum + weight * NLogN(n + 1));
        }
        weight = 1;
        for (var n = mode; n > least && weight > 1e-18; n--)
        {
            weight *= (double)n * (rows - a - b + n) / ((double)(a - n + 1) * (b - n + 1));
            (weights, sum) = (weights + weight, sum + weight * NLogN(n - 1));
        }
        return sum / weights;
    }

    private static double NLogN(long n) => n > 1 ? n * Math.Log(n) : 0;
}
