using System.Globalization;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;

namespace Isthmus.Data;

/// <summary>
/// Numeric columns of a CSV, TSV (also .gz) or Parquet table, read by DuckDB: delimiter, quotes and header are found by
/// themselves. Every value must be a finite number that a 32-bit float can hold; truth values of Parquet are 0 and 1.
/// </summary>
internal static class TableReader
{
    private static readonly string[] Extensions = [".csv", ".tsv", ".parquet"];
    private static readonly string[] NumberTypes = ["BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE"];

    /// <summary>Whether the name is that of a table.</summary>
    public static bool IsTable(string path) => Extensions.Contains(Path.GetExtension(WithoutGz(path)).ToLowerInvariant());

    /// <summary>Reads the columns that the options ask for, and the label column if there is one.</summary>
    /// <exception cref="InvalidInputException">No such column; text, an empty cell or NaN in a column: names column and row.</exception>
    public static Dataset Read(string path, DataOptions options)
    {
        options.RefuseImageOptions(path);
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            // Never fetch an extension from the network.
            foreach (var setting in new[] { "autoinstall_known_extensions", "autoload_known_extensions" })
                using (var command = Command(connection, $"SET {setting} = false"))
                    command.ExecuteNonQuery();
            return new Table(connection, path).Read(options);
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

    private static string WithoutGz(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;

    private static DuckDBCommand Command(DuckDBConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new DuckDBParameter(parameter));
        return command;
    }

    private sealed class Table(DuckDBConnection connection, string path)
    {
        // Text is kept as text here, so that a cell that is no number can be named; DuckDB would report only its own guess.
        private readonly string _source = Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase)
            ? "read_parquet(?)" : "read_csv(?, all_varchar = true)";

        // The reader takes *, ? and [ for a pattern.
        private readonly string _pattern = string.Concat(Path.GetFullPath(path).Select(c => c is '*' or '?' or '[' ? $"[{c}]" : $"{c}"));

        public Dataset Read(DataOptions options)
        {
            var types = Types();
            var names = types.Select(column => column.Name).ToArray();
            if (options.Label is { } label)
                VectorRecords.Position(path, names, label);
            var columns = options.WantedColumns ?? [.. names.Where(name => name != options.Label)];
            if (columns.Count == 0)
                throw new InvalidInputException($"{path} gives no column of numbers besides the label; at least one is needed.");
            var selected = columns.Select(column => AsDouble(types[VectorRecords.Position(path, names, column)])).ToList();
            if (options.Label is not null)
                selected.Add($"CAST({Quoted(options.Label)} AS VARCHAR)");

            var values = new List<float>();
            var labels = new List<string>();
            using var command = Command(connection, $"SELECT {string.Join(", ", selected)} FROM {_source}", _pattern);
            using var reader = command.ExecuteReader();
            for (var row = 0; reader.Read(); row++)
            {
                if ((long)(row + 1) * columns.Count > Array.MaxLength / sizeof(float))
                    throw new InvalidInputException($"{path} has more than {Array.MaxLength / sizeof(float)} numbers, the most that one data set can hold; take a part of it.");
                for (var column = 0; column < columns.Count; column++)
                {
                    var value = reader.IsDBNull(column) ? float.NaN : (float)reader.GetDouble(column);
                    values.Add(float.IsFinite(value) ? value : throw NotANumber(names, columns[column], row));
                }
                if (options.Label is not null)
                    labels.Add(!reader.IsDBNull(columns.Count) ? reader.GetString(columns.Count)
                        : throw new InvalidInputException($"{path}: row {row + 1} has no label in column '{options.Label}'; fill it or remove the row."));
            }
            if (values.Count == 0)
                throw new InvalidInputException($"{path} holds no records; at least one row is needed.");
            return Dataset.Vectors(path, new([.. columns]), CollectionsMarshal.AsSpan(values).ToArray(),
                options.Label is null ? [] : [LabelColumn.OfTexts(options.Label, labels)]);
        }

        private List<(string Name, string Type)> Types()
        {
            var columns = new List<(string, string)>();
            using var command = Command(connection, $"DESCRIBE SELECT * FROM {_source}", _pattern);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                columns.Add((reader.GetString(0), reader.GetString(1)));
            return columns;
        }

        private static string AsDouble((string Name, string Type) column)
        {
            var isNumber = NumberTypes.Contains(column.Type) || column.Type.StartsWith("DECIMAL", StringComparison.Ordinal);
            return $"TRY_CAST({(isNumber ? Quoted(column.Name) : $"CAST({Quoted(column.Name)} AS VARCHAR)")} AS DOUBLE)";
        }

        private InvalidInputException NotANumber(string[] names, string column, int row)
        {
            using var command = Command(connection, $"SELECT CAST({Quoted(column)} AS VARCHAR) FROM {_source} LIMIT 1 OFFSET {row.ToString(CultureInfo.InvariantCulture)}", _pattern);
            var found = command.ExecuteScalar() is string text ? $"'{(text.Length > 40 ? text[..40] + "..." : text)}', not a finite number" : "empty";
            // DuckDB takes a table for one column if no delimiter gives every row as many cells.
            if (names is [var only] && only.AsSpan().ContainsAny(",;\t|"))
                return new($"{path}: its rows do not all have as many cells as its first line, '{only}'; give every row as many.");
            return new($"{path}: column '{column}', row {row + 1} is {found}; correct the cell, choose the columns of numbers with --columns, or name the column of classes with --label.");
        }

        private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
    }
}
