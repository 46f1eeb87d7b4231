using System.Runtime.InteropServices;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>
/// Reader of numeric columns of a CSV, TSV (also .gz), JSON or Parquet table. Every value must be a finite number that a 32-bit float can hold; truth values of
/// Parquet are 0 and 1.
/// </summary>
internal static class TableReader
{
    /// <summary>Reads the columns that the options ask for, and the label column if there is one.</summary>
    /// <exception cref="InvalidInputException">No such column; text, an empty cell or NaN in a column: names column and row.</exception>
    public static Dataset Read(string path, DataOptions options)
    {
        options.RefuseImageOptions(path);
        var source = Open(path, options);
        var columns = Columns(source, options);
        var (values, labels) = (new List<float>(), new List<string>());
        ForEachRow(source, columns, options.Label, (row, record, label) =>
        {
            if (row * columns.Count > Array.MaxLength / sizeof(float))
                throw new InvalidInputException(
                    path,
                    $"has more than {Array.MaxLength / sizeof(float)} numbers, the most that one data set can hold in memory",
                    $"give {OptionNames.Stream}, or take a part of it",
                    OptionNames.Stream
                );
            values.AddRange(record);
            if (label is not null)
                labels.Add(label);
        });
        if (values.Count == 0)
            throw new InvalidInputException(path, "holds no records", "give at least one row");
        return Dataset.Vectors(
            path,
            Schema(columns, options),
            CollectionsMarshal.AsSpan(values).ToArray(),
            options.Label is null ? [] : [LabelColumn.OfTexts(options.Label, labels)],
            source.Notes
        );
    }

    /// <summary>Reads the same columns into a temporary file of vectors. <inheritdoc cref="Read"/></summary>
    /// <inheritdoc cref="Read"/>
    public static Dataset Stream(string path, DataOptions options)
    {
        const int PartRecords = 4096;
        var source = Open(path, options);
        var columns = Columns(source, options);
        return Dataset.Streamed(path, Schema(columns, options), VectorFile.Copy(path, columns.Count, write =>
            {
                var (part, filled) = (new float[PartRecords * columns.Count], 0);
                ForEachRow(source, columns, null, (_, record, _) =>
                {
                    record.CopyTo(part, filled);
                    filled = (filled + record.Length) % part.Length;
                    if (filled == 0)
                        write(part);
                });
                write(part.AsSpan(0, filled));
            }), source.Notes);
    }

    private static TableSource Open(string path, DataOptions options)
    {
        var source = TableSource.Open(path, options.Reading.Over(options.Expected?.Reading), options.WantedColumns);
        source.RefuseTwins();
        return source;
    }

    private static VectorSchema Schema(IReadOnlyList<string> columns, DataOptions options) =>
        new([.. columns]) { Reading = options.Reading.Over(options.Expected?.Reading).OrNothing() };

    private static IReadOnlyList<string> Columns(TableSource source, DataOptions options)
    {
        if (options.Label is { } label)
            VectorRecords.Position(source.Path, source.Names, label);
        var columns = options.WantedColumns ?? [.. source.Names.Where(name => name != options.Label && name != Column.RowNumbers)];
        // Codes that were written are read again as the features that they are.
        if (options.WantedColumns is null && options.Label != Column.RowNumbers && source.Names.Contains(Column.RowNumbers))
            source.Notes.Add($"column '{Column.RowNumbers}' is left out, as it numbers the rows; {OptionNames.Columns} takes it in");
        return columns.Count > 0 ? columns : throw new InvalidInputException(source.Path, "gives no column of numbers besides the label", "give at least one");
    }

    /// <summary>Passes on row after row, from 1: the numbers, in an array that is reused, and the label.</summary>
    private static void ForEachRow(TableSource source, IReadOnlyList<string> columns, string? label, Action<long, float[], string?> visit)
    {
        List<int> places = [.. columns.Select(column => VectorRecords.Position(source.Path, source.Names, column))];
        if (label is not null)
            places.Add(VectorRecords.Position(source.Path, source.Names, label));
        var record = new float[columns.Count];
        source.ForEachRow(places, [.. places.Select((_, i) => i == columns.Count)], row =>
        {
            for (var column = 0; column < record.Length; column++)
            {
                var cell = row[column];
                var value = !cell.IsMissing && cell.TryNumber(source.Rules, out var number) ? (float)number : float.NaN;
                record[column] = float.IsFinite(value) ? value : throw NotANumber(source, columns[column], row.Number, cell);
            }
            visit(
                row.Number,
                record,
                label is null ? null
                    : row[record.Length] is { IsMissing: false } name ? name.ToString()
                    : throw new InvalidInputException($"{source.Path}: row {row.Number}", $"has no label in column '{label}'", "fill it or remove the row")
            );
        });
    }

    private static InvalidInputException NotANumber(TableSource source, string column, long row, Cell cell)
    {
        Wording what =
            cell.IsMissing && cell.Text.IsEmpty
                ? "empty"
                : $"{ColumnProfile.Shown(cell.ToString())}, {(cell.IsMissing ? "a missing value" : "not a finite number")}";
        if (!source.Rules.IsComma && NumberCell.HasCommas(cell.Text))
            what = $"{what} (a decimal comma? {OptionNames.Decimal} comma reads it so)";
        return new(
            $"{source.Path}: column '{column}', row {row}",
            $"is {what}",
            $"take a model of mixed tables for texts, dates and missing cells ({OptionNames.Model("table-vae")}), choose the columns of numbers with "
                + $"{OptionNames.Columns}, or name the column of classes with {OptionNames.Label}",
            OptionNames.Columns
        );
    }
}
