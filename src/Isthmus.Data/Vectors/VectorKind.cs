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
    public override string Phrase(DataSchema schema) => $"records of {Counted.Of(schema.Dimension, Unit)}";

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
}
