using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Vectors of real numbers.</summary>
public sealed class VectorKind : RecordKind
{
    private VectorKind() { }

    /// <summary>The single instance.</summary>
    public static VectorKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "vector";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "record";

    /// <inheritdoc/>
    public override Type SchemaType => typeof(VectorSchema);

    /// <inheritdoc/>
    public override string Unit => "column";

    /// <inheritdoc/>
    public override string Phrase(DataSchema schema) =>
        schema.Input.Dimension == schema.Dimension
            ? $"records of {Counted.Of(schema.Dimension, Unit)}"
            : $"records of {Counted.Of(schema.Input.Dimension, Unit)} with targets of {NumberText.Of(schema.Output.Dimension)}";

    /// <inheritdoc/>
    public override string Model => "vae";

    /// <summary>Default likelihood: a column is a real number.</summary>
    public override string Likelihood(DataSchema schema) => "gaussian";

    /// <inheritdoc/>
    public override bool AllowsHalfPrecision => false;

    /// <inheritdoc/>
    public override bool IsStandardised => true;

    /// <inheritdoc/>
    public override RecordForm Form => RecordForm.Columns;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns(DataSchema schema, float[] values) =>
        [
            .. ((VectorSchema)schema).Columns.Select(
                (name, column) =>
                    new Column(name, [.. Enumerable.Range(0, values.Length / schema.Dimension).Select(row => values[row * schema.Dimension + column])])
            ),
        ];

    /// <summary>Returns the model's columns by name; by position if the names are x0, x1, ..., which are only defaults.</summary>
    public override Dataset BroughtTo(Dataset data, DataSchema schema)
    {
        var (found, expected) = ((VectorSchema)data.Schema, (VectorSchema)schema);
        // Inputs alone have codes, and targets are predicted.
        if (expected.Targets > 0 && found.Targets == 0)
            expected = expected.Input;
        if (found.Equals(expected))
            return data;
        var isNamed = !found.Columns.SequenceEqual(VectorRecords.Names(found.Dimension));
        if (!isNamed)
            return found.Dimension == expected.Dimension ? data.Of(expected) : data;
        int[] places = [.. expected.Columns.Select(column => VectorRecords.Position(data.Name, found.Columns, column))];
        var chosen = data.Columns(places);
        string[] extra = [.. found.Columns.Except(expected.Columns)];
        return Dataset.Of(
            data.Name,
            expected,
            chosen,
            data.Labels,
            extra.Length == 0
                ? data.Notes
                : [.. data.Notes, $"the model has no column {string.Join(", ", extra.Take(5))}{(extra.Length > 5 ? ", ..." : "")}; left out"]
        );
    }

    /// <inheritdoc/>
    public override Dataset FromArrays(DataSchema schema, string name, IEnumerable<float[]> records)
    {
        var data = VectorRecords.FromArrays(name, [.. records], null, null);
        return data.BroughtTo(schema);
    }
}
