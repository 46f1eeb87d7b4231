using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>Rows of tables with mixed columns, and windows of series of such rows.</summary>
public sealed class TableKind : RecordKind
{
    private TableKind() { }

    /// <summary>The one instance.</summary>
    public static TableKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "table";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => schema is TableSchema { Series: not null } ? "window" : "row";
}
