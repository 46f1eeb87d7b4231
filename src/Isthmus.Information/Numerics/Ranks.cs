namespace Isthmus.Information.Numerics;

/// <summary>Ranks of numbers in ascending order, 1 .. N; equal numbers share the mean of their ranks.</summary>
public static class Ranks
{
    /// <summary>Returns the rank of each number; cost N log N.</summary>
    public static double[] Of(ReadOnlySpan<double> numbers)
    {
        var sorted = numbers.ToArray();
        int[] rows = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, rows);
        var ranks = new double[sorted.Length];
        for (int from = 0, to; from < sorted.Length; from = to)
        {
            for (to = from + 1; to < sorted.Length && sorted[to] == sorted[from];)
                to++;
            for (var i = from; i < to; i++)
                ranks[rows[i]] = (from + 1 + to) / 2.0;
        }
        return ranks;
    }

    /// <summary>Returns Spearman's rank correlation, the correlation of the ranks, -1 .. 1; 0 if either side is constant.</summary>
    /// <exception cref="ArgumentException">Unequal lengths.</exception>
    public static double Correlation(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"Rank correlation is of pairs; x has {x.Length} numbers and y has {y.Length}.");
        double[] a = Of(x),
            b = Of(y);
        var mean = (a.Length + 1) / 2.0;
        var (product, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            product += (a[i] - mean) * (b[i] - mean);
            first += (a[i] - mean) * (a[i] - mean);
            second += (b[i] - mean) * (b[i] - mean);
        }
        return first > 0 && second > 0 ? product / Math.Sqrt(first * second) : 0;
    }

    /// <summary>
    /// Returns the area under the ROC curve: the proportion of pairs (positive, negative) in which the positive one scores higher, ties counting a half (Mann
    /// and Whitney 1947); NaN if one kind is absent.
    /// </summary>
    /// <param name="scores">N scores.</param>
    /// <param name="positive">True for the positive ones, which should score high.</param>
    /// <exception cref="ArgumentException">Unequal lengths.</exception>
    public static double AreaUnderRoc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        if (scores.Length != positive.Length)
            throw new ArgumentException($"The area under ROC is of scores and their kinds; there are {scores.Length} scores and {positive.Length} kinds.");
        var (sum, count) = (0.0, 0);
        foreach (var (place, rank) in Of(scores).Index())
            if (positive[place])
                (sum, count) = (sum + rank, count + 1);
        return count == 0 || count == scores.Length ? double.NaN : (sum - count * (count + 1.0) / 2) / (count * (double)(scores.Length - count));
    }
}
