using DuckDB.NET.Data;

namespace Isthmus.Data;

/// <summary>A CSV or Parquet file opened by DuckDB: no extension comes from the network, and what goes wrong is one line about the file.</summary>
internal static class TableFile
{
    /// <summary>Opens a connection and hands it to <paramref name="read"/>.</summary>
    /// <exception cref="InvalidInputException">The file is damaged, or cannot be read.</exception>
    public static T Read<T>(string path, Func<DuckDBConnection, T> read)
    {
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            foreach (var setting in new[] { "autoinstall_known_extensions", "autoload_known_extensions" })
                using (var command = Command(connection, $"SET {setting} = false"))
                    command.ExecuteNonQuery();
            return read(connection);
        }
        catch (DuckDBException e)
        {
            var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new InvalidInputException($"{path} cannot be read as a table: {string.Join(" ", lines.Take(2))} Correct it, or save it again as UTF-8 CSV or Parquet.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A query with its parameters, ? each.</summary>
    public static DuckDBCommand Command(DuckDBConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new DuckDBParameter(parameter));
        return command;
    }

    /// <summary>Names and types of the columns of a source with one parameter, the file's <see cref="Pattern"/>.</summary>
    public static List<(string Name, string Type)> Types(DuckDBConnection connection, string source, string path)
    {
        var columns = new List<(string, string)>();
        using var command = Command(connection, $"DESCRIBE SELECT * FROM {source}", Pattern(path));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }

    /// <summary>Whether the name is that of a Parquet file.</summary>
    public static bool IsParquet(string path) => Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path as DuckDB's readers want it: they take *, ? and [ for a pattern.</summary>
    public static string Pattern(string path) => string.Concat(Path.GetFullPath(path).Select(c => c is '*' or '?' or '[' ? $"[{c}]" : $"{c}"));

    /// <summary>A column's name in a query.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
