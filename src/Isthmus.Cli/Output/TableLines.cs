using Isthmus.Data.Cells;
using Isthmus.Data.Tables;

namespace Isthmus.Cli.Output;

/// <summary>The columns of a mixed table for people, one a line.</summary>
internal static class TableLines
{
    private const int Shown = 60,
        ShownLevels = 6;

    /// <summary>The columns, those that were left out and why.</summary>
    /// <param name="table">Schema fitted on the rows.</param>
    /// <param name="rows">Rows that it was fitted on, so that missing cells are counted; null where they are not known.</param>
    public static IEnumerable<string> Of(TableSchema table, int? rows = null)
    {
        var width = table.Fields.Take(Shown).Max(field => field.Name.Length);
        foreach (var field in table.Fields.Take(Shown))
            yield return $"  {field.Name.PadRight(width)}  {field.Kind.ToString().ToLowerInvariant(),-9} {Words(field)}{Missing(field, rows)}";
        if (table.Fields.Count > Shown)
            yield return $"  and {table.Fields.Count - Shown} more";
        foreach (var column in table.Skipped)
            yield return $"  {column.Name.PadRight(width)}  left out: {column.Reason}";
    }

    private static string Missing(FittedColumn field, int? rows) =>
        rows
            - (
                field switch
                {
                    FittedNumbers number => number.Observed,
                    FittedCategories levels => levels.Observed,
                    _ => rows,
                }
            )
            is > 0
                and var missing
            ? $", {NumberText.Of(missing)} missing"
            : "";

    private static string Words(FittedColumn field) =>
        field switch
        {
            FittedCategories levels =>
                $"{levels.Levels.Count + levels.Rare.Count} categories: "
                    + string.Join(", ", levels.Levels.Concat(levels.Rare).Take(ShownLevels).Select(level => $"'{level}'"))
                    + (levels.Levels.Count + levels.Rare.Count > ShownLevels ? ", ..." : ""),
            FittedNumbers { Kind: ColumnKind.Date } date => $"{date.Written(date.Minimum)} to {date.Written(date.Maximum)}",
            FittedNumbers { Spelling: { } spelling } written => $"{spelling.Write(written.Minimum)} to {spelling.Write(written.Maximum)}{Form(written)}",
            FittedNumbers number => $"{NumberText.Of(number.Minimum)} to {NumberText.Of(number.Maximum)}{Form(number)}",
            _ => "",
        };

    private static string Form(FittedNumbers number)
    {
        var step = number.Step > 0 && number.Minimum < number.Maximum ? FormattableString.Invariant($" by {number.Step}") : "";
        return $"{step}{(number.Modes.Count > 1 ? $", {number.Modes.Count} modes" : "")}{(number.HasHeavyTails ? ", heavy tails" : "")}";
    }
}
