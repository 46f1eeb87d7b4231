using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Isthmus.Information.Numerics;

/// <summary>
/// Points laid out for vectorised max-norm distances: blocks of 16 points, dimension after dimension, in single
/// precision, beside the exact rows.
/// </summary>
/// <remarks>
/// Single precision is a filter only. With A the query's largest coordinate (after centring), a distance d in double
/// precision and its float counterpart d32 differ by at most 2^-24 (|a| + |b| + d) &lt;= 2^-23 (A + d). So d32 below
/// T - 2^-22 (A + T) is surely inside the radius T, above T + 2^-22 (A + T) surely outside, and what lies between is
/// decided by the exact distance: results are those of double precision, on every path.
/// </remarks>
internal sealed class NeighbourBlocks
{
    public const int Lanes = 16;
    private const double Relative = 1.0 / (1 << 22);
    private readonly double[] _centre;
    private readonly double _scale;
    private readonly float[] _blocks;

    public NeighbourBlocks(Points points, int[] order)
    {
        Count = points.Count;
        Dimensions = points.Dimensions;
        Order = order;
        Rows = points.RowMajor(order);
        _centre = [.. Enumerable.Range(0, Dimensions).Select(c => Middle(points[c]))];
        var largest = 0.0;
        for (var i = 0; i < Rows.Length; i += Dimensions)
            for (var d = 0; d < Dimensions; d++)
                largest = Math.Max(largest, Math.Abs(Rows[i + d] - _centre[d]));
        // A power of two scales without rounding.
        _scale = largest > 0 ? Math.ScaleB(1, Math.Clamp(-Math.ILogB(largest), -1000, 1000)) : 1;
        BlockCount = (Count + Lanes - 1) / Lanes;
        _blocks = new float[BlockCount * Lanes * Dimensions];
        // Lanes past the end are infinitely far from everything.
        Array.Fill(_blocks, float.PositiveInfinity, (BlockCount - 1) * Lanes * Dimensions, Lanes * Dimensions);
        for (var i = 0; i < Count; i++)
            for (var d = 0; d < Dimensions; d++)
                _blocks[((i / Lanes * Dimensions) + d) * Lanes + i % Lanes] = (float)((Rows[i * Dimensions + d] - _centre[d]) * _scale);
    }

    public int Count { get; }

    public int Dimensions { get; }

    public int BlockCount { get; }

    /// <summary>Row at each position.</summary>
    public int[] Order { get; }

    /// <summary>Exact coordinates, position after position.</summary>
    public double[] Rows { get; }

    public ReadOnlySpan<double> Row(int position) => Rows.AsSpan(position * Dimensions, Dimensions);

    /// <summary>Converts a query to the blocks' own frame and returns its largest coordinate, in the data's unit.</summary>
    public double Prepare(ReadOnlySpan<double> query, Span<float> frame)
    {
        var largest = 0.0;
        for (var d = 0; d < query.Length; d++)
        {
            var centred = query[d] - _centre[d];
            largest = Math.Max(largest, Math.Abs(centred));
            frame[d] = (float)(centred * _scale);
        }
        return largest;
    }

    /// <summary>Returns the bound below which a single-precision distance is surely within the radius.</summary>
    public float Inside(double radius, double magnitude) => (float)((radius - (magnitude + radius) * Relative) * _scale) - 1e-40f;

    /// <summary>Returns the bound above which a single-precision distance is surely beyond the radius.</summary>
    public float Outside(double radius, double magnitude) => (float)((radius + (magnitude + radius) * Relative) * _scale) + 1e-40f;

    /// <summary>Returns the single-precision distances from a query to the 16 points of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Distances(ref float query, int block)
    {
        // Giving up once all 16 are too far was tried: the test costs what it saves.
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_blocks), (nint)block * Lanes * Dimensions);
        var largest = Vector512.Abs(Vector512.LoadUnsafe(ref at) - Vector512.Create(query));
        for (var d = 1; d < Dimensions; d++)
            largest = Vector512.MaxNative(
                largest,
                Vector512.Abs(Vector512.LoadUnsafe(ref at, (nuint)(d * Lanes)) - Vector512.Create(Unsafe.Add(ref query, d)))
            );
        return largest;
    }

    /// <summary>Returns the distances of four queries, whose coordinates lie one after another: the block is loaded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Distances(ref float queries, int block, out Vector512<float> a, out Vector512<float> b, out Vector512<float> c, out Vector512<float> e)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_blocks), (nint)block * Lanes * Dimensions);
        a = b = c = e = Vector512<float>.Zero;
        ref var q1 = ref Unsafe.Add(ref queries, Dimensions);
        ref var q2 = ref Unsafe.Add(ref q1, Dimensions);
        ref var q3 = ref Unsafe.Add(ref q2, Dimensions);
        for (var d = 0; d < Dimensions; d++)
        {
            var values = Vector512.LoadUnsafe(ref at, (nuint)(d * Lanes));
            a = Vector512.MaxNative(a, Vector512.Abs(values - Vector512.Create(Unsafe.Add(ref queries, d))));
            b = Vector512.MaxNative(b, Vector512.Abs(values - Vector512.Create(Unsafe.Add(ref q1, d))));
            c = Vector512.MaxNative(c, Vector512.Abs(values - Vector512.Create(Unsafe.Add(ref q2, d))));
            e = Vector512.MaxNative(e, Vector512.Abs(values - Vector512.Create(Unsafe.Add(ref q3, d))));
        }
    }

    /// <summary>Returns the exact max-norm distance from a query to the point at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Distance(ReadOnlySpan<double> query, int position)
    {
        var row = Row(position);
        var largest = 0.0;
        for (var d = 0; d < query.Length; d++)
            largest = Math.Max(largest, Math.Abs(row[d] - query[d]));
        return largest;
    }

    /// <summary>Counts a block's points within a radius; undecided ones are decided by the exact distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Within(Vector512<float> distances, float inside, float outside, ReadOnlySpan<double> query, double radius, int block)
    {
        var near = Vector512.LessThan(distances, Vector512.Create(inside)).ExtractMostSignificantBits();
        var open = Vector512.LessThanOrEqual(distances, Vector512.Create(outside)).ExtractMostSignificantBits() & ~near;
        var count = BitOperations.PopCount(near);
        return open == 0 ? count : count + Undecided(open, query, radius, block);
    }

    private int Undecided(ulong open, ReadOnlySpan<double> query, double radius, int block)
    {
        var count = 0;
        for (; open != 0; open &= open - 1)
        {
            var position = block * Lanes + BitOperations.TrailingZeroCount(open);
            if (position < Count && Distance(query, position) <= radius)
                count++;
        }
        return count;
    }

    // The median of up to 1001 values: an offset is taken off before single precision, whatever the tails.
    private static double Middle(ReadOnlySpan<double> column)
    {
        var sample = new double[Math.Min(column.Length, 1001)];
        for (var i = 0; i < sample.Length; i++)
            sample[i] = column[(int)((long)i * column.Length / sample.Length)];
        Array.Sort(sample);
        return sample[sample.Length / 2];
    }
}
