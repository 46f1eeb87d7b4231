namespace Isthmus.Information.Numerics;

/// <summary>Correlations of columns and their Cholesky factor, for the Gaussian estimators.</summary>
internal static class CorrelationMatrix
{
    // A pivot is 1 - R^2 of a column on those before it; below this, rounding of sums over rows decides its size.
    private const double Dependent = 1e-12;

    /// <summary>Standard deviations over N - 1, 0 for a constant column.</summary>
    public static double[] Deviations(Points points) => [.. Enumerable.Range(0, points.Dimensions).Select(c => Deviation(points[c]))];

    /// <summary>Returns the columns that vary; null if none does.</summary>
    public static Points? Varying(Points points)
    {
        double[][] columns = [.. Deviations(points).Index().Where(c => c.Item > 0).Select(c => points[c.Index].ToArray())];
        return columns.Length > 0 ? Points.FromColumns(columns) : null;
    }

    /// <summary>Pearson correlations of columns, none of them constant.</summary>
    public static double[,] Of(Points points)
    {
        var d = points.Dimensions;
        var standard = new double[d][];
        for (var c = 0; c < d; c++)
        {
            var (mean, deviation) = (Mean(points[c]), Deviation(points[c]));
            standard[c] = [.. points[c].ToArray().Select(v => (v - mean) / deviation)];
        }
        var matrix = new double[d, d];
        for (var a = 0; a < d; a++)
            for (var b = 0; b <= a; b++)
            {
                var sum = 0.0;
                for (var r = 0; r < points.Count; r++)
                    sum += standard[a][r] * standard[b][r];
                matrix[a, b] = matrix[b, a] = a == b ? 1 : sum / (points.Count - 1);
            }
        return matrix;
    }

    /// <summary>Returns the lower factor L with L L' = the matrix.</summary>
    /// <exception cref="ArgumentException">A column is a linear function of those before it.</exception>
    public static double[,] Cholesky(double[,] matrix, string estimator)
    {
        var d = matrix.GetLength(0);
        var factor = new double[d, d];
        for (var a = 0; a < d; a++)
            for (var b = 0; b <= a; b++)
            {
                var sum = matrix[a, b];
                for (var c = 0; c < b; c++)
                    sum -= factor[a, c] * factor[b, c];
                if (a > b)
                    factor[a, b] = sum / factor[b, b];
                else
                    factor[a, a] =
                        sum > Dependent
                            ? Math.Sqrt(sum)
                            : throw new ArgumentException(
                                $"{estimator} needs columns that are not linear functions of one another; column {a} (counted over all variables, from 0) is "
                                    + $"one of those before it: its information is infinite or its entropy -infinite. Drop it."
                            );
            }
        return factor;
    }

    /// <summary>Returns the logarithm of the matrix's determinant, from its factor.</summary>
    public static double LogDeterminant(double[,] factor, int from, int to)
    {
        var sum = 0.0;
        for (var c = from; c < to; c++)
            sum += 2 * Math.Log(factor[c, c]);
        return sum;
    }

    /// <summary>Returns Mardia's kurtosis, mean (z' R^-1 z)^2 over the rows z of standardised columns, none of them constant.</summary>
    /// <exception cref="ArgumentException">A column is a linear function of others.</exception>
    public static double MardiaKurtosis(Points points)
    {
        var d = points.Dimensions;
        var factor = Cholesky(Of(points), "Mardia's kurtosis");
        double[] means = [.. Enumerable.Range(0, d).Select(c => Mean(points[c]))],
            deviations = Deviations(points),
            solved = new double[d];
        var sum = 0.0;
        for (var r = 0; r < points.Count; r++)
        {
            var length = 0.0;
            for (var a = 0; a < d; a++)
            {
                var value = (points[a][r] - means[a]) / deviations[a];
                for (var b = 0; b < a; b++)
                    value -= factor[a, b] * solved[b];
                solved[a] = value / factor[a, a];
                length += solved[a] * solved[a];
            }
            sum += length * length;
        }
        return sum / points.Count;
    }

    private static double Mean(ReadOnlySpan<double> column)
    {
        var mean = 0.0;
        for (var r = 0; r < column.Length; r++)
            mean += (column[r] - mean) / (r + 1);
        return mean;
    }

    private static double Deviation(ReadOnlySpan<double> column)
    {
        if (column.IndexOfAnyExcept(column[0]) < 0)
            return 0;
        var mean = Mean(column);
        // The largest deviation is taken out, so that squares neither overflow nor vanish.
        var largest = 0.0;
        foreach (var value in column)
            largest = Math.Max(largest, Math.Abs(value - mean));
        var sum = 0.0;
        foreach (var value in column)
            sum += (value - mean) / largest * ((value - mean) / largest);
        return largest * Math.Sqrt(sum / (column.Length - 1));
    }
}
