using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>Decides whether the first record of a text names the columns, by one rule for all readers of tables.</summary>
internal static class CsvHeader
{
    private const int RowsBelow = 1000,
        FewestYears = 2,
        FewestCounted = 3;

    /// <summary>
    /// Returns true if the first record is a header. It is if a name differs from the cells below it: no number above numbers; or absent among texts that recur
    /// below; or no cell of the record is a number or recurs below. Numbers are names if they count up by one: 0, 1, 2 or 2019, 2020.
    /// </summary>
    /// <param name="rows">The first records, at least one.</param>
    /// <param name="reading">Reading options, which give the texts for missing values.</param>
    public static bool IsOne(IReadOnlyList<string[]> rows, TableReading reading)
    {
        var rules = new CellRules(reading, isComma: true);
        var first = rows[0];
        var (hasNumbers, comesAgain, isNewAmongFew, counted) = (false, false, false, new List<double>());
        for (var column = 0; column < first.Length; column++)
        {
            string[] below =
            [
                .. rows.Skip(1)
                    .Take(RowsBelow)
                    .Where(row => row.Length == first.Length)
                    .Select(row => row[column])
                    .Where(cell => !rules.IsMissing(Encoding.UTF8.GetBytes(cell))),
            ];
            var number = Number(first[column]);
            if (
                number is null
                && first[column].Length > 0
                && !rules.IsMissing(Encoding.UTF8.GetBytes(first[column]))
                && below.Length > 0
                && below.All(cell => Number(cell) is not null)
            )
                return true;
            if (number is { } value)
            {
                hasNumbers = true;
                counted.Add(value);
            }
            else if (first[column].Length > 0)
            {
                comesAgain |= below.Contains(first[column]);
                isNewAmongFew |= below.Length >= 4 && below.Distinct().Count() <= below.Length / 2;
            }
        }
        if (comesAgain)
            return false;
        if (!hasNumbers)
            return true;
        return isNewAmongFew || Counts(counted) && !(rows.Count > 1 && Counts([.. rows[1].Select(Number).OfType<double>()]));
    }

    private static bool Counts(List<double> numbers)
    {
        for (var i = 1; i < numbers.Count; i++)
            if (numbers[i] != numbers[i - 1] + 1)
                return false;
        return (numbers.Count >= FewestCounted || numbers.Count >= FewestYears && numbers[0] is >= 1800 and <= 2200) && numbers[0] == Math.Floor(numbers[0]);
    }

    private static double? Number(string cell) => NumberCell.TryParse(Encoding.UTF8.GetBytes(cell), isComma: true, out var number) ? number : null;
}
