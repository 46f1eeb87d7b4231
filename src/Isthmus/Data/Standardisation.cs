namespace Isthmus.Data;

/// <summary>Columns to mean 0 and standard deviation 1: x' = (x - mean) / scale, fitted on the training records alone.</summary>
/// <param name="Means">One a column.</param>
/// <param name="Scales">Standard deviations, one a column, positive.</param>
public sealed record Standardisation(IReadOnlyList<double> Means, IReadOnlyList<double> Scales)
{
    /// <summary>The means and standard deviations of the columns of <paramref name="train"/>, in double precision.</summary>
    /// <exception cref="InvalidInputException">A column is constant.</exception>
    public static Standardisation Fit(Dataset train)
    {
        var schema = (VectorSchema)train.Schema;
        var (means, scales) = (new double[schema.Dimension], new double[schema.Dimension]);
        var values = Values(train);
        for (var column = 0; column < schema.Dimension; column++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var i = column; i < values.Length; i += schema.Dimension)
                sum += values[i];
            means[column] = sum / train.Count;
            for (var i = column; i < values.Length; i += schema.Dimension)
                squares += (values[i] - means[column]) * (values[i] - means[column]);
            scales[column] = Math.Sqrt(squares / train.Count);
            if (scales[column] == 0)
                throw new InvalidInputException($"Column '{schema.Columns[column]}' of {train.Name} is constant ({values[column]}) over the {train.Count} training records: it holds no information; leave it out with --columns.");
        }
        return new(means, scales);
    }

    /// <summary>The standardised records, with the labels and names of <paramref name="data"/>.</summary>
    public Dataset Apply(Dataset data)
    {
        var values = Values(data);
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((values[i] - Means[i % Means.Count]) / Scales[i % Means.Count]);
        return Dataset.Vectors(data.Name, (VectorSchema)data.Schema, values, data.Labels);
    }

    private static float[] Values(Dataset data)
    {
        var values = new float[data.Count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        return values;
    }
}
