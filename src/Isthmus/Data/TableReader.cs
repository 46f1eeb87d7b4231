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
        return TableFile.Read(path, connection => new Table(connection, path).Read(options));
    }

    private static string WithoutGz(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;

    private sealed class Table(DuckDBConnection connection, string path)
    {
        // Text is kept as text here, so that a cell that is no number can be named; DuckDB would report only its own guess.
        private readonly string _source = TableFile.IsParquet(path) ? "read_parquet(?)" : "read_csv(?, all_varchar = true)";

        public Dataset Read(DataOptions options)
        {
            var types = TableFile.Types(connection, _source, path);
            var names = types.Select(column => column.Name).ToArray();
            if (options.Label is { } label)
                VectorRecords.Position(path, names, label);
            var columns = options.WantedColumns ?? [.. names.Where(name => name != options.Label)];
            if (columns.Count == 0)
                throw new InvalidInputException($"{path} gives no column of numbers besides the label; at least one is needed.");
            var selected = columns.Select(column => AsDouble(types[VectorRecords.Position(path, names, column)])).ToList();
            if (options.Label is not null)
                selected.Add($"CAST({TableFile.Quoted(options.Label)} AS VARCHAR)");

            var values = new List<float>();
            var labels = new List<string>();
            using var command = TableFile.Command(connection, $"SELECT {string.Join(", ", selected)} FROM {_source}", TableFile.Pattern(path));
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

        private static string AsDouble((string Name, string Type) column)
        {
            var isNumber = NumberTypes.Contains(column.Type) || column.Type.StartsWith("DECIMAL", StringComparison.Ordinal);
            return $"TRY_CAST({(isNumber ? TableFile.Quoted(column.Name) : $"CAST({TableFile.Quoted(column.Name)} AS VARCHAR)")} AS DOUBLE)";
        }

        private InvalidInputException NotANumber(string[] names, string column, int row)
        {
            using var command = TableFile.Command(connection, $"SELECT CAST({TableFile.Quoted(column)} AS VARCHAR) FROM {_source} LIMIT 1 OFFSET {row.ToString(CultureInfo.InvariantCulture)}", TableFile.Pattern(path));
            var found = command.ExecuteScalar() is string text ? $"'{(text.Length > 40 ? text[..40] + "..." : text)}', not a finite number" : "empty";
            // DuckDB takes a table for one column if no delimiter gives every row as many cells.
            if (names is [var only] && only.AsSpan().ContainsAny(",;\t|"))
                return new($"{path}: its rows do not all have as many cells as its first line, '{only}'; give every row as many.");
            return new($"{path}: column '{column}', row {row + 1} is {found}; correct the cell, choose the columns of numbers with --columns, or name the column of classes with --label.");
        }
    }
}
