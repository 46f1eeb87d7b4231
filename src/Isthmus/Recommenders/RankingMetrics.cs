namespace Isthmus.Recommenders;

/// <summary>Metrics of a ranked list for one user: how well it predicts a set of held-out items. Ranks begin at 1.</summary>
public static class RankingMetrics
{
    /// <summary>
    /// Returns the normalised discounted cumulative gain (Jarvelin and Kekalainen 2002): the sum over hits among the first k of 1 / log2(rank + 1), divided by
    /// the same sum for a list that begins with all held-out items. From 0 to 1.
    /// </summary>
    public static double Ndcg(ReadOnlySpan<int> ranked, IReadOnlySet<int> heldOut, int k)
    {
        var (gain, ideal) = (0.0, 0.0);
        for (var rank = 1; rank <= Math.Min(k, ranked.Length); rank++)
            if (heldOut.Contains(ranked[rank - 1]))
                gain += 1 / Math.Log2(rank + 1);
        for (var rank = 1; rank <= Math.Min(k, heldOut.Count); rank++)
            ideal += 1 / Math.Log2(rank + 1);
        return gain / ideal;
    }

    /// <summary>Returns the recall among the first k: hits / min(k, held out) (Liang et al. 2018). From 0 to 1.</summary>
    public static double Recall(ReadOnlySpan<int> ranked, IReadOnlySet<int> heldOut, int k) => Hits(ranked, heldOut, k) / (double)Math.Min(k, heldOut.Count);

    /// <summary>
    /// Returns the average precision: the sum over hits among the first k of the precision up to their rank, / min(k, held out). From 0 to 1.
    /// </summary>
    public static double AveragePrecision(ReadOnlySpan<int> ranked, IReadOnlySet<int> heldOut, int k)
    {
        var (hits, sum) = (0, 0.0);
        for (var rank = 1; rank <= Math.Min(k, ranked.Length); rank++)
            if (heldOut.Contains(ranked[rank - 1]))
                sum += ++hits / (double)rank;
        return sum / Math.Min(k, heldOut.Count);
    }

    /// <summary>Returns 1 if any of the first k is a hit, otherwise 0.</summary>
    public static double HitRate(ReadOnlySpan<int> ranked, IReadOnlySet<int> heldOut, int k) => Hits(ranked, heldOut, k) > 0 ? 1 : 0;

    private static int Hits(ReadOnlySpan<int> ranked, IReadOnlySet<int> heldOut, int k)
    {
        var hits = 0;
        foreach (var item in ranked[..Math.Min(k, ranked.Length)])
            if (heldOut.Contains(item))
                hits++;
        return hits;
    }
}
