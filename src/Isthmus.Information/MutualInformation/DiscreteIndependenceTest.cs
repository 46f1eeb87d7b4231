using Isthmus.Information.Entropy;

namespace Isthmus.Information.MutualInformation;

/// <summary>Result of a permutation test.</summary>
/// <param name="Information">The plug-in mutual information, nats, with its standard error.</param>
/// <param name="PValue">(b + 1) / (B + 1), where b of B permutations have at least the observed information.</param>
/// <param name="NullMean">The mean information of the permutations, nats: about the bias of the estimate.</param>
public readonly record struct IndependenceTestResult(Estimate Information, double PValue, double NullMean);

/// <summary>
/// Permutation test of I(X; Y) = 0, or of I(X; Y | Z) = 0 by permuting x within the rows of each symbol of Z. Exact at every
/// sample size: under independence P(p-value at most a) is at most a (Phipson and Smyth 2010). Cost: permutations times rows.
/// </summary>
public sealed record DiscreteIndependenceTest
{
    /// <summary>Random seed for the permutations; the same seed gives the same p-value. Default 0.</summary>
    public required int Seed { get; init; }

    /// <summary>Number of permutations, B; the smallest possible p-value is 1 / (B + 1). Default 999.</summary>
    public int Permutations { get; init; } = 999;

    /// <summary>Tests whether x and y are independent (given <paramref name="given"/>, if there is one).</summary>
    /// <exception cref="ArgumentException">No row, columns of different lengths, or fewer than one permutation.</exception>
    public IndependenceTestResult Test(DiscreteColumn x, DiscreteColumn y, DiscreteColumn? given = null)
    {
        if (Permutations < 1)
            throw new ArgumentException($"Permutation test needs at least one permutation; it was given {Permutations}.");
        var information = given is null ? DiscreteMutualInformation.Of(x, y) : DiscreteMutualInformation.Conditional(x, y, given);
        var rows = x.Rows;
        // All other margins stay as they are, so the information moves only with the sum of n ln n over the cells.
        var others = given is null ? y : DiscreteColumn.Join(y, given);
        var strata = Strata(given, rows);
        var shuffled = x.Codes.ToArray();
        var logs = new double[rows + 1];
        for (var n = 2; n <= rows; n++)
            logs[n] = n * Math.Log(n);
        var cells = (long)x.Symbols * others.Symbols is var product && product <= Math.Max(1 << 16, 4L * rows) ? new int[product] : null;
        var observed = Sum();
        // Equal tables summed in another order may differ by rounding, and count as equal.
        var threshold = observed - 1e-12 * Math.Max(1, observed);
        var random = new Random(Seed);
        var reached = 0;
        var excess = 0.0;
        for (var b = 0; b < Permutations; b++)
        {
            foreach (var stratum in strata)
                Shuffle(stratum);
            var sum = Sum();
            excess += (sum - observed) / rows;
            if (sum >= threshold)
                reached++;
        }
        return new(information, (reached + 1.0) / (Permutations + 1.0), Math.Max(0, information.Value + excess / Permutations));

        void Shuffle(int[] stratum)
        {
            for (var i = stratum.Length - 1; i > 0; i--)
            {
                var j = random.Next(i + 1);
                (shuffled[stratum[i]], shuffled[stratum[j]]) = (shuffled[stratum[j]], shuffled[stratum[i]]);
            }
        }

        double Sum()
        {
            var sum = 0.0;
            if (cells is null)
            {
                var pairs = new long[rows];
                for (var i = 0; i < rows; i++)
                    pairs[i] = (long)shuffled[i] * others.Symbols + others.Codes[i];
                foreach (var count in SymbolCounts.Of<long>(pairs.AsSpan()))
                    sum += logs[count];
                return sum;
            }
            Array.Clear(cells);
            for (var i = 0; i < rows; i++)
                cells[(long)shuffled[i] * others.Symbols + others.Codes[i]]++;
            foreach (var count in cells)
                sum += logs[count];
            return sum;
        }
    }

    private static int[][] Strata(DiscreteColumn? given, int rows) =>
        given is null
            ?
            [
                [.. Enumerable.Range(0, rows)],
            ]
            : [.. Enumerable.Range(0, rows).GroupBy(i => given.Codes[i]).Select(rowsOfSymbol => rowsOfSymbol.ToArray())];
}
