using DuckDB.NET.Data;

namespace Isthmus.Data.Cells;

/// <summary>Writes columns as CSV or Parquet by DuckDB, completely or not at all.</summary>
public static class TableWriter
{
    /// <summary>Throws unless <see cref="Write(string, IReadOnlyList{Column})"/> can write a file of this name.</summary>
    /// <exception cref="InvalidInputException">The extension is none of .csv and .parquet.</exception>
    public static void CheckName(string path) => FormatOf(path);

    /// <summary>Writes the columns side by side; of two with the same name the later gets an underscore appended.</summary>
    /// <param name="path">The file; .csv or .parquet.</param>
    /// <param name="columns">At least one, all of as many rows.</param>
    /// <exception cref="InvalidInputException">Another extension, or the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Column> columns) => Write(path, part => part(columns));

    /// <summary>Writes a table that comes in parts, holding one part in memory at a time.</summary>
    /// <param name="path">The file; .csv or .parquet.</param>
    /// <param name="parts">Function that passes on part after part, at least one: the same columns with the next rows.</param>
    /// <exception cref="InvalidInputException">Another extension, or the file cannot be written.</exception>
    public static void Write(string path, Action<Action<IReadOnlyList<Column>>> parts)
    {
        var (format, hasTypes) = FormatOf(path);
        AtomicFile.WriteByPath(path, temporary =>
        {
            // Says in .NET's words when the folder cannot be written to.
            File.Create(temporary).Dispose();
            var rows = temporary + ".rows";
            try
            {
                using var connection = new DuckDBConnection("DataSource=:memory:");
                connection.Open();
                // Data that do not fit into memory wait on disk.
                Execute(connection, $"SET memory_limit = '256MB'; SET temp_directory = '{rows.Replace("'", "''")}'");
                var isFirst = true;
                var written = "";
                parts(columns =>
                {
                    if (columns.Any(column => column.Count != columns[0].Count))
                        throw new InvalidInputException(path, "gets columns with different numbers of rows", $"give each {columns[0].Count}");
                    if (isFirst)
                    {
                        string[] names = [.. UniqueNames(columns).Select(TableFile.Quoted)];
                        Execute(connection, $"CREATE TABLE t ({string.Join(", ", names.Zip(columns, (name, column) => $"{name} {column.Type}"))})");
                        written = string.Join(
                            ", ",
                            names.Zip(columns, (name, column) => hasTypes && column.Cast is { } type ? $"CAST({name} AS {type}) AS {name}" : name)
                        );
                    }
                    isFirst = false;
                    Append(connection, columns);
                });
                // Its own temporary file would stay behind on a full disk.
                Execute(connection, $"COPY (SELECT {written} FROM t) TO '{temporary.Replace("'", "''")}' ({format}, USE_TMP_FILE false)");
            }
            catch (DuckDBException e)
            {
                throw new IOException(e.Message, e);
            }
            finally
            {
                if (Directory.Exists(rows))
                    Directory.Delete(rows, recursive: true);
            }
            using var file = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite);
            file.Flush(flushToDisk: true);
        });
    }

    private static (string Options, bool HasTypes) FormatOf(string path) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => ("FORMAT csv, HEADER", false),
            ".parquet" => ("FORMAT parquet", true),
            _ => throw new InvalidInputException(path, "is not a name of a table, which is written as .csv or .parquet", "give a name that ends so"),
        };

    private static List<string> UniqueNames(IReadOnlyList<Column> columns)
    {
        // DuckDB does not tell upper case from lower.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new List<string>();
        foreach (var column in columns)
        {
            var name = column.Name;
            while (!taken.Add(name))
                name += "_";
            names.Add(name);
        }
        return names;
    }

    private static void Append(DuckDBConnection connection, IReadOnlyList<Column> columns)
    {
        using var appender = connection.CreateAppender("t");
        for (var row = 0; row < columns[0].Count; row++)
        {
            var cells = appender.CreateRow();
            foreach (var column in columns)
                cells =
                    column.IsText ? cells.AppendValue(column.Text(row))
                    : column.IsWhole ? cells.AppendValue((int?)column.Whole(row))
                    : cells.AppendValue(float.IsNaN(column.Number(row)) ? null : column.Number(row));
            cells.EndRow();
        }
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
