using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>Permutation test of independence and its result.</summary>
/// <param name="Observed">The statistic on the rows in their order.</param>
/// <param name="PValue">(1 + permutations with at least that value) / (1 + permutations): never 0, and valid at any number of them (Phipson and Smyth
/// 2010).</param>
/// <param name="NullMean">Mean of the statistic over permutations: the estimator's bias at independence.</param>
/// <param name="NullDeviation">Standard deviation of the statistic over permutations.</param>
public sealed record PermutationTest(double Observed, double PValue, double NullMean, double NullDeviation)
{
    /// <summary>Tests whether Y is independent of the data held fixed by <paramref name="estimate"/>, by shuffling Y's rows.</summary>
    /// <param name="estimate">A statistic of Y that grows with dependence, for example <c>y => KsgMutualInformation.Estimate(x, y).Value</c>.</param>
    /// <param name="y">The rows to shuffle, exchangeable under the hypothesis: no time series.</param>
    /// <param name="permutations">Number of permutations; the smallest p-value is 1 / (1 + permutations).</param>
    /// <param name="seed">Random seed; the same seed gives the same result.</param>
    /// <exception cref="ArgumentException">Fewer than one permutation.</exception>
    public static PermutationTest Run(Func<Points, double> estimate, Points y, int permutations, int seed)
    {
        int[] all = [.. Enumerable.Range(0, y.Count)];
        return Run(rows => estimate(rows == all ? y : y.Rows(rows)), all, [all], permutations, seed);
    }

    /// <summary>Tests independence given a variable of symbols, by shuffling rows within those of each symbol.</summary>
    /// <param name="estimate">The statistic with one variable's rows in the order given.</param>
    /// <param name="strata">Groups of rows that may be exchanged; every row in exactly one stratum.</param>
    /// <param name="permutations">Number of permutations; the smallest p-value is 1 / (1 + permutations).</param>
    /// <param name="seed">Random seed; the same seed gives the same result.</param>
    /// <exception cref="ArgumentException">Fewer than one permutation.</exception>
    public static PermutationTest Within(Func<int[], double> estimate, IReadOnlyList<int[]> strata, int permutations, int seed) =>
        Run(estimate, [.. Enumerable.Range(0, strata.Sum(stratum => stratum.Length))], strata, permutations, seed);

    private static PermutationTest Run(Func<int[], double> estimate, int[] all, IReadOnlyList<int[]> strata, int permutations, int seed)
    {
        if (permutations < 1)
            throw new ArgumentException($"A permutation test needs at least 1 permutation; it is {permutations}.");
        var observed = estimate(all);
        var random = new Random(seed);
        int[] order = [.. all];
        var shuffled = strata.Select(stratum => stratum.ToArray()).ToArray();
        var (moments, atLeast) = (new RunningMoments(), 0);
        for (var i = 0; i < permutations; i++)
        {
            for (var s = 0; s < shuffled.Length; s++)
            {
                random.Shuffle(shuffled[s]);
                for (var j = 0; j < shuffled[s].Length; j++)
                    order[strata[s][j]] = shuffled[s][j];
            }
            var figure = estimate(order);
            moments.Add(figure);
            // Sums over rows in another order round differently: a hair below is the same figure.
            atLeast += figure >= observed - 1e-12 ? 1 : 0;
        }
        return new(observed, (1.0 + atLeast) / (1 + permutations), moments.Mean, Math.Sqrt(moments.Variance));
    }
}
