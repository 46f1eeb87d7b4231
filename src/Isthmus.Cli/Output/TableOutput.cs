using Isthmus.Data.Tables;

namespace Isthmus.Cli.Output;

/// <summary>Rows of mixed columns: drawn as a table, and described column by column.</summary>
internal sealed class TableOutput(TableSchema table) : KindOutput(table)
{
    public override bool IsDrawnByColumns => true;

    public override void DemandRecords() => throw TableKind.NotWritten(table);

    public override IEnumerable<string> OfModel() => TableLines.Of(table);

    public override IEnumerable<string> OfData(int records) => TableLines.Of(table, table.Series is null ? records : null);
}
