using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Vectors;

/// <summary>
/// Reader of numeric columns of a CSV, TSV (also .gz), JSON or Parquet table. Every value must be a finite number that a 32-bit float can hold; truth values of
/// Parquet are 0 and 1.
/// </summary>
internal static class TableReader
{
    private const int PartRecords = 4096;

    /// <summary>Reads the columns that the options ask for, and the label column if there is one.</summary>
    /// <exception cref="InvalidInputException">No such column; text, an empty cell or NaN in a column: names column and row.</exception>
    public static Dataset Read(string path, DataOptions options)
    {
        options.RefuseImageOptions(path);
        var source = Open(path, options);
        var columns = Columns(source, options);
        var place = options.Place;
        var records = new RecordWriter<float>(path, columns.Count, place);
        var labels = options.Label is { } name ? new LabelWriter(name, path, place) : null;
        var (part, filled) = (new float[PartRecords * columns.Count], 0);
        ForEachRow(source, columns, options.Label, (record, label) =>
        {
            record.CopyTo(part, filled);
            filled = (filled + record.Length) % part.Length;
            if (filled == 0)
                records.Add(part);
            labels?.Add(label!);
        });
        records.Add(part.AsSpan(0, filled));
        var store = records.Finish();
        return Dataset.Of(
            path,
            Schema(columns, options),
            store,
            labels is null ? [] : [labels.Finish()],
            records.Note is { } note ? [.. source.Notes, note] : source.Notes
        );
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

    /// <summary>Passes on row after row: the numbers, in an array that is reused, and the label.</summary>
    private static void ForEachRow(TableSource source, IReadOnlyList<string> columns, string? label, Action<float[], string?> visit)
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
