using System.Globalization;
using System.Text.RegularExpressions;

namespace Isthmus.Measures;

/// <summary>A table to be measured: columns of equal length.</summary>
public sealed partial class MeasuredTable
{
    /// <summary>Creates a table of these columns.</summary>
    /// <exception cref="InvalidInputException">No column, no row, or unequal lengths.</exception>
    public MeasuredTable(string name, IReadOnlyList<MeasuredColumn> columns)
    {
        (Name, Columns) = (name, columns);
        if (columns.Count == 0)
            throw new InvalidInputException(name, "has no column", "give at least one");
        if (columns.FirstOrDefault(column => column.Rows != columns[0].Rows) is { } other)
            throw new InvalidInputException(
                $"{name}: column '{columns[0].Name}'",
                $"has {columns[0].Rows} rows and '{other.Name}' has {other.Rows}",
                "give columns with equal numbers of rows"
            );
        if (Rows == 0)
            throw new InvalidInputException(name, "holds no rows", "give at least 2");
    }

    /// <summary>Source of the table.</summary>
    public string Name { get; }

    /// <summary>Columns of the table.</summary>
    public IReadOnlyList<MeasuredColumn> Columns { get; }

    /// <summary>Notes on how the table was read, a sentence each.</summary>
    public IReadOnlyList<Wording> Notes { get; init; } = [];

    /// <summary>Number of rows.</summary>
    public int Rows => Columns[0].Rows;

    /// <summary>Returns the rows in which every one of these columns has a value (pairwise complete rows).</summary>
    /// <exception cref="InvalidInputException">Fewer than 2 rows are complete.</exception>
    public int[] Complete(IEnumerable<MeasuredColumn> columns)
    {
        var all = columns.ToArray();
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => all.All(column => column.Has(row)))];
        return rows.Length > 1
            ? rows
            : throw new InvalidInputException(
                Name,
                $"has {(rows.Length == 0 ? "no row" : "only 1 row")} with a value in "
                    + $"{string.Join(" and ", all.Select(column => $"'{column.Name}'"))}{(Rows == 1 ? ", as there is only one row" : "")}",
                "give at least 2"
            );
    }

    /// <summary>
    /// Returns the columns in a list of names, numbers from 0 and ranges of numbers, separated by commas, such as <c>age,3,5-7</c>. A name takes precedence
    /// over a number.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="option">The option that gives it, for errors to name. Default: none.</param>
    /// <exception cref="InvalidInputException">No such column, or one that is named twice.</exception>
    public MeasuredColumn[] Select(string list, ApiName? option = null)
    {
        var names = Columns.Select(column => column.Name).ToArray();
        var chosen = new List<MeasuredColumn>();
        foreach (var part in Array.IndexOf(names, list) >= 0 ? [list] : list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (Array.IndexOf(names, part) is >= 0 and var at)
                chosen.Add(Columns[at]);
            else if (Range().Match(part) is { Success: true } range)
                chosen.AddRange(Within(range, part, option));
            else
                throw new InvalidInputException(Name, $"has no column '{part}'{Asked(option)}", NearestName.Remedy(part, names), option);
        if (chosen.Count == 0)
            throw new InvalidInputException(
                Name,
                $"has no column that {(option is null ? "is named" : (Wording)$"{option} names")}",
                $"give some of {Listed(names)}",
                option
            );
        return chosen.CountBy(column => column.Name).FirstOrDefault(count => count.Value > 1).Key is { } twice
            ? throw new InvalidInputException($"Column '{twice}'", $"is named twice{Asked(option)}", "name it once", option)
            : [.. chosen];
    }

    /// <summary>Returns the table with the listed columns of numbers counted as symbols or not.</summary>
    public MeasuredTable Treating(string? discrete, string? continuous)
    {
        var counted = discrete is null ? [] : Select(discrete, OptionNames.Discrete);
        var measured = continuous is null ? [] : Select(continuous, OptionNames.Continuous);
        if (counted.FirstOrDefault(measured.Contains) is { } both)
            throw new InvalidInputException(
                $"Column '{both.Name}'",
                $"is named by {OptionNames.Discrete} and by {OptionNames.Continuous}",
                "give one of the two",
                OptionNames.Discrete
            );
        return new(
            Name,
            [
                .. Columns.Select(column =>
                    counted.Contains(column) ? column.Counted(true)
                    : measured.Contains(column) ? column.Counted(false)
                    : column
                ),
            ]
        );
    }

    /// <summary>Returns <paramref name="count"/> random rows, in their order, or all if there are no more.</summary>
    public MeasuredTable Sample(int count, int seed)
    {
        if (count >= Rows)
            return this;
        int[] rows = [.. Enumerable.Range(0, Rows)];
        new Random(seed).Shuffle(rows);
        rows = [.. rows.Take(count).Order()];
        return new(Name, [.. Columns.Select(column => column.Rowed(rows))]);
    }

    private static Wording Asked(ApiName? option) => option is null ? "" : (Wording)$" ({option})";

    private IEnumerable<MeasuredColumn> Within(Match range, string part, ApiName? option)
    {
        var first = Number(range.Groups[1].ValueSpan);
        var last = range.Groups[2].Success ? Number(range.Groups[2].ValueSpan) : first;
        if (last >= Columns.Count || first > last)
            throw new InvalidInputException(
                Name,
                $"has no column{(range.Groups[2].Success ? "s" : "")} {part}{Asked(option)}",
                $"count its {Columns.Count} columns from 0 to {Columns.Count - 1}",
                option
            );
        return Columns.Skip(first).Take(last - first + 1);

        static int Number(ReadOnlySpan<char> digits) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
    }

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Take(12)) + (names.Count > 12 ? $" and {names.Count - 12} more" : "");

    [GeneratedRegex(@"^(\d+)(?:-(\d+))?$")]
    private static partial Regex Range();
}
