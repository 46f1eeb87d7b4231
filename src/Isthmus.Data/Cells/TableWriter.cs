using DuckDB.NET.Data;

namespace Isthmus.Data.Cells;

/// <summary>Writes columns as CSV or Parquet by DuckDB, completely or not at all.</summary>
public static class TableWriter
{
    private const string MetadataKey = "isthmus";

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
        WriteAs(path, (connection, target) =>
        {
            var casts = Filled(connection, path, parts);
            return $"COPY (SELECT {Selected(connection, hasTypes ? casts : [])} FROM t) TO {target} ({format}, USE_TMP_FILE false)";
        });
    }

    /// <summary>
    /// Writes a table that comes in parts, or none, as Parquet with a text in its metadata; texts stay texts, to be converted by <see cref="Join"/>.
    /// </summary>
    /// <param name="path">The file; .parquet.</param>
    /// <param name="parts">Function that passes on part after part.</param>
    /// <param name="metadata">Function that returns the text, called after the last part.</param>
    internal static void WriteWithMetadata(string path, Action<Action<IReadOnlyList<Column>>> parts, Func<string> metadata) =>
        WriteAs(path, (connection, target) =>
        {
            Filled(connection, path, parts, mayBeEmpty: true);
            return $"COPY t TO {target} (FORMAT parquet, USE_TMP_FILE false, KV_METADATA {{{MetadataKey}: '{metadata().Replace("'", "''")}'}})";
        });

    /// <summary>Returns the text in the metadata of a Parquet file; null if there is none.</summary>
    /// <exception cref="InvalidInputException">The file is damaged, or no Parquet.</exception>
    internal static string? Metadata(string path) => TableFile.Read(path, connection =>
        {
            using var command = TableFile.Command(
                connection,
                $"SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = '{MetadataKey}'",
                TableFile.Pattern(path)
            );
            return command.ExecuteScalar() as string;
        });

    /// <summary>Writes the rows of Parquet files one after another as one table: the bytes that writing the same rows at once gives.</summary>
    /// <param name="path">The file; .csv or .parquet.</param>
    /// <param name="files">Files of <see cref="WriteWithMetadata"/> with the same columns.</param>
    /// <param name="casts">Types that texts are converted to in a file with types, by column.</param>
    internal static void Join(string path, IReadOnlyList<string> files, IReadOnlyDictionary<string, string> casts)
    {
        var (format, hasTypes) = FormatOf(path);
        WriteAs(path, (connection, target) =>
        {
            foreach (var (index, file) in files.Index())
                using (
                    var command = TableFile.Command(
                        connection,
                        $"{(index == 0 ? "CREATE TABLE t AS" : "INSERT INTO t")} SELECT * FROM read_parquet(?)",
                        TableFile.Pattern(file)
                    )
                )
                    command.ExecuteNonQuery();
            var selected = Selected(connection, hasTypes ? casts : new Dictionary<string, string>());
            return $"COPY (SELECT {selected} FROM t) TO {target} ({format}, USE_TMP_FILE false)";
        });
    }

    /// <summary>Reads the numbers of a Parquet file, some rows at a time, one row after another; NaN for a missing one.</summary>
    internal static IEnumerable<double[]> Numbers(string file)
    {
        const int PartRows = 4096;
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = TableFile.Command(connection, "SELECT CAST(COLUMNS(*) AS DOUBLE) FROM read_parquet(?)", TableFile.Pattern(file));
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        var part = new List<double>();
        while (reader.Read())
        {
            for (var column = 0; column < reader.FieldCount; column++)
                part.Add(reader.IsDBNull(column) ? double.NaN : reader.GetDouble(column));
            if (part.Count < PartRows * reader.FieldCount)
                continue;
            yield return [.. part];
            part.Clear();
        }
        if (part.Count > 0)
            yield return [.. part];
    }

    /// <summary>Returns the types that the texts of columns are converted to in a file with types, by the name that the column has there.</summary>
    internal static Dictionary<string, string> Casts(IReadOnlyList<Column> columns) =>
        UniqueNames(columns).Zip(columns).Where(column => column.Second.Cast is not null).ToDictionary(column => column.First, column => column.Second.Cast!);

    /// <summary>Fills the table <c>t</c>, and returns the types that its texts are converted to.</summary>
    private static Dictionary<string, string> Filled(
        DuckDBConnection connection,
        string path,
        Action<Action<IReadOnlyList<Column>>> parts,
        bool mayBeEmpty = false
    )
    {
        Dictionary<string, string>? casts = null;
        parts(columns =>
        {
            if (columns.Any(column => column.Count != columns[0].Count))
                throw new InvalidInputException(path, "gets columns with different numbers of rows", $"give each {columns[0].Count}");
            if (casts is null)
            {
                var names = UniqueNames(columns).Select(TableFile.Quoted);
                Execute(connection, $"CREATE TABLE t ({string.Join(", ", names.Zip(columns, (name, column) => $"{name} {column.Type}"))})");
                casts = Casts(columns);
            }
            Append(connection, columns);
        });
        if (casts is null && mayBeEmpty)
            Execute(connection, "CREATE TABLE t (nothing INTEGER)");
        return casts ?? [];
    }

    /// <summary>Returns what is selected of the table <c>t</c>: its columns, some converted.</summary>
    private static string Selected(DuckDBConnection connection, IReadOnlyDictionary<string, string> casts) =>
        string.Join(
            ", ",
            TableFile
                .Columns(connection, "t")
                .Select(column =>
                    TableFile.Quoted(column.Name) is var name && casts.TryGetValue(column.Name, out var type) ? $"CAST({name} AS {type}) AS {name}" : name
                )
        );

    /// <summary>Writes a file by a statement made for a path in quotes; its connection keeps on disk what does not fit into memory.</summary>
    private static void WriteAs(string path, Func<DuckDBConnection, string, string> statement) => AtomicFile.WriteByPath(path, temporary =>
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
                // Its own temporary file would stay behind on a full disk.
                Execute(connection, statement(connection, $"'{temporary.Replace("'", "''")}'"));
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
