using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>
/// Reader of items' titles from a separate table. The item column has the same name as in the interactions, or else is the first; the title column is called
/// title or name, or else is the second.
/// </summary>
internal static class ItemTitles
{
    private static readonly string[] Names = ["title", "name"];

    /// <summary>Reads one title for each item, empty if the table has none.</summary>
    /// <exception cref="InvalidInputException">The table cannot be read, has one column, or knows none of the items.</exception>
    public static IReadOnlyList<string> Read(string path, InteractionOptions options, IReadOnlyList<string> items, TableReading reading)
    {
        var table = new TextTable(path, hasHeader: !options.ByNumber, reading);
        if (table.Names.Count < 2)
            throw new InvalidInputException(
                path,
                $"has one column ('{table.Names[0]}')",
                "give a table with the items' ids in one and their titles in another"
            );
        var id = table.HasHeader && table.Names.Contains(options.Item!) ? table.Position(options.Item!) : 0;
        var other = id == 1 ? 0 : 1;
        var title = Enumerable
            .Range(0, table.Names.Count)
            .FirstOrDefault(column => column != id && Names.Contains(table.Names[column], StringComparer.OrdinalIgnoreCase), other);
        var (titles, byValue) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        table.ForEachRow([id, title], (cells, _) =>
        {
            if (cells is [{ } item, { } text])
                titles[item] = byValue[CellValue.Of(item)] = text;
        });
        string[] found = [.. items.Select(item => titles.TryGetValue(item, out var text) || byValue.TryGetValue(CellValue.Of(item), out text) ? text : "")];
        return found.Any(text => text.Length > 0)
            ? found
            : throw new InvalidInputException(
                path,
                $"names none of the {items.Count} items",
                $"give its first column '{table.Names[id]}' and the interactions' '{options.Item}' the same ids, such as '{items[0]}'"
            );
    }
}
