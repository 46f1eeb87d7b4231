using DuckDB.NET.Data;

namespace Isthmus.Data.Cells;

/// <summary>Recognises kinds of table files; opens and queries Parquet and JSON by DuckDB, and turns its errors into one line.</summary>
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

    /// <summary>Returns true for the name of a table of any kind.</summary>
    public static bool IsAny(string path) => IsTable(path) || IsJson(path);

    /// <summary>Returns true for the name of a table of text or Parquet.</summary>
    public static bool IsTable(string path) =>
        Extensions.Contains(Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).ToLowerInvariant());

    /// <summary>Returns true for Parquet, which has typed columns; the others are text.</summary>
    public static bool IsParquet(string path) => Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns true for JSON: an array of objects, or an object a line.</summary>
    public static bool IsJson(string path) => JsonExtensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Returns the SQL source to select from, with the <see cref="Pattern"/> of the path as its parameter.</summary>
    public static string Source(string path) => IsParquet(path) ? "read_parquet(?)" : "read_json_auto(?, sample_size = -1)";

    /// <summary>Returns true if a column of this DuckDB type holds numbers (truth values count as 0 and 1).</summary>
    public static bool IsNumberType(string type) => NumberTypes.Contains(type) || type.StartsWith("DECIMAL", StringComparison.Ordinal);

    /// <summary>Passes a connection to <paramref name="read"/>; any failure becomes one line about the file.</summary>
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
                path,
                $"cannot be read as a table: {string.Join(" ", lines.Take(2))}",
                "correct it, or save it again as UTF-8 CSV or Parquet",
                cause: e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
    }

    /// <summary>Creates a command with its parameters.</summary>
    public static DuckDBCommand Command(DuckDBConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new DuckDBParameter(parameter));
        return command;
    }

    /// <summary>Returns the names and DuckDB types of a source's columns.</summary>
    public static List<(string Name, string Type)> Columns(DuckDBConnection connection, string source, params ReadOnlySpan<object> parameters)
    {
        var columns = new List<(string, string)>();
        using var command = Command(connection, $"DESCRIBE SELECT * FROM {source}", parameters);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }

    /// <summary>Returns the path as the reader's parameter, with *, ? and [ escaped.</summary>
    public static string Pattern(string path) => string.Concat(Path.GetFullPath(path).Select(c => c is '*' or '?' or '[' ? $"[{c}]" : $"{c}"));

    /// <summary>Returns a column's name quoted for a query.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
