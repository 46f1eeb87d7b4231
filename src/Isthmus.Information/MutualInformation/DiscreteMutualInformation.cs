using Isthmus.Information.Entropy;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X; Y) = H(X) + H(Y) - H(X, Y) and I(X; Y | Z) = H(X, Z) + H(Y, Z) - H(Z) - H(X, Y, Z), nats. The plug-in estimate is
/// biased high by about (Kx - 1)(Ky - 1) / 2N (times Kz given Z; Miller 1955): compare it with
/// <see cref="DiscreteIndependenceTest"/>, or take Miller-Madow or a later estimator, which may come out below 0.
/// </summary>
/// <remarks>
/// Standard error by the delta method: the spread of the pointwise ln p(x, y) / (p(x) p(y)) over sqrt N. At independence
/// that is 0 to first order and 2 N I follows a chi-squared law instead: test there, do not read the error.
/// An entropy estimator sees the symbols or tuples that occurred as its alphabet.
/// </remarks>
public static class DiscreteMutualInformation
{
    /// <summary>Returns I(x; y), nats; by the plug-in estimator unless another is given.</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static Estimate Of(DiscreteColumn x, DiscreteColumn y, DiscreteEntropyEstimator? estimator = null) =>
        EntropyCombination.Of("Mutual information", estimator, true, (1, x), (1, y), (-1, DiscreteColumn.Join(x, y)));

    /// <summary>Returns I(x; y | given), nats; by the plug-in estimator unless another is given.</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static Estimate Conditional(DiscreteColumn x, DiscreteColumn y, DiscreteColumn given, DiscreteEntropyEstimator? estimator = null)
    {
        var xz = DiscreteColumn.Join(x, given);
        return EntropyCombination.Of(
            "Conditional mutual information",
            estimator,
            true,
            (1, xz),
            (1, DiscreteColumn.Join(y, given)),
            (-1, given),
            (-1, DiscreteColumn.Join(xz, y))
        );
    }

    /// <summary>Returns I of a contingency table, rows x and columns y, nats; plug-in with its standard error. Cost: the cells.</summary>
    /// <exception cref="ArgumentException">A negative count; all zero; a sum above 2^63 - 1.</exception>
    public static Estimate FromTable(long[,] counts)
    {
        int height = counts.GetLength(0),
            width = counts.GetLength(1);
        long[] cells = [.. counts.Cast<long>()];
        double total = SymbolCounts.Total(cells, "Mutual information");
        long[] x = new long[height],
            y = new long[width];
        for (var i = 0; i < cells.Length; i++)
        {
            x[i / width] += cells[i];
            y[i % width] += cells[i];
        }
        double value = 0,
            squares = 0;
        for (var i = 0; i < cells.Length; i++)
            if (cells[i] > 0)
                value += cells[i] / total * Pointwise(i);
        for (var i = 0; i < cells.Length; i++)
            if (cells[i] > 0)
                squares += cells[i] / total * (Pointwise(i) - value) * (Pointwise(i) - value);
        return new(Math.Max(0, value), total == 1 ? double.NaN : Math.Sqrt(squares / total));

        double Pointwise(int i) => Math.Log(cells[i] / (double)x[i / width] * (total / y[i % width]));
    }

    /// <summary>Returns I of two columns of bytes, nats; plug-in with its standard error. One pass over the rows.</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static Estimate OfBytes(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var pairs = SymbolCounts.OfBytePairs(x, y);
        var table = new long[256, 256];
        for (var i = 0; i < pairs.Length; i++)
            table[i >> 8, i & 255] = pairs[i];
        return FromTable(table);
    }
}
