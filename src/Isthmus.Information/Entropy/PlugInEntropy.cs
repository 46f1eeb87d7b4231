namespace Isthmus.Information.Entropy;

/// <summary>
/// H = -sum p ln p with p = count / N, nats; biased low by about (K - 1) / 2N for K symbols (Miller 1955).
/// </summary>
public static class PlugInEntropy
{
    /// <summary>The entropy of a histogram, nats. One symbol has entropy 0.</summary>
    /// <exception cref="ArgumentException">No observation, or a negative count.</exception>
    public static double FromCounts(ReadOnlySpan<long> counts)
    {
        var total = 0L;
        foreach (var count in counts)
            total = checked(total + (count >= 0 ? count : throw new ArgumentException($"Plug-in entropy needs counts of at least 0; one is {count}.")));
        if (total == 0)
            throw new ArgumentException($"Plug-in entropy needs at least one observation; all {counts.Length} counts are zero.");
        var sum = 0.0;
        foreach (var count in counts)
            if (count > 0)
                sum += count * Math.Log((double)total / count);
        return sum / total;
    }

    /// <summary>The entropy of class indices 0 .. <paramref name="classes"/> - 1, nats.</summary>
    public static double FromSymbols(IEnumerable<int> symbols, int classes)
    {
        var counts = new long[classes];
        foreach (var symbol in symbols)
            counts[symbol]++;
        return FromCounts(counts);
    }
}
