using System.Text.Json;
using Isthmus.Data.Cells;

namespace Isthmus.Server.Records;

/// <summary>Objects of JSON as columns of a table: in the order in which they name them first, and missing where one does not.</summary>
internal static class JsonColumns
{
    /// <summary>Returns the columns; those of numbers or of truth values alone have that type in a file with types.</summary>
    public static IReadOnlyList<Column> Of(IReadOnlyList<JsonElement> rows)
    {
        var cells = new OrderedDictionary<string, JsonElement[]>(StringComparer.Ordinal);
        foreach (var (place, row) in rows.Index())
            foreach (var cell in row.EnumerateObject())
            {
                if (!cells.TryGetValue(cell.Name, out var column))
                    cells.Add(cell.Name, column = new JsonElement[rows.Count]);
                column[place] = cell.Value;
            }
        return [.. cells.Select(column => Of(column.Key, column.Value))];
    }

    private static Column Of(string name, JsonElement[] cells)
    {
        string?[] texts =
        [
            .. cells.Select(cell =>
                cell.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null
                : cell.ValueKind == JsonValueKind.String ? cell.GetString()
                : cell.GetRawText()
            ),
        ];
        var kinds = cells.Select(cell => cell.ValueKind).Where(kind => kind is not (JsonValueKind.Undefined or JsonValueKind.Null)).ToHashSet();
        return kinds.Count > 0 && kinds.All(kind => kind == JsonValueKind.Number) ? new(name, texts, IsWhole(cells) ? "BIGINT" : "DOUBLE")
            : kinds.Count > 0 && kinds.All(kind => kind is JsonValueKind.True or JsonValueKind.False) ? new(name, texts, "BOOLEAN")
            : new(name, texts);
    }

    private static bool IsWhole(JsonElement[] cells) => cells.All(cell => cell.ValueKind != JsonValueKind.Number || cell.TryGetInt64(out _));
}
