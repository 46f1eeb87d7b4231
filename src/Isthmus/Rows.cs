using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;

namespace Isthmus;

/// <summary>
/// Rows of a table whose columns are numbers, texts, truth values or dates, and may have missing values: objects, dictionaries or JSON in memory, or a file.
/// What a column is, is said by its type, and where it has none by its cells, as of a file. In memory null, NaN and an empty text are missing values.
/// </summary>
public static class Rows
{
    /// <summary>
    /// Rows of objects: every public property that is a number, a text, a truth value, an enumeration or a date is a column. Or rows whose columns have names
    /// at run time: dictionaries of a text to a value, and JSON; what a row does not name is missing in it.
    /// </summary>
    /// <param name="rows">The rows, which are copied.</param>
    /// <param name="options">Choice of columns and their kinds. Default: all, as found.</param>
    /// <exception cref="InvalidInputException">No row, a row that is null, no column, a number that is infinite, or a cell that is no such value.</exception>
    public static Dataset From<T>(IEnumerable<T> rows, RowOptions? options = null) => Read(Table([.. rows]), options);

    /// <summary>Rows of JSON: an array of objects, or one object. Dates are texts: <c>"2024-03-31T17:00:00"</c>.</summary>
    /// <param name="rows">The body.</param>
    /// <param name="options">Choice of columns and their kinds. Default: all, as found.</param>
    /// <exception cref="InvalidInputException">Other JSON, no row, no column, or a value that is an object or array.</exception>
    public static Dataset From(JsonElement rows, RowOptions? options = null) => Read(Table(Elements(rows)), options);

    /// <summary>Rows of cells, and the names of their columns.</summary>
    /// <param name="columns">The names.</param>
    /// <param name="rows">Rows of equal length: numbers, texts, truth values, dates, or null for a missing value.</param>
    /// <param name="options">Choice of columns and their kinds. Default: all, as found.</param>
    /// <exception cref="InvalidInputException">No row, two columns of one name, a row of more or fewer cells, or a cell that is no such value.</exception>
    public static Dataset From(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows, RowOptions? options = null)
    {
        const string Name = $"rows{Dataset.InMemory}";
        IReadOnlyList<object?>[] all = [.. rows];
        foreach (var (place, row) in all.Index())
            if (row?.Count != columns.Count)
                throw new InvalidInputException(
                    $"{Name}: row {place + 1}",
                    $"{(row is null ? "is null" : $"has {Counted.Of(row.Count, "cell")}")}, and there are {Counted.Of(columns.Count, "column")}",
                    "give every row as many"
                );
        return Read(new(Name, [.. columns.Select((name, column) => MemoryColumn.Of(Name, name, [.. all.Select(row => row[column])]))], all.Length), options);
    }

    /// <summary>Every row of a table in a file: .csv, .tsv, .json, .jsonl or .parquet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Choice of columns and their kinds. Default: all, as found.</param>
    /// <exception cref="InvalidInputException">No such file, no row, no column, or a cell that is not of its column's kind: names column and row.</exception>
    public static Dataset Load(string path, RowOptions? options = null) => DataSource.LoadAll(path, (options ?? new()).Reading(1));

    /// <summary>The same in parts to train, validate and test on: 80 % / 10 % / 10 % at random, of a series in the order of time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seed">Random seed of the choice. Default 1.</param>
    /// <param name="options">Choice of columns and their kinds. Default: all, as found.</param>
    /// <exception cref="InvalidInputException">As of <see cref="Load"/>, or fewer than three rows.</exception>
    public static DataSplits LoadSplits(string path, int seed = 1, RowOptions? options = null) => DataSource.Load(path, (options ?? new()).Reading(seed));

    /// <summary>Rows of one type as a table in memory.</summary>
    internal static MemoryTable Table<T>(IReadOnlyList<T> rows) => RowShape<T>.Instance.Read(rows);

    /// <summary>The objects of an array of JSON, or the one that it is.</summary>
    internal static IReadOnlyList<JsonElement> Elements(JsonElement rows) =>
        rows.ValueKind switch
        {
            JsonValueKind.Array => [.. rows.EnumerateArray()],
            JsonValueKind.Object => [rows],
            _ => throw new InvalidInputException(
                null,
                "Rows of JSON are an array of objects, or one object",
                $"this is {rows.ValueKind.ToString().ToLowerInvariant()}"
            ),
        };

    private static Dataset Read(MemoryTable table, RowOptions? options) => MixedTableReader.LoadAll(TableInput.Of(table), (options ?? new()).Reading(1));
}

/// <summary>Columns to read from rows, and their kinds.</summary>
public sealed record RowOptions
{
    /// <summary>The columns to take. Default: all but the label, and but those that only tell rows apart.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Kinds of columns where types and cells leave it open: <c>Kinds = { ["Zip"] = ColumnKind.Category }</c>. Default: as found.</summary>
    public IDictionary<string, ColumnKind> Kinds { get; init; } = new Dictionary<string, ColumnKind>();

    /// <summary>The column of each row's class, which the model does not see. Default: none.</summary>
    public string? Label { get; init; }

    /// <summary>Column of times of a series, which orders the rows; a record is then a window of consecutive rows. Default null: rows are no series.</summary>
    public string? Time { get; init; }

    /// <summary>Number of rows in a window of a series, at least 1. Default 64.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Number of rows from the start of one window of a series to the start of the next, at least 1. Default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>
    /// Options for reading cells: texts that mean a missing value, decimal mark, order of dates. Default: inferred from the file; in memory null is missing.
    /// </summary>
    public TableReading Cells { get; init; } = new();

    internal DataOptions Reading(int seed) =>
        new()
        {
            Seed = seed,
            Columns = Columns is null && Kinds.Count == 0 ? null : [.. Columns ?? [], .. Kinds.Select(column => $"{column.Key}:{column.Value}")],
            Label = Label,
            Table = new()
            {
                Time = Time,
                Window = Window,
                Stride = Stride,
            },
            Reading = Cells,
        };
}
