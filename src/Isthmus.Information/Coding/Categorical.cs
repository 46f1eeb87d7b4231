namespace Isthmus.Information.Coding;

/// <summary>Categorical distribution given by a table of frequencies: P(i) = frequency_i / 2^precision.</summary>
/// <remarks>
/// <para><see cref="FromCounts"/> and <see cref="FromWeights"/> choose the frequencies that make sum w ln(1 / frequency) least among whole
/// numbers of at least 1 with the right sum. That is a divisor method of apportionment: one multiplier for all weights, each product
/// rounded up above the logarithmic mean 1 / ln((f + 1) / f) of its neighbours f and f + 1, here f + 1/2 - 1 / (12 f + 6), which is within
/// 0.12 % of it for every f. Ties go to the lower index. Integers only: the same counts give the same table everywhere.</para>
/// <para>A symbol of weight 0 gets frequency 1, so that every symbol of the alphabet can be coded.</para>
/// </remarks>
public sealed class Categorical : FixedPointDistribution
{
    private readonly uint[] _cumulative;

    private Categorical(uint[] cumulative, int precision)
        : base(cumulative.Length - 1, precision) => _cumulative = cumulative;

    /// <summary>Creates the table from stored frequencies.</summary>
    /// <exception cref="ArgumentException">No symbol, a frequency of 0, or a sum that is not 2^precision.</exception>
    public static Categorical FromFrequencies(ReadOnlySpan<uint> frequencies, int precision)
    {
        RansCoder.CheckPrecision(precision);
        var cumulative = new uint[frequencies.Length + 1];
        var sum = 0UL;
        for (var i = 0; i < frequencies.Length; i++)
        {
            if (frequencies[i] == 0)
                throw new ArgumentException($"A symbol that can be coded has a frequency of at least 1; symbol {i} has 0.", nameof(frequencies));
            sum += frequencies[i];
            if (sum > 1UL << precision)
                break;
            cumulative[i + 1] = (uint)sum;
        }
        if (sum != 1UL << precision)
            throw new ArgumentException(
                $"Frequencies of precision {precision} sum to {1UL << precision}; these {frequencies.Length} sum to {(sum > 1UL << precision ? "more" : sum)}.",
                nameof(frequencies)
            );
        return new(cumulative, precision);
    }

    /// <summary>Creates the table that codes symbols with these counts in the fewest bits. Cost: some 100 passes over the counts.</summary>
    /// <exception cref="ArgumentException">A negative count, all zero, more than 2^62 in all, or more symbols than 2^precision.</exception>
    public static Categorical FromCounts(ReadOnlySpan<long> counts, int precision = 16)
    {
        RansCoder.CheckPrecision(precision);
        if (counts.Length == 0 || counts.Length > 1L << precision)
            throw new ArgumentException($"A table of precision {precision} has 1 to {1L << precision} symbols; this one has {counts.Length}.", nameof(counts));
        UInt128 total = 0;
        foreach (var count in counts)
            total +=
                count >= 0
                    ? (ulong)count
                    : throw new ArgumentException($"A categorical distribution needs counts of at least 0; one is {count}.", nameof(counts));
        if (total == 0 || total > 1UL << 62)
            throw new ArgumentException($"A categorical distribution needs 1 to 2^62 observations; all {counts.Length} counts sum to {total}.", nameof(counts));

        // The largest multiplier m / 2^64 whose rounded products sum to at most 2^precision. Rounding takes at most one half off each,
        // so high exceeds; w m stays below 2^64 (2^31 + 2^31), inside 128 bits.
        var target = 1UL << precision;
        var (low, high) = (UInt128.Zero, (((UInt128)(target + (ulong)counts.Length)) << 64) / total + 1);
        while (high - low > 1)
        {
            var middle = low + ((high - low) >> 1);
            if (Sum(counts, middle) <= target)
                low = middle;
            else
                high = middle;
        }
        var frequencies = new uint[counts.Length];
        var left = target;
        for (var i = 0; i < frequencies.Length; i++)
            left -= frequencies[i] = Rounded(counts[i], low);
        // What is left goes to those that the next multiplier rounds up: ties, by index.
        for (var i = 0; left > 0; i++)
            if (Rounded(counts[i], high) > frequencies[i])
            {
                frequencies[i]++;
                left--;
            }
        return FromFrequencies(frequencies, precision);
    }

    /// <summary>
    /// Creates the table from weights that need not sum to 1: each becomes a count in units of 2^-31 of the largest, then as <see cref="FromCounts"/>. For the
    /// encoder: a decoder takes stored frequencies.
    /// </summary>
    /// <exception cref="ArgumentException">A weight that is negative, infinite or no number, all zero, or more symbols than 2^precision.</exception>
    public static Categorical FromWeights(ReadOnlySpan<double> weights, int precision = 16)
    {
        var largest = 0.0;
        foreach (var weight in weights)
            largest =
                weight >= 0 && double.IsFinite(weight)
                    ? Math.Max(largest, weight)
                    : throw new ArgumentException($"A categorical distribution needs finite weights of at least 0; one is {weight}.", nameof(weights));
        if (largest == 0)
            throw new ArgumentException($"A categorical distribution needs a weight above 0; all {weights.Length} are 0.", nameof(weights));
        var counts = new long[weights.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = (long)Math.Round(weights[i] / largest * (1L << 31));
        return FromCounts(counts, precision);
    }

    private protected override uint CumulativeCore(int symbol) => _cumulative[symbol];

    private static UInt128 Sum(ReadOnlySpan<long> counts, UInt128 multiplier)
    {
        UInt128 sum = 0;
        foreach (var count in counts)
            sum += Rounded(count, multiplier);
        return sum;
    }

    private static uint Rounded(long count, UInt128 multiplier)
    {
        var product = (ulong)count * multiplier;
        var whole = (uint)(product >> 64);
        if (whole == 0)
            return 1;
        // fraction >= 1/2 - 1 / (12 f + 6), both sides times 12 f + 6.
        var fraction = (ulong)product;
        return (UInt128)fraction * ((12UL * whole) + 6) >= ((UInt128)((6UL * whole) + 2)) << 64 ? whole + 1 : whole;
    }
}
