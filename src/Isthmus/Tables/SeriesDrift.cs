namespace Isthmus.Tables;

/// <summary>A column before and after a drift.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Before">Mean before.</param>
/// <param name="After">Mean after.</param>
/// <param name="Bits">Increase of its contribution to a row's score, bits.</param>
public sealed record DriftedColumn(string Column, double Before, double After, double Bits);

/// <summary>
/// Drift of a series: from some row on, far more rows than expected are over the threshold, and stay so to the end. Such rows are no single events: the series
/// differs from the one learnt. The row is a change point of Bernoulli variables: the likelihood of one fraction of rows over the threshold before and another
/// one after is greatest there; each third of the rows after must show the change.
/// </summary>
/// <param name="Since">Number of the first row after, 1 for the series' first.</param>
/// <param name="Time">Time of that row, as in the file.</param>
/// <param name="ShareBefore">Fraction of rows over the threshold before.</param>
/// <param name="ShareAfter">Fraction of rows over the threshold after.</param>
/// <param name="Expected">Expected fraction for usual rows.</param>
/// <param name="Columns">The columns whose contribution to the score has grown most.</param>
public sealed record SeriesDrift(long Since, string Time, double ShareBefore, double ShareAfter, double Expected, IReadOnlyList<DriftedColumn> Columns)
{
    private const int LeastWindows = 4,
        ShownColumns = 3,
        Thirds = 3;
    private const double LeastShare = 0.05,
        LeastTimes = 4,
        LeastOfMost = 0.25;

    /// <summary>Returns the drift in words.</summary>
    public override string ToString()
    {
        var columns = Columns.Select(column =>
            Since > 1 ? $"{column.Column} (mean {NumberText.Of(column.Before)}, then {NumberText.Of(column.After)})" : column.Column
        );
        return $"The data moved: since {Time} (row {NumberText.Of(Since)}) {NumberText.Percent(ShareAfter)} of rows are over the threshold, where "
            + $"{NumberText.Percent(Expected)} are expected{(Since > 1 ? $" and {NumberText.Percent(ShareBefore)} were before" : "")}; most in "
            + $"{string.Join(", ", columns)}. This is drift rather than single events; if it is the new normal, train again on rows from then on.";
    }

    /// <summary>Finds the drift, if there is one.</summary>
    /// <param name="scored">Scores of the series' rows.</param>
    /// <param name="values">Cells in their own units, N x D.</param>
    /// <param name="threshold">Bits above which a row is unusual.</param>
    /// <param name="expected">Fraction of usual rows above it.</param>
    /// <param name="window">Rows in a window.</param>
    /// <param name="times">Times of the rows.</param>
    internal static SeriesDrift? Find(ScoredRows scored, double[] values, float threshold, double expected, int window, IReadOnlyList<string> times)
    {
        var rows = scored.Count;
        var sums = new int[rows + 1];
        for (var row = 0; row < rows; row++)
            sums[row + 1] = sums[row] + (scored.Bits[row] > threshold ? 1 : 0);
        double Share(int from, int to) => to > from ? (sums[to] - sums[from]) / (double)(to - from) : 0;
        // What is left of a few windows is an event.
        var last = rows - LeastWindows * window;
        var (since, best) = (-1, double.NegativeInfinity);
        for (var row = 0; row <= last; row++)
            if (
                Share(row, rows) >= Math.Max(LeastShare, LeastTimes * expected)
                && Share(row, rows) > Share(0, row)
                && Enumerable
                    .Range(0, Thirds)
                    .All(third => Share(row + (rows - row) * third / Thirds, row + (rows - row) * (third + 1) / Thirds) >= Share(row, rows) / 3)
                && Likelihood(sums[row], row) + Likelihood(sums[rows] - sums[row], rows - row) is var found
                && found > best
            )
                (since, best) = (row, found);
        if (since < 0)
            return null;
        var width = scored.Columns.Count;
        double Mean(Func<int, double> of, int from, int to) =>
            Enumerable.Range(from, to - from).Select(of).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        var columns = Enumerable
            .Range(0, width)
            .Select(column => new DriftedColumn(
                scored.Columns[column],
                Mean(row => values[row * width + column], 0, since),
                Mean(row => values[row * width + column], since, rows),
                Mean(row => scored.ColumnBits[row * width + column], since, rows)
                    - (since > 0 ? Mean(row => scored.ColumnBits[row * width + column], 0, since) : 0)
            ));
        DriftedColumn[] most = [.. columns.OrderByDescending(column => column.Bits).Take(ShownColumns)];
        return new(
            since + 1,
            times[since],
            Share(0, since),
            Share(since, rows),
            expected,
            [.. most.Where(column => column == most[0] || column.Bits > LeastOfMost * most[0].Bits)]
        );
    }

    private static double Likelihood(int over, int rows) =>
        (over > 0 ? over * Math.Log(over / (double)rows) : 0) + (over < rows ? (rows - over) * Math.Log(1 - over / (double)rows) : 0);
}
