using System.Text.Unicode;
using DuckDB.NET.Data;

namespace Isthmus.Data;

/// <summary>A CSV, TSV or Parquet file before DuckDB: how it is opened, asked, and complained about.</summary>
internal static class TableFile
{
    // A file that is searched for the line at fault is held in memory.
    private const long LargestSearched = 1 << 28;

    private static readonly string[] Extensions = [".csv", ".tsv", ".parquet"], JsonExtensions = [".json", ".jsonl", ".ndjson"];
    private static readonly string[] NumberTypes = ["BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE"];

    /// <summary>Whether the name is that of a table.</summary>
    public static bool IsTable(string path) => Extensions.Contains(Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).ToLowerInvariant());

    /// <summary>Whether it is Parquet, which has typed columns; the others are text.</summary>
    public static bool IsParquet(string path) => Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is JSON: an array of objects, or an object a line.</summary>
    public static bool IsJson(string path) => JsonExtensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>What to select from, with the <see cref="Pattern"/> of the path as its parameter. The cells of text files are texts.</summary>
    public static string Source(string path) => IsParquet(path) ? "read_parquet(?)" : IsJson(path) ? "read_json_auto(?)" : "read_csv(?, all_varchar = true, skip = 0)";

    /// <summary>Whether a column of this DuckDB type holds numbers (truth values count as 0 and 1).</summary>
    public static bool IsNumberType(string type) => NumberTypes.Contains(type) || type.StartsWith("DECIMAL", StringComparison.Ordinal);

    /// <summary>Hands a connection to <paramref name="read"/>; whatever goes wrong is one line about the file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read as a table.</exception>
    public static T Read<T>(string path, Func<DuckDBConnection, T> read)
    {
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            // Never fetch an extension from the network.
            foreach (var setting in new[] { "autoinstall_known_extensions", "autoload_known_extensions" })
                using (var command = Command(connection, $"SET {setting} = false"))
                    command.ExecuteNonQuery();
            return read(connection);
        }
        catch (DuckDBException e)
        {
            if (FirstLineNotUtf8(path) is { } line)
                throw new InvalidInputException($"{path}: line {line} is not UTF-8 text; save the file again as UTF-8.", e);
            var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new InvalidInputException($"{path} cannot be read as a table: {string.Join(" ", lines.Take(2))} Correct it, or save it again as UTF-8 CSV or Parquet.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A command with its parameters.</summary>
    public static DuckDBCommand Command(DuckDBConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new DuckDBParameter(parameter));
        return command;
    }

    /// <summary>The names and types of a source's columns, as DuckDB has them.</summary>
    public static List<(string Name, string Type)> Columns(DuckDBConnection connection, string source, string pattern)
    {
        var columns = new List<(string, string)>();
        using var command = Command(connection, $"DESCRIBE SELECT * FROM {source}", pattern);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }

    /// <summary>The path as the reader's parameter; it takes *, ? and [ for a pattern.</summary>
    public static string Pattern(string path) => string.Concat(Path.GetFullPath(path).Select(c => c is '*' or '?' or '[' ? $"[{c}]" : $"{c}"));

    /// <summary>A column's name in a query.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    /// <summary>DuckDB takes a table for one column if no delimiter gives every row as many cells; that is then the complaint.</summary>
    public static InvalidInputException? Ragged(string path, IReadOnlyList<string> names)
    {
        if (names is not [var only] || !only.AsSpan().ContainsAny(",;\t|"))
            return null;
        var odd = IsSearched(path) ? new CsvCells(File.ReadAllBytes(path)).FirstOdd() : null;
        return new($"{path}: {(odd is { } row ? $"line {row.Line} has {row.Cells} cell{(row.Cells == 1 ? "" : "s")} and its first line {row.Expected}" : $"its rows do not all have as many cells as its first line, '{only}'")}; give every row as many.");
    }

    private static int? FirstLineNotUtf8(string path)
    {
        if (IsParquet(path) || !IsSearched(path))
            return null;
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        var number = 0;
        foreach (var line in bytes.Split((byte)'\n'))
        {
            number++;
            if (!Utf8.IsValid(bytes[line]))
                return number;
        }
        return null;
    }

    private static bool IsSearched(string path) => new FileInfo(path).Length <= LargestSearched && !path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
