using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>Rows of tables with mixed columns, and windows of series of such rows.</summary>
public sealed class TableKind : RecordKind
{
    private TableKind() { }

    /// <summary>The single instance.</summary>
    public static TableKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "table";

    /// <inheritdoc/>
    public override bool MayHaveMissingNumbers => true;

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => ((TableSchema)schema).IsOfRows ? "row" : "window";

    /// <inheritdoc/>
    public override Type SchemaType => typeof(TableSchema);

    /// <inheritdoc/>
    public override string Unit => "column";

    /// <inheritdoc/>
    public override string Phrase(DataSchema schema) => $"{Noun(schema)}s of {Counted.Of(schema.Dimension, Unit)}";

    /// <inheritdoc/>
    public override string Model => "table-vae";

    /// <summary>Default likelihood: that of each column by its kind.</summary>
    public override string Likelihood(DataSchema schema) => "mixed";

    /// <inheritdoc/>
    public override bool AllowsHalfPrecision => false;

    /// <inheritdoc/>
    public override RecordForm Form => RecordForm.None;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns(DataSchema schema, float[] values) => throw NotWritten(schema);

    /// <summary>Returns the error for a request to write rows of windows.</summary>
    internal static InvalidInputException NotWritten(DataSchema schema) =>
        new($"{schema}", "are not written back as records", "score them, fill their missing values, or draw new ones");

    /// <summary>The columns found if they are the model's with further categories and values, otherwise the model's.</summary>
    internal override DataSchema Grown(DataSchema model, DataSchema found) => ((TableSchema)model).IsStartOf((TableSchema)found) ? found : model;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Option, object? Value)> Arguments(DataSchema schema, bool isPublished)
    {
        var table = (TableSchema)schema;
        return
        [
            ("--columns", table.Asked is { } asked ? string.Join(',', asked) : null),
            ("--label", table.Skipped.FirstOrDefault(column => column.Reason == SkippedColumn.TheLabel)?.Name),
            ("--time", table.Series?.Time),
            ("--window", table.Series?.Window),
            ("--stride", table.Series?.Stride),
        ];
    }
}
