using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>Ideal costs of intervals. For accounting, never for decoding.</summary>
internal static class IntervalCosts
{
    /// <summary>Returns the bits of each of <paramref name="count"/> records whose intervals alternate.</summary>
    public static double[] Bits(this Span<Interval> intervals, int precision, int count)
    {
        var bits = new double[count];
        for (var i = 0; i < intervals.Length; i++)
            bits[i % count] += intervals[i].Bits(precision);
        return bits;
    }
}
