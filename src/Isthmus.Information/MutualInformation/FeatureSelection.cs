namespace Isthmus.Information.MutualInformation;

/// <summary>Criterion by which a column is chosen, given those chosen already.</summary>
public enum SelectionCriterion
{
    /// <summary>Minimum redundancy, maximum relevance: I(X;Y) less the mean of I(X;S) over the chosen S (Peng, Long and Ding 2005).</summary>
    Mrmr,

    /// <summary>
    /// Joint mutual information: the mean of I(X,S;Y) over the chosen S (Yang and Moody 1999), which finds pairs that predict more together than apart.
    /// </summary>
    Jmi,
}

/// <summary>One column in the order of choice.</summary>
/// <param name="Column">Index of the column among the candidates.</param>
/// <param name="Score">Value of the criterion when the column was chosen, nats; for the first column, I(X;Y).</param>
public readonly record struct SelectedFeature(int Column, double Score);

/// <summary>
/// Greedy choice of columns that predict a target: first the one with the most information, then each time the one with the highest score given those chosen.
/// Greedy is not optimal, but needs pairs only.
/// </summary>
public static class FeatureSelection
{
    /// <summary>Chooses <paramref name="count"/> columns; of equal scores the earlier column. Cost: one information a candidate and step.</summary>
    /// <param name="relevance">I(X_i;Y) of each candidate, nats.</param>
    /// <param name="count">Number of columns to choose.</param>
    /// <param name="criterion">Criterion of choice.</param>
    /// <param name="pair">Information of candidates i and s: I(X_i;X_s) for mRMR, I(X_i,X_s;Y) for JMI, nats.</param>
    /// <exception cref="ArgumentException">Fewer than one, or more than there are candidates.</exception>
    public static SelectedFeature[] Choose(IReadOnlyList<double> relevance, int count, SelectionCriterion criterion, Func<int, int, double> pair)
    {
        if (count < 1 || count > relevance.Count)
            throw new ArgumentException($"Selection takes 1 to {relevance.Count} columns, as many as there are candidates; it was asked for {count}.");
        var chosen = new List<SelectedFeature>();
        var sums = new double[relevance.Count];
        var left = Enumerable.Range(0, relevance.Count).ToList();
        while (chosen.Count < count)
        {
            if (chosen.Count > 0)
                foreach (var i in left)
                    sums[i] += pair(i, chosen[^1].Column);
            var best = left.MaxBy(Score);
            chosen.Add(new(best, Score(best)));
            left.Remove(best);
        }
        return [.. chosen];

        double Score(int i) =>
            chosen.Count == 0 ? relevance[i]
            : criterion == SelectionCriterion.Mrmr ? relevance[i] - sums[i] / chosen.Count
            : sums[i] / chosen.Count;
    }
}
