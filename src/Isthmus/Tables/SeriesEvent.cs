namespace Isthmus.Tables;

/// <summary>
/// A stretch of a series over the threshold. Stretches less than a window apart are one, as every row contributes to the scores of the windows around it.
/// </summary>
/// <param name="First">Number of its first row, 1 for the series' first.</param>
/// <param name="Last">Number of its last row.</param>
/// <param name="Start">Time of the first row, as it stands in the file.</param>
/// <param name="End">Time of the last row.</param>
/// <param name="Peak">Number of the row whose own cells are oddest.</param>
/// <param name="PeakTime">Time of that row.</param>
/// <param name="Bits">The greatest score of a row in it.</param>
/// <param name="PValue">Fraction of usual rows that score at least as high.</param>
/// <param name="Why">Contributions of the columns to the score, with their cells at the peak.</param>
public sealed record SeriesEvent(long First, long Last, string Start, string End, long Peak, string PeakTime, float Bits, double PValue, ScoreReasons Why)
{
    /// <summary>Finds the events.</summary>
    /// <param name="scored">Scores of the series' rows.</param>
    /// <param name="own">Contribution of each row's own cells to the windows that hold it.</param>
    /// <param name="usual">Scores of usual rows.</param>
    /// <param name="threshold">Bits above which a row is unusual.</param>
    /// <param name="window">Rows in a window.</param>
    /// <param name="times">Times of the rows.</param>
    /// <param name="why">A row's reasons.</param>
    internal static IReadOnlyList<SeriesEvent> Find(
        ScoredRows scored,
        float[] own,
        ReferenceScores usual,
        float threshold,
        int window,
        IReadOnlyList<string> times,
        Func<int, ScoreReasons> why
    )
    {
        var events = new List<SeriesEvent>();
        int[] over = [.. Enumerable.Range(0, scored.Count).Where(row => scored.Bits[row] > threshold)];
        for (var (at, next) = (0, 0); at < over.Length; at = next)
        {
            for (next = at + 1; next < over.Length && over[next] - over[next - 1] < window;)
                next++;
            int[] rows = [.. Enumerable.Range(over[at], over[next - 1] - over[at] + 1)];
            var peak = rows.MaxBy(row => own[row]);
            var bits = rows.Max(row => scored.Bits[row]);
            events.Add(new(rows[0] + 1, rows[^1] + 1, times[rows[0]], times[rows[^1]], peak + 1, times[peak], bits, usual.PValue(bits), why(peak)));
        }
        return events;
    }
}
