using System.Globalization;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;

namespace Isthmus.Tests;

/// <summary>Small interactions.</summary>
internal static class Histories
{
    /// <summary>Histories over items named 0, 1, ...; users are named u0, u1, ...</summary>
    public static Dataset Of(int items, params int[][] histories) =>
        Dataset.Counts(
            "histories",
            new InteractionSchema([.. Enumerable.Range(0, items).Select(i => i.ToString(CultureInfo.InvariantCulture))], null, new()),
            SparseCounts.Of(histories.Select(history => (history, Enumerable.Repeat(1f, history.Length).ToArray()))),
            [.. Enumerable.Range(0, histories.Length).Select(user => $"u{user}")]
        );

    /// <summary>Users of two tastes: each met 6 of the 10 items of one, and none of the other's.</summary>
    public static DataSplits TwoTastes(int users = 60)
    {
        var random = new Random(1);
        var all = Of(
            20,
            [
                .. Enumerable
                    .Range(0, users)
                    .Select(user =>
                    {
                        int[] items = [.. Enumerable.Range(user % 2 * 10, 10)];
                        random.Shuffle(items);
                        return items[..6];
                    }),
            ]
        );
        return DataSplits.ByUser(all, seed: 1);
    }

    /// <summary>The same as a table, "user,item,rating" a line, one user's rating of 1 among them.</summary>
    public static string TwoTastesCsv(int users = 60)
    {
        var random = new Random(1);
        var lines = Enumerable
            .Range(0, users)
            .SelectMany(user =>
            {
                int[] items = [.. Enumerable.Range(user % 2 * 10, 10)];
                random.Shuffle(items);
                return items[..6].Select(item => FormattableString.Invariant($"{user},{item},5"));
            });
        return $"user,item,rating\n{string.Join('\n', lines)}\n0,19,1\n";
    }

    /// <summary>Titles of the items: "Red 0 (1999)" ... and, with commas, "Blue 10, The (1999)" ...</summary>
    public static string TitlesCsv =>
        "item,title\n"
        + string.Concat(Enumerable.Range(0, 20).Select(item => item < 10 ? $"{item},Red {item} (1999)\n" : $"{item},\"Blue {item}, The (1999)\"\n"));

    /// <summary>Each record's items.</summary>
    public static int[][] Rows(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(user => data.Sparse(user).Columns.ToArray())];
}
