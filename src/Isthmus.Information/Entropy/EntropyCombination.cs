namespace Isthmus.Information.Entropy;

/// <summary>
/// A sum of entropies c_1 H(S_1) + c_2 H(S_2) + ..., which is what every measure of Shannon's is. Value: each entropy by the
/// estimator. Standard error: by the delta method, the spread over rows of the pointwise sum of -c ln p, over sqrt N
/// (the influence function of H at a row is -ln p - H).
/// </summary>
internal static class EntropyCombination
{
    private static readonly PlugInEntropy PlugIn = new();

    /// <summary>Returns the sum in nats. With the plug-in estimator, a measure that cannot be negative is cut at 0 in spite of rounding.</summary>
    public static Estimate Of(
        string subject,
        DiscreteEntropyEstimator? estimator,
        bool nonNegative,
        params ReadOnlySpan<(double Coefficient, DiscreteColumn Column)> terms
    )
    {
        var rows = terms[0].Column.Rows;
        foreach (var (_, column) in terms)
            if (column.Rows != rows)
                throw new ArgumentException($"{subject} needs columns of equal length; they have {rows} and {column.Rows} rows.");
        if (rows == 0)
            throw new ArgumentException($"{subject} needs at least one row; the columns are empty.");
        estimator ??= PlugIn;
        var value = 0.0;
        var pointwise = new double[rows];
        foreach (var (coefficient, column) in terms)
        {
            var counts = column.Counts();
            value += coefficient * estimator.Entropy(counts);
            var surprises = Array.ConvertAll(counts, count => coefficient * Math.Log((double)rows / count));
            for (var i = 0; i < rows; i++)
                pointwise[i] += surprises[column.Codes[i]];
        }
        if (nonNegative && estimator is PlugInEntropy)
            value = Math.Max(0, value);
        double mean = pointwise.Average(),
            squares = 0;
        foreach (var point in pointwise)
            squares += (point - mean) * (point - mean);
        return new(value, rows == 1 ? double.NaN : Math.Sqrt(squares) / rows);
    }
}
