using Isthmus.Measures;

namespace Isthmus.Studio.Maps;

/// <summary>Properties that set some records apart: each property by its information on whether a record is one of them.</summary>
/// <param name="Columns">Properties that carry such information, most first, with p by Benjamini and Hochberg.</param>
/// <param name="Compared">Records of either side that were compared.</param>
/// <param name="Seed">Random seed of their choice and of the test.</param>
internal sealed record Apart(IReadOnlyList<RankedColumn> Columns, int Compared, int Seed)
{
    // As many of either side, so that 1 bit tells them apart for certain.
    private const int Most = 1000;

    /// <summary>Compares the chosen records with as many of the others, both at random if there are many.</summary>
    /// <param name="columns">Properties of all records.</param>
    /// <param name="chosen">Places of the chosen.</param>
    /// <param name="count">Number of all records.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="cancellationToken">Stops between two properties.</param>
    /// <exception cref="InvalidInputException">Fewer than 10 records on a side.</exception>
    public static Apart Of(IReadOnlyList<RecordColumn> columns, IReadOnlyList<int> chosen, int count, int seed, CancellationToken cancellationToken)
    {
        var isChosen = new bool[count];
        foreach (var record in chosen)
            isChosen[record] = true;
        int[] others = [.. Enumerable.Range(0, count).Where(record => !isChosen[record])];
        var each = Math.Min(Most, Math.Min(chosen.Count, others.Length));
        if (each < 10)
            throw new InvalidInputException(
                $"{Math.Min(chosen.Count, others.Length)} records",
                "are too few to tell what sets them apart",
                "choose at least 10, and leave 10"
            );
        int[] Some(IEnumerable<int> records)
        {
            int[] all = [.. records];
            new Random(seed).Shuffle(all);
            return all[..each];
        }
        int[] rows = [.. Some(chosen), .. Some(others)];
        var target = MeasuredColumn.OfTexts("chosen", [.. rows.Select(record => isChosen[record] ? 1 : 0)]);
        MeasuredColumn[] measured = [.. columns.Select(column => column.Measured(rows)).Where(column => column.Distinct > 1)];
        if (measured.Length == 0)
            return new([], each, seed);
        var ranked = ColumnRanking.Rank(
            new("the chosen records", [target, .. measured]),
            target,
            measured,
            new MeasureOptions { Seed = seed },
            null,
            cancellationToken
        );
        return new([.. ranked.Where(column => column.IsFound)], each, seed);
    }
}
