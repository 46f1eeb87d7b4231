using DuckDB.NET.Data;

namespace Isthmus.Data.Cells;

/// <summary>What kind of table a file is, and Parquet and JSON before DuckDB: how they are opened, asked, and complained about.</summary>
internal static class TableFile
{
    private static readonly string[] Extensions = [".csv", ".tsv", ".data", ".parquet"],
        JsonExtensions = [".json", ".jsonl", ".ndjson"];
    private static readonly string[] NumberTypes =
    [
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
        "FLOAT",
        "DOUBLE",
    ];

    /// <summary>Whether the name is that of a table of any kind.</summary>
    public static bool IsAny(string path) => IsTable(path) || IsJson(path);

    /// <summary>Whether the name is that of a table of text or Parquet.</summary>
    public static bool IsTable(string path) =>
        Extensions.Contains(Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).ToLowerInvariant());

    /// <summary>Whether it is Parquet, which has typed columns; the others are text.</summary>
    public static bool IsParquet(string path) => Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is JSON: an array of objects, or an object a line.</summary>
    public static bool IsJson(string path) => JsonExtensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>What to select from, with the <see cref="Pattern"/> of the path as its parameter.</summary>
    public static string Source(string path) => IsParquet(path) ? "read_parquet(?)" : "read_json_auto(?, sample_size = -1)";

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
            var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new InvalidInputException(
                $"{path} cannot be read as a table: {string.Join(" ", lines.Take(2))} Correct it, or save it again as UTF-8 CSV or Parquet.",
                e
            );
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
}
