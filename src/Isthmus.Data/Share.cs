using System.Globalization;

namespace Isthmus;

/// <summary>One of several parts of a piece of work, each done by a process of its own: contiguous items, in sizes that differ by one at most.</summary>
/// <param name="Index">Number of the share, 1 for the first.</param>
/// <param name="Count">Number of shares.</param>
internal readonly record struct Share(int Index, int Count)
{
    /// <summary>Reads <c>2/4</c>; null for any other text.</summary>
    public static Share? Parse(string text) =>
        text.Split('/') is [var index, var count]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && 1 <= i
        && i <= n
            ? new(i, n)
            : null;

    /// <summary>All shares of so many, in order.</summary>
    public static IEnumerable<Share> All(int count) => Enumerable.Range(1, count).Select(index => new Share(index, count));

    /// <summary>Returns the first item of this share, from 0, and the one after its last.</summary>
    /// <param name="items">Number of all items.</param>
    /// <param name="unit">Number of items that are done together and stay together.</param>
    public (long First, long End) Of(long items, int unit = 1)
    {
        var (units, count) = ((items + unit - 1) / unit, Count);
        long At(int index) => Math.Min(items, (long)((Int128)units * index / count) * unit);
        return (At(Index - 1), At(Index));
    }

    /// <summary>Returns true if a round of items, one to each share, brings this one to it: for work that is best dealt out singly.</summary>
    public bool Takes(int item) => item % Count == Index - 1;

    /// <summary>Returns the share as it is written: 2/4.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
