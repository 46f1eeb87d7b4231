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
    /// <summary>Whether the name is that of a table.</summary>
    public static bool IsTable(string path) => TableFile.IsTable(path);

    /// <summary>Reads the columns that the options ask for, and the label column if there is one.</summary>
    /// <exception cref="InvalidInputException">No such column; text, an empty cell or NaN in a column: names column and row.</exception>
    public static Dataset Read(string path, DataOptions options)
    {
        options.RefuseImageOptions(path);
        return TableFile.Read(path, connection => new Table(connection, path).Read(options));
    }

    /// <summary>The same columns, left in a temporary file of vectors.</summary>
    /// <inheritdoc cref="Read"/>
    public static Dataset Stream(string path, DataOptions options) => TableFile.Read(path, connection => new Table(connection, path).Stream(options));

    private sealed class Table(DuckDBConnection connection, string path)
    {
        // Text is kept as text here, so that a cell that is no number can be named; DuckDB would report only its own guess.
        private readonly string _source = TableFile.IsParquet(path) ? "read_parquet(?)" : "read_csv(?, all_varchar = true)";

        private readonly string _pattern = TableFile.Pattern(path);

        public Dataset Read(DataOptions options)
        {
            var columns = Columns(options);
            var values = new List<float>();
            var labels = new List<string>();
            ForEachRow(columns, options.Label, (row, record, label) =>
            {
                if ((long)(row + 1) * columns.Count > Array.MaxLength / sizeof(float))
                    throw new InvalidInputException($"{path} has more than {Array.MaxLength / sizeof(float)} numbers, the most that one data set can hold in memory; give --stream, or take a part of it.");
                values.AddRange(record);
                if (label is not null)
                    labels.Add(label);
            });
            if (values.Count == 0)
                throw new InvalidInputException($"{path} holds no records; at least one row is needed.");
            return Dataset.Vectors(path, new([.. columns]), CollectionsMarshal.AsSpan(values).ToArray(),
                options.Label is null ? [] : [LabelColumn.OfTexts(options.Label, labels)]);
        }

        public Dataset Stream(DataOptions options)
        {
            const int PartRecords = 4096;
            var columns = Columns(options);
            return Dataset.Streamed(path, new([.. columns]), VectorFile.Copy(path, columns.Count, write =>
            {
                var (part, filled) = (new float[PartRecords * columns.Count], 0);
                ForEachRow(columns, null, (_, record, _) =>
                {
                    record.CopyTo(part, filled);
                    filled = (filled + record.Length) % part.Length;
                    if (filled == 0)
                        write(part);
                });
                write(part.AsSpan(0, filled));
            }));
        }

        private IReadOnlyList<string> Columns(DataOptions options)
        {
            var names = Names();
            if (options.Label is { } label)
                VectorRecords.Position(path, names, label);
            var columns = options.WantedColumns ?? [.. names.Where(name => name != options.Label)];
            return columns.Count > 0 ? columns : throw new InvalidInputException($"{path} gives no column of numbers besides the label; at least one is needed.");
        }

        private string[] Names() => [.. TableFile.Columns(connection, _source, _pattern).Select(column => column.Name)];

        /// <summary>Hands over row after row, from 0: the numbers, in an array that is used again, and the label.</summary>
        private void ForEachRow(IReadOnlyList<string> columns, string? label, Action<int, float[], string?> visit)
        {
            var types = TableFile.Columns(connection, _source, _pattern);
            string[] names = [.. types.Select(column => column.Name)];
            var selected = columns.Select(column => AsDouble(types[VectorRecords.Position(path, names, column)])).ToList();
            if (label is not null)
                selected.Add($"CAST({TableFile.Quoted(label)} AS VARCHAR)");
            using var command = TableFile.Command(connection, $"SELECT {string.Join(", ", selected)} FROM {_source}", _pattern);
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            var record = new float[columns.Count];
            for (var row = 0; reader.Read(); row++)
            {
                for (var column = 0; column < record.Length; column++)
                {
                    var value = reader.IsDBNull(column) ? float.NaN : (float)reader.GetDouble(column);
                    record[column] = float.IsFinite(value) ? value : throw NotANumber(names, columns[column], row);
                }
                visit(row, record, label is null ? null : !reader.IsDBNull(record.Length) ? reader.GetString(record.Length)
                    : throw new InvalidInputException($"{path}: row {row + 1} has no label in column '{label}'; fill it or remove the row."));
            }
        }

        private static string AsDouble((string Name, string Type) column) =>
            $"TRY_CAST({(TableFile.IsNumberType(column.Type) ? TableFile.Quoted(column.Name) : $"CAST({TableFile.Quoted(column.Name)} AS VARCHAR)")} AS DOUBLE)";

        private InvalidInputException NotANumber(string[] names, string column, int row)
        {
            using var command = TableFile.Command(connection, $"SELECT CAST({TableFile.Quoted(column)} AS VARCHAR) FROM {_source} LIMIT 1 OFFSET {row.ToString(CultureInfo.InvariantCulture)}", _pattern);
            var found = command.ExecuteScalar() is string text ? $"'{(text.Length > 40 ? text[..40] + "..." : text)}', not a finite number" : "empty";
            if (TableFile.Ragged(path, names) is { } ragged)
                return ragged;
            return new($"{path}: column '{column}', row {row + 1} is {found}; correct the cell, choose the columns of numbers with --columns, or name the column of classes with --label.");
        }
    }
}
