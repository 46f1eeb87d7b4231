using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// H = -sum p ln p with p = count / N, nats; biased low by about (K - 1) / 2N for K symbols (Miller 1955).
/// Standard error by the delta method, sqrt((sum p ln^2 p - H^2) / N) (Basharin 1959), which is 0 for equal counts.
/// </summary>
public sealed record PlugInEntropy : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => "plugin";

    /// <summary>Returns the entropy of a histogram, nats; 0 for one symbol. One pass, no allocation.</summary>
    /// <exception cref="ArgumentException">No observation, a negative count, or a sum above 2^63 - 1.</exception>
    public static double FromCounts(ReadOnlySpan<long> counts)
    {
        var total = SymbolCounts.Total(counts, "Plug-in entropy");
        var sum = 0.0;
        foreach (var count in counts)
            if (count > 0)
                sum += count * Surprise(count, total);
        return sum / total;
    }

    /// <summary>Returns the entropy of class indices 0 .. <paramref name="classes"/> - 1, nats.</summary>
    /// <exception cref="ArgumentException">No symbol, one outside, or fewer than one class.</exception>
    public static double FromSymbols(IEnumerable<int> symbols, int classes) => FromCounts(SymbolCounts.OfClasses([.. symbols], classes));

    /// <inheritdoc/>
    public override double Entropy(ReadOnlySpan<long> counts) => FromCounts(counts);

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) => profile.Average(n => Surprise(n, profile.Total));

    /// <summary>Entropy with its standard error by the delta method, nats; NaN from one observation.</summary>
    public override Estimate Measure(CountProfile profile)
    {
        var entropy = Entropy(profile);
        var variance = profile.Average(n => Square(Surprise(n, profile.Total) - entropy)) / profile.Total;
        return new(entropy, profile.Total == 1 ? double.NaN : Math.Sqrt(variance));
    }

    private static double Square(double x) => x * x;

    // -ln p. A count near the total loses its p in the quotient near 1, so the rest is taken instead.
    private static double Surprise(long count, long total) =>
        count > total / 2 ? -SpecialFunctions.LogOnePlus(-(double)(total - count) / total) : Math.Log((double)total / count);
}
