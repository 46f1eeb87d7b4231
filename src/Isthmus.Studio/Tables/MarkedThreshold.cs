namespace Isthmus.Studio.Tables;

/// <summary>Threshold by which a reader's judgements are met best.</summary>
/// <param name="Bits">The threshold: rows above it are called odd.</param>
/// <param name="Real">Rows that were judged real.</param>
/// <param name="FalseAlarms">Rows that were judged false alarms.</param>
/// <param name="Missed">Judged rows on the wrong side of the threshold.</param>
internal sealed record MarkedThreshold(float Bits, int Real, int FalseAlarms, int Missed)
{
    /// <summary>Finds the threshold with the fewest judged rows on the wrong side; of several the one in the widest gap between judged scores.</summary>
    /// <param name="marks">Score in bits and judgement of each judged row.</param>
    /// <returns>Null unless there are rows of both judgements.</returns>
    public static MarkedThreshold? Of(IEnumerable<(float Bits, bool IsReal)> marks)
    {
        var sorted = marks.Where(mark => float.IsFinite(mark.Bits)).OrderBy(mark => mark.Bits).ToArray();
        var real = sorted.Count(mark => mark.IsReal);
        if (real == 0 || real == sorted.Length)
            return null;
        // Below the first mark nothing is right but the real ones; each mark that falls below the threshold changes that by one.
        var (best, wrong, gap) = (float.NaN, sorted.Length - real, 0f);
        var least = int.MaxValue;
        for (var place = 0; place < sorted.Length; place++)
        {
            wrong += sorted[place].IsReal ? 1 : -1;
            var next = place + 1 < sorted.Length ? sorted[place + 1].Bits : sorted[place].Bits + 1;
            var width = next - sorted[place].Bits;
            if (width <= 0 || wrong > least || wrong == least && width <= gap)
                continue;
            (least, gap, best) = (wrong, width, sorted[place].Bits + width / 2);
        }
        return least < int.MaxValue && least <= sorted.Length - real ? new(best, real, sorted.Length - real, least) : null;
    }
}
