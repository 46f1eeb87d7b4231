using System.Text;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>
/// Reader of histories from a table of interactions. Of several rows of one user and item the latest counts (by time, or else the last in the file); an
/// interaction is a row whose rating is at least the minimum asked for, and counts 1. Users and items below the minimum counts are removed repeatedly until
/// none is left. Users and items are in the order of their ids, so that the order of the file's rows does not matter.
/// </summary>
internal static class InteractionReader
{
    /// <summary>Returns true if the options ask for interactions.</summary>
    public static bool IsWanted(DataOptions options) =>
        options.Interactions is { } asked && (asked.User ?? asked.Item) is not null || options.ExpectedItems is not null;

    /// <summary>Reads every user's history.</summary>
    /// <param name="path">CSV, TSV, .dat (:: or tabs), or Parquet.</param>
    /// <param name="options">Options with the columns, unless the model knows them.</param>
    /// <param name="every">True to keep users and items whatever their counts.</param>
    /// <exception cref="InvalidInputException">No such column, an empty user or item, a rating or time that is none, or nothing left.</exception>
    public static Dataset Read(string path, DataOptions options, bool every = false)
    {
        options.RefuseImageOptions(path);
        options.RefuseTableOptions(path, "interactions");
        var asked = (options.Interactions ?? new()).Over(options.ExpectedItems?.Source);
        var reading = options.Reading.Over(options.Expected?.Reading);
        if (asked.User is null || asked.Item is null)
            throw new InvalidInputException(
                path,
                "is a table of interactions, and nothing says which columns hold users and items",
                $"give {OptionNames.User} and {OptionNames.Item}, column names or numbers from 1",
                OptionNames.User
            );
        if (asked is { MinRating: not null, Rating: null })
            throw new InvalidInputException(
                $"{path}: {OptionNames.MinRating}",
                "says which ratings count, and nothing says which column holds them",
                $"name their column with {OptionNames.Rating}",
                OptionNames.MinRating
            );
        if (asked.ByNumber ? reading.Header == true : reading.Header == false)
            throw new InvalidInputException(
                $"{path}: columns",
                $"are given by {(asked.ByNumber ? "number, as of a file without a header" : "name, which only a header has")}, and "
                    + $"{OptionNames.Header} says {(asked.ByNumber ? "yes" : "no")}",
                $"give {(asked.ByNumber ? "names" : "numbers from 1")}",
                OptionNames.Header
            );
        var table = new TextTable(path, hasHeader: !asked.ByNumber, reading);
        var (rows, place) = (new InteractionRows(), options.Place);
        StoredInteractions? stored = null;
        try
        {
            ForEachRow(table, path, asked, (user, item, rating, time) =>
            {
                if (stored is null && (rows.Count + 1L) * InteractionRows.RowBytes > place.MostInMemory)
                {
                    stored = new(path, asked, place.Sharing);
                    rows.CopyTo(stored);
                    rows = new();
                }
                if (stored is null)
                    rows.Add(user, item, rating, time);
                else
                    stored.Add(user, item, rating, time);
            });
            var limits = every ? asked with { MinPerUser = 1, MinPerItem = 1 } : asked;
            InteractionSchema Schema(IReadOnlyList<string> items) =>
                new(items, asked.Titles is { } file ? ItemTitles.Read(file, asked, items, reading) : options.ExpectedItems?.TitlesOf(items), asked)
                {
                    Reading = reading.OrNothing(),
                };
            if (stored is not null)
            {
                var (file, names, known, said) = stored.ToHistories(limits);
                var note = place.Note(stored.Count * InteractionRows.RowBytes);
                return Dataset.Of(path, Schema(known), file, names, notes: [.. table.Notes, .. note is null ? [] : (Wording[])[note], .. said]);
            }
            var (histories, users, items, notes) = rows.ToHistories(path, limits);
            return Dataset.Counts(path, Schema(items), histories, users, notes: [.. table.Notes, .. notes]);
        }
        finally
        {
            stored?.Dispose();
        }
    }

    private static void ForEachRow(TextTable table, string path, InteractionOptions asked, Action<string, string, double, double> add)
    {
        int? Place(string? column) => column is null ? null : table.Position(column);
        var (rules, times) = (table.Rules, asked.Time is { } time ? table.Profile(table.Position(time)) : null);
        times?.RequireTimes();
        table.ForEachRow([Place(asked.User), Place(asked.Item), Place(asked.Rating), Place(asked.Time)], (cells, row) =>
        {
            var user = cells[0] ?? throw Missing(path, row, "user");
            var item = cells[1] ?? throw Missing(path, row, "item");
            add(
                user,
                item,
                asked.Rating is null ? 1 : Number(cells[2], rules, path, row, asked.Rating, "rating"),
                times is null ? row : Time(cells[3], rules, times, path, row)
            );
        });
    }

    private static double Number(string? text, CellRules rules, string path, long row, string column, string what) =>
        text is not null && rules.TryNumber(Encoding.UTF8.GetBytes(text), out var number) && double.IsFinite(number)
            ? number
            : throw new InvalidInputException(
                $"{path}: row {row}",
                $"has {(text is null ? "nothing" : $"'{text}'")} for a {what} in column '{column}', not a finite number",
                $"correct or remove the row{(row == 1 && what == "rating" ? ", or, if the file has a header, give the columns by name" : "")}"
            );

    private static double Time(string? text, CellRules rules, ColumnProfile times, string path, long row) =>
        times.DateSpelling is not null && DateCell.TryParse(Encoding.UTF8.GetBytes(text ?? ""), times.DateOrder, out var seconds, out _)
            ? seconds
            : Number(text, rules, path, row, times.Name, "time");

    private static InvalidInputException Missing(string path, long row, string what) =>
        new(
            $"{path}: row {row}",
            $"has no {what}",
            $"fill the cell or remove the row (where its text, such as NA, is an id, say with {OptionNames.Missing} which texts mean a missing cell)",
            OptionNames.Missing
        );
}
