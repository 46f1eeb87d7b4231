using System.Globalization;

namespace Isthmus.Data.Records;

/// <summary>
/// The column-wise map z = (x - mean) / scale, fitted on the training records only: mean = sum x / N and
/// scale = sqrt(sum (x - mean)^2 / N), in double over two passes. Densities change by -ln(scale) nats a column. A constant column carries no
/// information: it has scale 0, is x - mean on the model's scale, so 0 where it is what it was in training, and comes back as exactly its constant.
/// </summary>
/// <param name="Means">One mean a column.</param>
/// <param name="Scales">One standard deviation a column; 0 where it is constant.</param>
public sealed record Standardisation(IReadOnlyList<double> Means, IReadOnlyList<double> Scales)
{
    /// <summary>Fits means and standard deviations of the columns of <paramref name="train"/>.</summary>
    /// <exception cref="InvalidInputException">Records that are no vectors.</exception>
    public static Standardisation Fit(Dataset train)
    {
        if (!train.Schema.Kind.IsStandardised)
            throw new InvalidInputException(train.Name, $"holds {train.Schema}", "only vectors are standardised");
        var width = train.Schema.Dimension;
        var means = new double[width];
        var scales = new double[width];
        ForEachRecord(train, record =>
        {
            for (var column = 0; column < width; column++)
                means[column] += (double)record[column] / train.Count;
        });
        var constant = Enumerable.Repeat(true, width).ToArray();
        var first = new float[width];
        train.CopyValues([0], first);
        ForEachRecord(train, record =>
        {
            for (var column = 0; column < width; column++)
            {
                scales[column] += (record[column] - means[column]) * (record[column] - means[column]) / train.Count;
                constant[column] &= record[column] == first[column];
            }
        });
        for (var column = 0; column < width; column++)
            (means[column], scales[column]) = constant[column] ? (first[column], 0) : (means[column], Math.Sqrt(scales[column]));
        return new(means, scales);
    }

    /// <summary>Returns the map of the first columns, those that an encoder sees.</summary>
    internal Standardisation First(int columns) => columns == Means.Count ? this : new([.. Means.Take(columns)], [.. Scales.Take(columns)]);

    /// <summary>Returns the map of the last columns, which are reconstructed.</summary>
    internal Standardisation Last(int columns) => columns == Means.Count ? this : new([.. Means.TakeLast(columns)], [.. Scales.TakeLast(columns)]);

    /// <summary>Returns a note on columns that are constant in the training records; null if there are none.</summary>
    /// <param name="schema">The columns.</param>
    public string? ConstantColumns(DataSchema schema)
    {
        const int Named = 5;
        int[] constant = [.. Enumerable.Range(0, Scales.Count).Where(column => Scales[column] == 0)];
        var named =
            string.Join(", ", constant.Take(Named).Select(column => FormattableString.Invariant($"{schema.NameOf(column)} = {(float)Means[column]}")))
            + (constant.Length > Named ? $" and {constant.Length - Named} more" : "");
        return constant.Length == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{constant.Length} of {Scales.Count} columns {(constant.Length == 1 ? "is" : "are")} constant in the training records ({named}): such a "
                    + $"column tells nothing, and comes back as it is."
            );
    }

    /// <summary>Standardises records; labels stay. Records that stay in a file are standardised as they are read.</summary>
    /// <exception cref="InvalidInputException">Data of another width.</exception>
    public Dataset Apply(Dataset data)
    {
        if (!data.Schema.Kind.IsStandardised || data.Schema.Dimension != Means.Count)
            throw new InvalidInputException(data.Name, $"holds {data.Schema}", $"the standardisation was fitted on {Means.Count} columns");
        if (data.IsInFile || data.Blocks is not null)
            return data.Scaled(this);
        var values = new float[data.Count * Means.Count];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        Apply(values);
        return Dataset.OfNumbers(data.Name, data.Schema, values, data.Labels);
    }

    /// <summary>Standardises whole records in place.</summary>
    public void Apply(Span<float> records)
    {
        for (var i = 0; i < records.Length; i++)
            records[i] = (float)((records[i] - Means[i % Means.Count]) / (Scales[i % Means.Count] is > 0 and var scale ? scale : 1));
    }

    /// <summary>Converts standardised records back to the columns' own units, in place.</summary>
    public void Invert(Span<float> records)
    {
        for (var i = 0; i < records.Length; i++)
            records[i] = (float)(records[i] * Scales[i % Means.Count] + Means[i % Means.Count]);
    }

    /// <inheritdoc/>
    public bool Equals(Standardisation? other) => other is not null && Means.SequenceEqual(other.Means) && Scales.SequenceEqual(other.Scales);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Means.Count, Means[0], Scales[0]);

    private static void ForEachRecord(Dataset data, RecordVisitor visit)
    {
        const int Records = 1000;
        var width = data.Schema.Dimension;
        var values = new float[Math.Min(Records, data.Count) * width];
        for (var first = 0; first < data.Count; first += Records)
        {
            var count = Math.Min(Records, data.Count - first);
            data.CopyValues([.. Enumerable.Range(first, count)], values);
            for (var row = 0; row < count; row++)
                visit(values.AsSpan(row * width, width));
        }
    }

    private delegate void RecordVisitor(ReadOnlySpan<float> record);
}
