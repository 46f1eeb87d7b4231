using System.Numerics;
using System.Runtime.InteropServices;

namespace Isthmus.Information.Entropy;

/// <summary>Histograms of symbols, in order of first appearance or of the symbols' numbers.</summary>
public static class SymbolCounts
{
    // A table of 2 GB.
    private const int MostClasses = 1 << 28;

    /// <summary>Counts equatable symbols, in order of first appearance. One dictionary look-up a symbol.</summary>
    public static long[] Of<T>(ReadOnlySpan<T> symbols)
        where T : notnull, IEquatable<T>
    {
        var counts = new Dictionary<T, long>();
        foreach (var symbol in symbols)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, symbol, out _)++;
        return [.. counts.Values];
    }

    /// <summary>Counts equatable symbols, in order of first appearance.</summary>
    public static long[] Of<T>(IEnumerable<T> symbols)
        where T : notnull
    {
        var counts = new Dictionary<T, long>();
        foreach (var symbol in symbols)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, symbol, out _)++;
        return [.. counts.Values];
    }

    /// <summary>Counts class numbers 0 .. <paramref name="classes"/> - 1; one count for each class.</summary>
    /// <exception cref="ArgumentException">A number outside, fewer than one class, or more than 2^28.</exception>
    public static long[] OfClasses(ReadOnlySpan<int> symbols, int classes)
    {
        if (classes < 1)
            throw new ArgumentException($"Counting needs at least one class; it was given {classes}.");
        if (classes > MostClasses)
            throw new ArgumentException(
                $"Counting classes takes a table of at most 2^28; it was given {classes}. Count only what occurs with SymbolCounts.Of."
            );
        var counts = new long[classes];
        for (var i = 0; i < symbols.Length; i++)
        {
            if ((uint)symbols[i] >= (uint)classes)
                throw new ArgumentException(
                    $"Symbol {symbols[i]} at index {i} is outside 0 .. {classes - 1}; raise the number of classes, or count with SymbolCounts.Of."
                );
            counts[symbols[i]]++;
        }
        return counts;
    }

    /// <summary>Counts the 256 byte values.</summary>
    public static long[] OfBytes(ReadOnlySpan<byte> bytes)
    {
        var counts = new long[256];
        AddBytes(bytes, counts);
        return counts;
    }

    /// <summary>Counts the 256 byte values of a stream, from its position to its end, in constant memory.</summary>
    public static long[] OfBytes(Stream bytes)
    {
        var counts = new long[256];
        var buffer = new byte[1 << 16];
        for (int read; (read = bytes.Read(buffer)) > 0;)
            AddBytes(buffer.AsSpan(0, read), counts);
        return counts;
    }

    /// <summary>Counts the pairs (x, y) of bytes of two columns: 65536 counts, that of (x, y) at 256 x + y. One pass, about a nanosecond a row.</summary>
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    public static long[] OfBytePairs(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"Joint counts need columns of equal length; they have {x.Length} and {y.Length} rows.");
        var counts = new long[1 << 16];
        AddPairs(x, y, counts);
        return counts;
    }

    /// <summary>Counts the pairs of bytes of two streams of equal length, from their positions to their ends, in constant memory.</summary>
    /// <exception cref="ArgumentException">One stream ends before the other.</exception>
    public static long[] OfBytePairs(Stream x, Stream y)
    {
        var counts = new long[1 << 16];
        var (bufferX, bufferY) = (new byte[1 << 20], new byte[1 << 20]);
        for (var rows = 0L; ;)
        {
            var (readX, readY) = (x.ReadAtLeast(bufferX, bufferX.Length, false), y.ReadAtLeast(bufferY, bufferY.Length, false));
            if (readX != readY)
                throw new ArgumentException(
                    $"Joint counts need streams of equal length; one ends after {rows + Math.Min(readX, readY)} bytes and the other goes on."
                );
            AddPairs(bufferX.AsSpan(0, readX), bufferY.AsSpan(0, readY), counts);
            rows += readX;
            if (readX < bufferX.Length)
                return counts;
        }
    }

    /// <summary>Draws from a distribution and returns the count of each symbol, to measure an estimator's bias and spread. Cost: K, and log K a draw.</summary>
    /// <param name="probabilities">Probabilities of the symbols, in any unit: they are divided by their sum.</param>
    /// <param name="observations">Number of draws.</param>
    /// <param name="random">The source of the draws; one number each.</param>
    /// <exception cref="ArgumentException">No weight above 0, one below 0 or not finite; or observations below 0.</exception>
    public static long[] Sample(ReadOnlySpan<double> probabilities, int observations, Random random)
    {
        if (observations < 0)
            throw new ArgumentException($"A sample needs observations of at least 0; it was asked for {observations}.");
        var ends = DiscreteWeights.Normalize(probabilities, "Sampling");
        for (var i = 1; i < ends.Length; i++)
            ends[i] += ends[i - 1];
        // Sums round, so the last is not quite 1; the first symbol to reach it is the last that has a probability.
        var last = Array.IndexOf(ends, ends[^1]);
        var counts = new long[ends.Length];
        for (var draw = 0; draw < observations; draw++)
        {
            var (low, high, drawn) = (0, last, random.NextDouble() * ends[last]);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = ends[middle] > drawn ? (low, middle) : (middle + 1, high);
            }
            counts[low]++;
        }
        return counts;
    }

    /// <summary>The number of observations of a histogram.</summary>
    /// <param name="counts">Count of each symbol.</param>
    /// <param name="subject">Name of the measure that needs the counts, for the error message.</param>
    /// <exception cref="ArgumentException">No count, a negative one, all zero, or a sum above 2^63 - 1.</exception>
    internal static long Total(ReadOnlySpan<long> counts, string subject)
    {
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0)
                throw new ArgumentException($"{subject} needs counts of at least 0; that at index {i} is {counts[i]}.");
            if (counts[i] > long.MaxValue - total)
                throw new ArgumentException($"{subject} needs counts that sum to at most 2^63 - 1; they pass it at index {i}. Divide them by a common factor.");
            total += counts[i];
        }
        if (total == 0)
            throw new ArgumentException(
                $"{subject} needs at least one observation; " + (counts.Length == 0 ? "the histogram is empty." : $"all {counts.Length} counts are zero.")
            );
        return total;
    }

    /// <summary>Converts integers of any type to 64-bit counts.</summary>
    /// <exception cref="ArgumentException">A count above 2^63 - 1.</exception>
    public static long[] FromIntegers<T>(ReadOnlySpan<T> counts)
        where T : IBinaryInteger<T>
    {
        var result = new long[counts.Length];
        for (var i = 0; i < counts.Length; i++)
            try
            {
                result[i] = long.CreateChecked(counts[i]);
            }
            catch (OverflowException)
            {
                throw new ArgumentException($"Count {counts[i]} at index {i} does not fit 64 bits; divide the counts by a common factor.");
            }
        return result;
    }

    private static void AddBytes(ReadOnlySpan<byte> bytes, long[] counts)
    {
        foreach (var value in bytes)
            counts[value]++;
    }

    // Two tables in turn, so that equal neighbours do not wait for one another; 32 bits hold any span's length.
    private static void AddPairs(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, long[] counts)
    {
        var (even, odd) = (new uint[1 << 16], new uint[1 << 16]);
        var wordsX = MemoryMarshal.Cast<byte, ulong>(x);
        var wordsY = MemoryMarshal.Cast<byte, ulong>(y);
        for (var i = 0; i < wordsX.Length; i++)
        {
            var (a, b) = (wordsX[i], wordsY[i]);
            for (var pair = 0; pair < 4; pair++)
            {
                even[(ushort)((a & 0xFF) << 8 | (b & 0xFF))]++;
                odd[(ushort)((a & 0xFF00) | (b >> 8 & 0xFF))]++;
                a >>= 16;
                b >>= 16;
            }
        }
        for (var i = 8 * wordsX.Length; i < x.Length; i++)
            counts[x[i] << 8 | y[i]]++;
        for (var i = 0; i < counts.Length; i++)
            counts[i] += (long)even[i] + odd[i];
    }
}
