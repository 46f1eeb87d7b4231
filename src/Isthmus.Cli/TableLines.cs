using Isthmus.Data;
using Isthmus.Reporting;

namespace Isthmus.Cli;

/// <summary>The columns of a mixed table for people, one a line.</summary>
internal static class TableLines
{
    private const int Shown = 60, ShownLevels = 6;

    public static IEnumerable<string> Of(TableSchema table)
    {
        var width = table.Fields.Take(Shown).Max(field => field.Name.Length);
        foreach (var field in table.Fields.Take(Shown))
            yield return $"  {field.Name.PadRight(width)}  {field.Kind.ToString().ToLowerInvariant(),-9} {Words(field)}";
        if (table.Fields.Count > Shown)
            yield return $"  and {table.Fields.Count - Shown} more";
        foreach (var column in table.Skipped)
            yield return $"  {column.Name.PadRight(width)}  left out: {column.Reason}";
    }

    private static string Words(TableField field) => field switch
    {
        LevelField levels => $"{levels.Levels.Count + levels.Rare.Count} levels: {string.Join(", ", levels.Levels.Take(ShownLevels).Select(level => $"'{level}'"))}{(levels.Levels.Count > ShownLevels ? ", ..." : "")}",
        NumberField { Kind: ColumnKind.Date } date => $"{date.Decode((float)((date.Minimum - date.Center) / date.Scale), new(1))} to {date.Decode((float)((date.Maximum - date.Center) / date.Scale), new(1))}",
        NumberField number => $"{NumberText.Of(number.Minimum)} to {NumberText.Of(number.Maximum)}{(number.Step > 0 ? FormattableString.Invariant($" by {number.Step}") : "")}{(number.Modes.Count > 1 ? $", {number.Modes.Count} modes" : "")}{(number.HasHeavyTails ? ", heavy tails" : "")}",
        _ => "",
    };
}
