using System.Globalization;
using DuckDB.NET.Data;

namespace Isthmus.Data;

/// <summary>
/// A table of texts whose columns are asked for one by one: by name, or by number from 1 where it has no header. Cells are
/// parted by ::, tabs, or else by what parts the first line most often of comma, semicolon and bar.
/// </summary>
internal sealed class ColumnTable
{
    private const int LongestFirstLine = 1 << 16, LongestLine = 64 << 20;

    private readonly string _path;
    private readonly string[] _names;
    private readonly string _firstLine = "";
    private readonly DuckDBConnection _connection;
    private readonly string _source;

    /// <param name="connection">DuckDB.</param>
    /// <param name="path">The file.</param>
    /// <param name="hasHeader">Whether its first line names the columns.</param>
    /// <param name="hasLongCells">Whether a cell may be a whole document, of more than the 2 MB that a line usually has at most.</param>
    public ColumnTable(DuckDBConnection connection, string path, bool hasHeader, bool hasLongCells = false)
    {
        (_connection, _path) = (connection, path);
        if (!File.Exists(path))
            throw new InvalidInputException($"{path} does not exist.");
        if (TableFile.IsParquet(path))
            _source = "read_parquet(?)";
        else
        {
            _firstLine = FirstLine(path);
            _source = $"read_csv(?, all_varchar = true, delim = '{Delimiter(_firstLine)}', header = {(hasHeader ? "true" : "false")}, skip = 0, null_padding = false{(hasLongCells ? $", max_line_size = {LongestLine}, buffer_size = {2 * LongestLine}" : "")})";
        }
        _names = [.. TableFile.Columns(connection, _source, TableFile.Pattern(path)).Select(column => column.Name)];
        HasHeader = hasHeader || TableFile.IsParquet(path);
    }

    /// <summary>Whether columns have names.</summary>
    public bool HasHeader { get; }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The column's place, 0 for the first.</summary>
    /// <exception cref="InvalidInputException">There is none of that name or number.</exception>
    public int Position(string column)
    {
        var place = HasHeader ? Array.IndexOf(_names, column) : int.Parse(column, CultureInfo.InvariantCulture) - 1;
        if (place >= 0 && place < _names.Length)
            return place;
        if (!HasHeader)
            throw new InvalidInputException($"{_path} has no column {column}: its rows have {_names.Length} cells, numbered from 1. Its first line is '{_firstLine}'.");
        var near = NearestName.Of(column, _names);
        throw new InvalidInputException($"{_path} has no column '{column}'; " + (near is not null ? $"did you mean '{near}'?"
            : _firstLine.Length == 0 ? $"it has {string.Join(", ", _names.Take(12))}."
            : $"its first line is '{_firstLine}'. If that is no header, give columns by number from 1."));
    }

    /// <summary>Reads the rows of some columns as texts, in the file's order, without holding them.</summary>
    /// <param name="columns">Places; null for a column of nothing.</param>
    /// <param name="visit">Told each row's cells, null for an empty one, and its number from 1.</param>
    public void ForEachRow(IReadOnlyList<int?> columns, Action<string?[], int> visit)
    {
        var selected = columns.Select(column => column is { } place ? $"CAST({TableFile.Quoted(_names[place])} AS VARCHAR)" : "NULL");
        using var command = TableFile.Command(_connection, $"SELECT {string.Join(", ", selected)} FROM {_source}", TableFile.Pattern(_path));
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        var cells = new string?[columns.Count];
        for (var row = 1; reader.Read(); row++)
        {
            for (var i = 0; i < cells.Length; i++)
                cells[i] = columns[i] is null || reader.IsDBNull(i) ? null : reader.GetString(i);
            visit(cells, row);
        }
    }

    private static string FirstLine(string path) => DataFile.Read(path, stream =>
    {
        var head = new byte[LongestFirstLine];
        var text = System.Text.Encoding.UTF8.GetString(head, 0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        return text.TrimStart('\uFEFF').Split('\n', 2)[0].TrimEnd('\r');
    });

    private static string Delimiter(string line) =>
        line.Contains("::", StringComparison.Ordinal) ? "::"
        : line.Contains('\t') ? "\\t"
        : new[] { ",", ";", "|" }.MaxBy(candidate => line.Split(candidate).Length)!;
}
