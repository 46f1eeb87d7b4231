using Isthmus.Data.Cells;

namespace Isthmus.Measures;

/// <summary>
/// Reader of a table's columns to be measured. A column holds numbers if every value is a number, or a date or time of day, which counts by its seconds; others
/// hold symbols.
/// </summary>
internal static class MeasuredTableReader
{
    /// <summary>Reads all columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reading">Options for reading its cells.</param>
    /// <exception cref="InvalidInputException">The file is no table; an infinity in a column of numbers: names column and row.</exception>
    public static MeasuredTable Read(string path, TableReading reading)
    {
        var source = TableSource.Open(path, reading);
        int[] every = [.. Enumerable.Range(0, source.Names.Count)];
        var (profiles, _) = source.Profile(every);
        var names = Unique(source.Names);
        ColumnBuffer[] columns = [.. profiles.Select((profile, i) => new ColumnBuffer(names[i], profile.Values) { Order = profile.DateOrder })];
        source.ForEachRow(every, null, row =>
        {
            for (var i = 0; i < columns.Length; i++)
                if (!columns[i].TryAdd(row[i], source.Rules))
                    throw new InvalidInputException(
                        $"{path}: column '{columns[i].Name}', row {row.Number}",
                        $"is {row[i].ToString()}, not a finite number",
                        "leave the cell empty if the value is missing, or correct it"
                    );
        });
        return new(
            path,
            [
                .. columns.Select(column =>
                    column.IsText
                        ? MeasuredColumn.OfTexts(column.Name, column.Codes.ToArray(), column.Texts)
                        : MeasuredColumn.OfNumbers(column.Name, column.Numbers.ToArray(), column.Kind == ColumnKind.Date)
                ),
            ]
        )
        {
            Notes =
            [
                .. source.Notes,
                .. profiles.Select(profile => profile.Stray).OfType<Wording>(),
                .. ColumnProfile.MissingNotes(profiles.Where(profile => profile.Stray is null)),
            ],
        };
    }

    private static string[] Unique(IEnumerable<string> names)
    {
        var taken = new HashSet<string>();
        return
        [
            .. names.Select(name =>
            {
                var unique = name;
                for (var i = 1; !taken.Add(unique); i++)
                    unique = $"{name}_{i}";
                return unique;
            }),
        ];
    }
}
