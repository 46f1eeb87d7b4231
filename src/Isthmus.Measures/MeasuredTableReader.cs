
using Isthmus.Data.Cells;

namespace Isthmus.Measures;

/// <summary>
/// The columns of a table as they are measured. A column is one of numbers if every value is a number, or a date or time of day, which counts by its
/// seconds; others are symbols.
/// </summary>
internal static class MeasuredTableReader
{
    /// <summary>Reads all columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reading">How its cells are read.</param>
    /// <exception cref="InvalidInputException">The file is no table; an infinity in a column of numbers: names column and row.</exception>
    public static MeasuredTable Read(string path, TableReading reading)
    {
        var source = TableSource.Open(path, reading);
        int[] every = [.. Enumerable.Range(0, source.Names.Count)];
        var (profiles, _) = source.Profile(every);
        var names = Unique(source.Names);
        ColumnValues[] columns = [.. profiles.Select((profile, i) => new ColumnValues(names[i],
            profile.AreNumbers ? ColumnKind.Numeric : profile.AreDates ? ColumnKind.Date : ColumnKind.Category) { Order = profile.DateOrder })];
        source.ForEachRow(every, null, row =>
        {
            for (var i = 0; i < columns.Length; i++)
                Add(columns[i], row[i], source, row.Number);
        });
        return new(path, [.. columns.Select(column => column.IsText ? MeasuredColumn.OfTexts(column.Name, column.Codes.ToArray()) : MeasuredColumn.OfNumbers(column.Name, column.Numbers.ToArray()))])
        {
            Notes = [.. source.Notes, .. profiles.Select(profile => profile.Stray ?? profile.MissingNote).OfType<string>()],
        };
    }

    private static void Add(ColumnValues column, Cell cell, TableSource source, long row)
    {
        if (column.IsText && cell.IsMissing)
            column.Add((string?)null);
        else if (column.IsText)
            column.Add(cell.Text);
        else if (cell.IsMissing)
            column.Add(double.NaN);
        else if (column.Kind == ColumnKind.Date)
            column.Add(DateCell.TryParse(cell.Text, column.Order!.Value, out var seconds, out _) ? seconds : double.NaN);
        else
            column.Add(cell.TryNumber(source.Rules, out var number) && double.IsFinite(number) ? number
                : throw new InvalidInputException($"{source.Path}: column '{column.Name}', row {row} is {cell.ToString()}, not a finite number; leave the cell empty if the value is missing, or correct it."));
    }

    private static string[] Unique(IEnumerable<string> names)
    {
        var taken = new HashSet<string>();
        return [.. names.Select(name =>
        {
            var unique = name;
            for (var i = 1; !taken.Add(unique); i++)
                unique = $"{name}_{i}";
            return unique;
        })];
    }
}
