using System.Globalization;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// Detection of copied rows: rows that repeat others in two columns of numbers although both values are rare. No estimator may take them for observations of
/// their own.
/// </summary>
/// <remarks>
/// A row is looked at where n_x n_y is at most N: there fewer than one other row is expected at random. Of smooth columns as many rows
/// have another in one of the four cells beside theirs (the next values up and down) as in their own, or more; copies have it in their own alone.
/// </remarks>
public static class CopiedRows
{
    // Rows equal to others must exceed twice the rows beside others by this number.
    private const int Least = 5;

    /// <summary>Returns the rows without the copies, in their order; null if there is no sign of any.</summary>
    /// <param name="x">A column.</param>
    /// <param name="y">The other, of as many rows.</param>
    public static int[]? Without(double[] x, double[] y)
    {
        var (px, py) = (Places(x), Places(y));
        var (nx, ny) = (px.CountBy(place => place).ToDictionary(), py.CountBy(place => place).ToDictionary());
        int[] rare = [.. Enumerable.Range(0, x.Length).Where(row => (long)nx[px[row]] * ny[py[row]] <= x.Length)];
        var cells = Enumerable.Range(0, x.Length).CountBy(row => (px[row], py[row])).ToDictionary();
        int equal = rare.Count(row => cells[(px[row], py[row])] > 1),
            beside = rare.Count(row =>
                cells.ContainsKey((px[row] + 1, py[row]))
                || cells.ContainsKey((px[row] - 1, py[row]))
                || cells.ContainsKey((px[row], py[row] + 1))
                || cells.ContainsKey((px[row], py[row] - 1))
            );
        if (equal <= 2 * beside + Least)
            return null;
        var isRare = new bool[x.Length];
        foreach (var row in rare)
            isRare[row] = true;
        var seen = new HashSet<(int, int)>();
        return [.. Enumerable.Range(0, x.Length).Where(row => !isRare[row] || seen.Add((px[row], py[row])))];
    }

    /// <summary>Returns the sentence that reports the rows left out.</summary>
    public static string Words(int rows, int kept) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{rows - kept:N0} of {rows:N0} rows repeat another in both columns, though values so rare seldom meet twice: they were taken for copies and left "
                + $"out. If they are not, one column decides the other."
        );

    // The rank of each value among the distinct values.
    private static int[] Places(double[] column)
    {
        double[] values = [.. column.Distinct().Order()];
        return Array.ConvertAll(column, value => Array.BinarySearch(values, value));
    }
}
