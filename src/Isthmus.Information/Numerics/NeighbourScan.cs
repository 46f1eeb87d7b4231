using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Isthmus.Information.Numerics;

/// <summary>
/// Brute-force search by vector instructions: every query against every point, four queries at a time, in chunks of points that stay in the cache. For
/// dimensions in which no tree prunes, and to check the tree against. Exact: see <see cref="NeighbourBlocks"/>.
/// </summary>
internal sealed class NeighbourScan(Points points)
{
    private const int Tile = 64,
        Group = 4;
    private readonly NeighbourBlocks _blocks = new(points, [.. Enumerable.Range(0, points.Count)]);

    // Half of a common 512 KB second-level cache.
    private int Chunk => Math.Max(1, 256 * 1024 / (sizeof(float) * NeighbourBlocks.Lanes * _blocks.Dimensions));

    /// <summary>Returns the distance from each query to its k-th nearest point; a point is not its own neighbour if <paramref name="self"/>.</summary>
    public double[] KthDistances(NeighbourScan queries, int k, bool self, int threads)
    {
        var result = new double[queries._blocks.Count];
        ForEachTile(queries, threads, (first, count, frame, magnitude) =>
        {
            var nearest = new NearestList(Tile, k);
            nearest.Clear();
            Span<float> outside = stackalloc float[Tile];
            outside.Fill(float.PositiveInfinity);
            for (var chunk = 0; chunk < _blocks.BlockCount; chunk += Chunk)
                for (var i = 0; i < count; i += Group)
                {
                    ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(frame), i * _blocks.Dimensions);
                    for (var block = chunk; block < Math.Min(chunk + Chunk, _blocks.BlockCount); block++)
                    {
                        _blocks.Distances(ref at, block, out var a, out var b, out var c, out var e);
                        Take(a, i, block, outside);
                        Take(b, i + 1, block, outside);
                        Take(c, i + 2, block, outside);
                        Take(e, i + 3, block, outside);
                    }
                }
            for (var i = 0; i < count; i++)
                result[first + i] = nearest.Kth(i);

            void Take(Vector512<float> distances, int i, int block, Span<float> outside)
            {
                var open = Vector512.LessThanOrEqual(distances, Vector512.Create(outside[i])).ExtractMostSignificantBits();
                if (open != 0 && i < count)
                    Keep(open, i, block, outside);
            }

            void Keep(ulong open, int i, int block, Span<float> outside)
            {
                for (; open != 0; open &= open - 1)
                {
                    var position = block * NeighbourBlocks.Lanes + BitOperations.TrailingZeroCount(open);
                    if (position >= _blocks.Count || (self && position == first + i))
                        continue;
                    var distance = _blocks.Distance(queries._blocks.Row(first + i), position);
                    if (distance < nearest.Kth(i))
                    {
                        nearest.Insert(i, distance);
                        outside[i] = _blocks.Outside(nearest.Kth(i), magnitude[i]);
                    }
                }
            }
        });
        return result;
    }

    /// <summary>Counts the points within each query's radius (at most, not below), the query itself included.</summary>
    public int[] Counts(NeighbourScan queries, double[] radii, int threads)
    {
        var result = new int[queries._blocks.Count];
        ForEachTile(queries, threads, (first, count, frame, magnitude) =>
        {
            Span<float> inside = stackalloc float[Tile],
                outside = stackalloc float[Tile];
            Span<int> counts = stackalloc int[Tile];
            counts.Clear();
            for (var i = 0; i < Tile; i++)
            {
                // Places past the end of the queries count nothing.
                inside[i] = i < count ? _blocks.Inside(radii[first + i], magnitude[i]) : float.NegativeInfinity;
                outside[i] = i < count ? _blocks.Outside(radii[first + i], magnitude[i]) : float.NegativeInfinity;
            }
            for (var chunk = 0; chunk < _blocks.BlockCount; chunk += Chunk)
                for (var i = 0; i < count; i += Group)
                {
                    ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(frame), i * _blocks.Dimensions);
                    for (var block = chunk; block < Math.Min(chunk + Chunk, _blocks.BlockCount); block++)
                    {
                        _blocks.Distances(ref at, block, out var a, out var b, out var c, out var e);
                        counts[i] += Within(a, i, inside, outside, block);
                        counts[i + 1] += Within(b, i + 1, inside, outside, block);
                        counts[i + 2] += Within(c, i + 2, inside, outside, block);
                        counts[i + 3] += Within(e, i + 3, inside, outside, block);
                    }
                }
            counts[..count].CopyTo(result.AsSpan(first));

            int Within(Vector512<float> distances, int i, Span<float> inside, Span<float> outside, int block)
            {
                var row = Math.Min(first + i, queries._blocks.Count - 1);
                return _blocks.Within(distances, inside[i], outside[i], queries._blocks.Row(row), radii[row], block);
            }
        });
        return result;
    }

    /// <summary>Visits every pair (query row, point row) within the query's radius.</summary>
    public void Visit(NeighbourScan queries, double[] radii, Action<int, int> pair, int threads) =>
        ForEachTile(queries, threads, (first, count, frame, magnitude) =>
        {
            for (var i = 0; i < count; i++)
            {
                var outside = _blocks.Outside(radii[first + i], magnitude[i]);
                ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(frame), i * _blocks.Dimensions);
                for (var block = 0; block < _blocks.BlockCount; block++)
                {
                    var open = Vector512.LessThanOrEqual(_blocks.Distances(ref at, block), Vector512.Create(outside)).ExtractMostSignificantBits();
                    for (; open != 0; open &= open - 1)
                    {
                        var position = block * NeighbourBlocks.Lanes + BitOperations.TrailingZeroCount(open);
                        if (position < _blocks.Count && _blocks.Distance(queries._blocks.Row(first + i), position) <= radii[first + i])
                            pair(first + i, position);
                    }
                }
            }
        });

    private void ForEachTile(NeighbourScan queries, int threads, Action<int, int, float[], double[]> tile) =>
        NeighbourSearch.ForEachChunk((queries._blocks.Count + Tile - 1) / Tile, threads, (from, to) =>
        {
            var frame = new float[Tile * _blocks.Dimensions];
            var magnitude = new double[Tile];
            for (var t = from; t < to; t++)
            {
                var first = t * Tile;
                var count = Math.Min(Tile, queries._blocks.Count - first);
                for (var i = 0; i < count; i++)
                    magnitude[i] = _blocks.Prepare(queries._blocks.Row(first + i), frame.AsSpan(i * _blocks.Dimensions, _blocks.Dimensions));
                tile(first, count, frame, magnitude);
            }
        });
}
