namespace Isthmus.Information.Entropy;

/// <summary>An estimate with a confidence interval.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Level">Confidence level, the fraction of such intervals that cover the true value, such as 0.9.</param>
public readonly record struct BootstrapInterval(double Value, double Lower, double Upper, double Level);

/// <summary>
/// Bootstrap intervals: quantiles of the estimates of B samples drawn again from the sample, moved by 2 (t - their mean), t the
/// estimate (Davison and Hinkley 1997, chapter 5). Plain percentile intervals double the estimator's bias; the move turns it
/// round. The basic interval, which mirrors the quantiles, mirrors their skew as well and covered less (docs/benchmarks/discrete-coverage.md).
/// They know nothing of symbols never seen: far below N = K they are too low, as is the estimate.
/// </summary>
public sealed record DiscreteBootstrap
{
    /// <summary>Random seed for resampling; the same seed gives the same interval. Default 0.</summary>
    public required int Seed { get; init; }

    /// <summary>Number of bootstrap samples, B. Default 1000.</summary>
    public int Replicates { get; init; } = 1000;

    /// <summary>Confidence level. Default 0.9.</summary>
    public double Level { get; init; } = 0.9;

    /// <summary>Returns an interval for the entropy of a histogram, nats, with no end below 0. Cost: B times N draws, and B estimates.</summary>
    /// <exception cref="ArgumentException">No count, a negative one, all zero, or more than 2^31 - 1 observations.</exception>
    public BootstrapInterval Interval(ReadOnlySpan<long> counts, DiscreteEntropyEstimator estimator)
    {
        var total = SymbolCounts.Total(counts, "Bootstrap");
        if (total > int.MaxValue)
            throw new ArgumentException(
                $"Bootstrap draws every observation again and takes at most 2^31 - 1; there are {total}. Use the estimator's own standard error."
            );
        var ends = new long[counts.Length];
        var end = 0L;
        for (var i = 0; i < ends.Length; i++)
            ends[i] = end += counts[i];
        var again = new long[counts.Length];
        var interval = Of(estimator.Entropy(counts), random =>
        {
            Array.Clear(again);
            for (var n = 0; n < total; n++)
            {
                // The first symbol whose observations end beyond the one drawn.
                var (low, high, drawn) = (0, ends.Length - 1, random.Next((int)total));
                while (low < high)
                {
                    var middle = (low + high) / 2;
                    (low, high) = ends[middle] > drawn ? (low, middle) : (middle + 1, high);
                }
                again[low]++;
            }
            return estimator.Entropy(again);
        });
        return interval with { Lower = Math.Max(0, interval.Lower), Upper = Math.Max(0, interval.Upper) };
    }

    /// <summary>Returns an interval for any statistic of columns, whose rows are drawn together. Cost: B times the rows and the statistic.</summary>
    /// <exception cref="ArgumentException">No column, no row, or columns of different lengths.</exception>
    public BootstrapInterval Interval(IReadOnlyList<DiscreteColumn> columns, Func<IReadOnlyList<DiscreteColumn>, double> statistic)
    {
        if (columns.Count == 0 || columns[0].Rows == 0)
            throw new ArgumentException($"Bootstrap needs at least one column with at least one row; there are {columns.Count} columns.");
        foreach (var column in columns)
            if (column.Rows != columns[0].Rows)
                throw new ArgumentException($"Bootstrap needs columns of equal length; they have {columns[0].Rows} and {column.Rows} rows.");
        var rows = new int[columns[0].Rows];
        return Of(statistic(columns), random =>
        {
            for (var i = 0; i < rows.Length; i++)
                rows[i] = random.Next(rows.Length);
            return statistic([.. columns.Select(column => column.Take(rows))]);
        });
    }

    private BootstrapInterval Of(double value, Func<Random, double> replicate)
    {
        if (Replicates < 1 || !(Level > 0 && Level < 1))
            throw new ArgumentException($"Bootstrap needs at least one replicate and a level between 0 and 1; they are {Replicates} and {Level}.");
        var random = new Random(Seed);
        var replicates = new double[Replicates];
        for (var b = 0; b < replicates.Length; b++)
            replicates[b] = replicate(random);
        Array.Sort(replicates);
        var shift = 2 * (value - replicates.Average());
        return new(value, Quantile((1 - Level) / 2) + shift, Quantile((1 + Level) / 2) + shift, Level);

        double Quantile(double q)
        {
            var at = q * (replicates.Length - 1);
            var below = (int)at;
            return below + 1 < replicates.Length ? replicates[below] + (at - below) * (replicates[below + 1] - replicates[below]) : replicates[below];
        }
    }
}
