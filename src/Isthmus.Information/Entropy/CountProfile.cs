namespace Isthmus.Information.Entropy;

/// <summary>
/// A histogram without the names of its symbols: which counts occur, and how many symbols have each (the "profile" or "fingerprint"). Estimators of entropy
/// need no more, and it is mostly much shorter than the histogram.
/// </summary>
public sealed class CountProfile
{
    private readonly long[] _values;
    private readonly long[] _multiplicities;

    /// <summary>
    /// Creates the profile of a histogram, whose length is the alphabet: zeros count there and nowhere else. Cost: a sort of the counts above 0.
    /// </summary>
    /// <exception cref="ArgumentException">No count, a negative one, all zero, or a sum above 2^63 - 1.</exception>
    public CountProfile(ReadOnlySpan<long> counts)
    {
        Total = SymbolCounts.Total(counts, "Entropy");
        Alphabet = counts.Length;
        var seen = new long[counts.Length - counts.Count(0L)];
        var next = 0;
        foreach (var count in counts)
            if (count > 0)
                seen[next++] = count;
        Array.Sort(seen);
        Observed = seen.Length;
        var values = new List<long>();
        var multiplicities = new List<long>();
        foreach (var count in seen)
        {
            if (values.Count == 0 || values[^1] != count)
            {
                values.Add(count);
                multiplicities.Add(0);
            }
            multiplicities[^1]++;
        }
        _values = [.. values];
        _multiplicities = [.. multiplicities];
    }

    private CountProfile(long[] values, long[] multiplicities, long total, long observed, long alphabet) =>
        (_values, _multiplicities, Total, Observed, Alphabet) = (values, multiplicities, total, observed, alphabet);

    /// <summary>Observations, N.</summary>
    public long Total { get; }

    /// <summary>Symbols with a count above 0.</summary>
    public long Observed { get; }

    /// <summary>Symbols that could occur, K: the length of the histogram, unless changed by <see cref="WithAlphabet"/>.</summary>
    public long Alphabet { get; }

    /// <summary>The distinct counts above 0, ascending.</summary>
    public ReadOnlySpan<long> Values => _values;

    /// <summary>Number of symbols with each of the counts <see cref="Values"/>.</summary>
    public ReadOnlySpan<long> Multiplicities => _multiplicities;

    /// <summary>Returns the number of symbols seen exactly <paramref name="count"/> times (above 0): f1 for the singletons, f2 for the doubletons.</summary>
    public long SymbolsSeen(long count)
    {
        var index = Array.BinarySearch(_values, count);
        return index < 0 ? 0 : _multiplicities[index];
    }

    /// <summary>Returns the same counts over an alphabet of another size.</summary>
    /// <exception cref="ArgumentException">Fewer symbols than were observed.</exception>
    public CountProfile WithAlphabet(long symbols) =>
        symbols >= Observed
            ? new(_values, _multiplicities, Total, Observed, symbols)
            : throw new ArgumentException($"Alphabet of {symbols} symbols is smaller than the {Observed} symbols observed; give the number that could occur.");

    /// <summary>
    /// Returns the profile with one observation fewer, of a symbol seen <see cref="Values"/>[<paramref name="index"/>] times; the alphabet stays.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is the only observation.</exception>
    public CountProfile WithoutOne(int index)
    {
        if (Total == 1)
            throw new InvalidOperationException("A profile of one observation cannot lose it; at least 2 are needed.");
        var left = new SortedDictionary<long, long>();
        for (var i = 0; i < _values.Length; i++)
            left[_values[i]] = _multiplicities[i];
        var value = _values[index];
        if (--left[value] == 0)
            left.Remove(value);
        if (value > 1)
            left[value - 1] = left.GetValueOrDefault(value - 1) + 1;
        return new([.. left.Keys], [.. left.Values], Total - 1, Observed - (value == 1 ? 1 : 0), Alphabet);
    }

    /// <summary>Returns the sum over observations of f(count of its symbol) / N: the expectation of f at a random observation.</summary>
    internal double Average(Func<long, double> f)
    {
        var sum = 0.0;
        for (var i = 0; i < _values.Length; i++)
            sum += (double)_values[i] * _multiplicities[i] / Total * f(_values[i]);
        return sum;
    }

    /// <summary>Returns the sum over the observed symbols of f(count).</summary>
    internal double Sum(Func<long, double> f)
    {
        var sum = 0.0;
        for (var i = 0; i < _values.Length; i++)
            sum += _multiplicities[i] * f(_values[i]);
        return sum;
    }
}
