using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Isthmus.Information.Numerics;

/// <summary>
/// A k-d tree in max-norm (Bentley 1975; Friedman, Bentley and Finkel 1977): queries go down it a leaf at a time, counts
/// add whole subtrees, leaves are scanned by vector. Distances are those of double precision; a box bound is the distance
/// to a coordinate of the data, and rounding is monotone, so no neighbour is lost at a boundary.
/// </summary>
internal sealed class NeighbourTree
{
    private readonly Points _points;
    private readonly int _leafSize;
    private readonly int[] _start,
        _end,
        _right;
    private readonly double[] _low,
        _high;

    public NeighbourTree(Points points, int threads)
    {
        _points = points;
        // Measured at n = 30,000: a box test costs as much as some blocks, and prunes less the more dimensions there are.
        _leafSize =
            NeighbourBlocks.Lanes
            * points.Dimensions switch
            {
                <= 3 => 1,
                <= 8 => 4,
                _ => 16,
            };
        LeafCount = (points.Count + _leafSize - 1) / _leafSize;
        var nodes = 2 * LeafCount - 1;
        (_start, _end, _right) = (new int[nodes], new int[nodes], new int[nodes]);
        (_low, _high) = (new double[nodes * points.Dimensions], new double[nodes * points.Dimensions]);
        var order = new int[points.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Leaves = new int[LeafCount];
        Build(0, 0, LeafCount, order, new double[order.Length], threads);
        Blocks = new(points, order);
        Bound();
    }

    public NeighbourBlocks Blocks { get; }

    public int LeafCount { get; }

    // Leaf number to node.
    private int[] Leaves { get; }

    // Nodes stand in preorder: the left child follows its parent; _right is 0 in a leaf.
    private void Build(int node, int firstLeaf, int leaves, int[] order, double[] keys, int threads)
    {
        var (start, end) = (firstLeaf * _leafSize, Math.Min((firstLeaf + leaves) * _leafSize, order.Length));
        (_start[node], _end[node]) = (start, end);
        if (leaves == 1)
        {
            Leaves[firstLeaf] = node;
            return;
        }
        var left = leaves / 2;
        var key = _points[Widest(order.AsSpan(start, end - start))];
        for (var i = start; i < end; i++)
            keys[i] = key[order[i]];
        Partition(keys, order, start, end - 1, (firstLeaf + left) * _leafSize);
        _right[node] = node + 2 * left;
        if (threads > 1 && end - start > 10_000)
        {
            Parallel.Invoke(
                () => Build(node + 1, firstLeaf, left, order, keys, threads / 2),
                () => Build(node + 2 * left, firstLeaf + left, leaves - left, order, keys, threads - threads / 2)
            );
        }
        else
        {
            Build(node + 1, firstLeaf, left, order, keys, 1);
            Build(node + 2 * left, firstLeaf + left, leaves - left, order, keys, 1);
        }
    }

    // The column of the largest range over up to 64 of the rows: which one is cut decides speed only.
    private int Widest(ReadOnlySpan<int> rows)
    {
        var (widest, largest, step) = (0, -1.0, Math.Max(1, rows.Length / 64));
        for (var d = 0; d < _points.Dimensions; d++)
        {
            var column = _points[d];
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var i = 0; i < rows.Length; i += step)
            {
                low = Math.Min(low, column[rows[i]]);
                high = Math.Max(high, column[rows[i]]);
            }
            if (high - low > largest)
                (widest, largest) = (d, high - low);
        }
        return widest;
    }

    // The smallest box about each node's points: leaves from their rows, parents from their children, which stand after them.
    private void Bound()
    {
        var dimensions = _points.Dimensions;
        for (var node = _start.Length - 1; node >= 0; node--)
        {
            var low = _low.AsSpan(node * dimensions, dimensions);
            var high = _high.AsSpan(node * dimensions, dimensions);
            if (_right[node] == 0)
            {
                low.Fill(double.PositiveInfinity);
                high.Fill(double.NegativeInfinity);
                for (var i = _start[node]; i < _end[node]; i++)
                    Widen(low, high, Blocks.Row(i), Blocks.Row(i));
            }
            else
            {
                Low(node + 1).CopyTo(low);
                High(node + 1).CopyTo(high);
                Widen(low, high, Low(_right[node]), High(_right[node]));
            }
        }
    }

    private static void Widen(Span<double> low, Span<double> high, ReadOnlySpan<double> otherLow, ReadOnlySpan<double> otherHigh)
    {
        for (var d = 0; d < low.Length; d++)
        {
            low[d] = Math.Min(low[d], otherLow[d]);
            high[d] = Math.Max(high[d], otherHigh[d]);
        }
    }

    // Hoare's selection: afterwards everything before `middle` is at most everything from it on.
    private static void Partition(double[] keys, int[] order, int low, int high, int middle)
    {
        while (low < high)
        {
            var (a, b, c) = (keys[low], keys[low + (high - low) / 2], keys[high]);
            var pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (keys[i] < pivot)
                    i++;
                while (keys[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (keys[i], keys[j]) = (keys[j], keys[i]);
                (order[i], order[j]) = (order[j], order[i]);
                i++;
                j--;
            }
            if (middle <= j)
                high = j;
            else if (middle >= i)
                low = i;
            else
                return;
        }
    }

    /// <summary>
    /// Returns the distance from each query to its k-th nearest point, by the query's row; a point is not its own neighbour if <paramref name="self"/>.
    /// </summary>
    public double[] KthDistances(NeighbourTree queries, int k, bool self, int threads)
    {
        var result = new double[queries.Blocks.Count];
        NeighbourSearch.ForEachChunk(queries.LeafCount, threads, (from, to) =>
        {
            var search = new KthSearch(this, queries, k, self);
            for (var leaf = from; leaf < to; leaf++)
                search.Run(leaf, result);
        });
        return result;
    }

    /// <summary>Counts the points within each query's radius (at most, not below), the query itself included.</summary>
    public int[] Counts(NeighbourTree queries, double[] radii, int threads)
    {
        var result = new int[queries.Blocks.Count];
        NeighbourSearch.ForEachChunk(queries.LeafCount, threads, (from, to) =>
        {
            var search = new RangeSearch(this, queries, null);
            for (var leaf = from; leaf < to; leaf++)
                search.Run(leaf, radii, result);
        });
        return result;
    }

    /// <summary>Visits every pair (query row, point row) within the query's radius.</summary>
    public void Visit(NeighbourTree queries, double[] radii, Action<int, int> pair, int threads) =>
        NeighbourSearch.ForEachChunk(queries.LeafCount, threads, (from, to) =>
        {
            var search = new RangeSearch(this, queries, pair);
            for (var leaf = from; leaf < to; leaf++)
                search.Run(leaf, radii, null);
        });

    // The max over dimensions of max(lowA - highB, lowB - highA), at least 0.
    private static double LeastDistance(ReadOnlySpan<double> lowA, ReadOnlySpan<double> highA, ReadOnlySpan<double> lowB, ReadOnlySpan<double> highB)
    {
        ref var la = ref MemoryMarshal.GetReference(lowA);
        ref var ha = ref MemoryMarshal.GetReference(highA);
        ref var lb = ref MemoryMarshal.GetReference(lowB);
        ref var hb = ref MemoryMarshal.GetReference(highB);
        var (largest, d) = (0.0, 0);
        if (lowA.Length >= 4)
        {
            var four = Vector256<double>.Zero;
            for (; d + 4 <= lowA.Length; d += 4)
            {
                var below = Vector256.LoadUnsafe(ref la, (nuint)d) - Vector256.LoadUnsafe(ref hb, (nuint)d);
                var above = Vector256.LoadUnsafe(ref lb, (nuint)d) - Vector256.LoadUnsafe(ref ha, (nuint)d);
                four = Vector256.MaxNative(four, Vector256.MaxNative(below, above));
            }
            var two = Vector128.MaxNative(four.GetLower(), four.GetUpper());
            largest = double.MaxNative(two[0], two[1]);
        }
        for (; d < lowA.Length; d++)
            largest = double.MaxNative(largest, double.MaxNative(Unsafe.Add(ref la, d) - Unsafe.Add(ref hb, d), Unsafe.Add(ref lb, d) - Unsafe.Add(ref ha, d)));
        return largest;
    }

    // The same the other way about: max(highA - lowB, highB - lowA).
    private static double GreatestDistance(ReadOnlySpan<double> lowA, ReadOnlySpan<double> highA, ReadOnlySpan<double> lowB, ReadOnlySpan<double> highB) =>
        LeastDistance(highA, lowA, highB, lowB);

    private ReadOnlySpan<double> Low(int node) => _low.AsSpan(node * _points.Dimensions, _points.Dimensions);

    private ReadOnlySpan<double> High(int node) => _high.AsSpan(node * _points.Dimensions, _points.Dimensions);

    // Blocks of a leaf: leaves start at multiples of 16.
    private (int From, int To) BlocksOf(int node) => (_start[node] / NeighbourBlocks.Lanes, (_end[node] + NeighbourBlocks.Lanes - 1) / NeighbourBlocks.Lanes);

    private sealed class KthSearch(NeighbourTree tree, NeighbourTree queries, int k, bool self)
    {
        private readonly NearestList _nearest = new(queries._leafSize, k);
        private readonly float[] _frame = new float[queries._leafSize * tree.Blocks.Dimensions];
        private readonly double[] _magnitude = new double[queries._leafSize];
        private int _home,
            _first,
            _count;
        private double _farthest;

        public void Run(int leaf, double[] result)
        {
            _home = queries.Leaves[leaf];
            (_first, _count) = (queries._start[_home], queries._end[_home] - queries._start[_home]);
            _nearest.Clear();
            var dimensions = tree.Blocks.Dimensions;
            for (var i = 0; i < _count; i++)
                _magnitude[i] = tree.Blocks.Prepare(queries.Blocks.Row(_first + i), _frame.AsSpan(i * dimensions, dimensions));
            _farthest = double.PositiveInfinity;
            if (self)
                Scan(_home);
            Descend(0);
            for (var i = 0; i < _count; i++)
                result[queries.Blocks.Order[_first + i]] = _nearest.Kth(i);
        }

        private void Descend(int node)
        {
            if (tree._right[node] == 0)
            {
                if (!self || node != _home)
                    Scan(node);
                return;
            }
            var (near, far) = (node + 1, tree._right[node]);
            var (nearDistance, farDistance) = (Least(near), Least(far));
            if (farDistance < nearDistance || (farDistance == nearDistance && self && _home >= far))
                (near, far, nearDistance, farDistance) = (far, near, farDistance, nearDistance);
            if (nearDistance < _farthest)
                Descend(near);
            if (farDistance < _farthest)
                Descend(far);
        }

        private double Least(int node) => LeastDistance(tree.Low(node), tree.High(node), queries.Low(_home), queries.High(_home));

        private void Scan(int node)
        {
            var blocks = tree.Blocks;
            var (from, to) = tree.BlocksOf(node);
            _farthest = 0;
            for (var i = 0; i < _count; i++)
            {
                var query = queries.Blocks.Row(_first + i);
                var kth = _nearest.Kth(i);
                if (double.IsInfinity(kth) || LeastDistance(tree.Low(node), tree.High(node), query, query) < kth)
                {
                    ref var frame = ref MemoryMarshal.GetArrayDataReference(_frame);
                    frame = ref Unsafe.Add(ref frame, i * blocks.Dimensions);
                    var outside = blocks.Outside(kth, _magnitude[i]);
                    for (var block = from; block < to; block++)
                    {
                        var open = Vector512.LessThanOrEqual(blocks.Distances(ref frame, block), Vector512.Create(outside)).ExtractMostSignificantBits();
                        for (; open != 0; open &= open - 1)
                        {
                            var position = block * NeighbourBlocks.Lanes + BitOperations.TrailingZeroCount(open);
                            if (position >= blocks.Count || (self && position == _first + i))
                                continue;
                            var distance = blocks.Distance(query, position);
                            if (distance < kth)
                            {
                                _nearest.Insert(i, distance);
                                kth = _nearest.Kth(i);
                                outside = blocks.Outside(kth, _magnitude[i]);
                            }
                        }
                    }
                }
                _farthest = Math.Max(_farthest, kth);
            }
        }
    }

    private sealed class RangeSearch(NeighbourTree tree, NeighbourTree queries, Action<int, int>? pair)
    {
        private readonly float[] _frame = new float[queries._leafSize * tree.Blocks.Dimensions];
        private readonly double[] _magnitude = new double[queries._leafSize];
        private readonly double[] _radius = new double[queries._leafSize];
        private readonly int[] _counts = new int[queries._leafSize];
        private int _home,
            _first,
            _count;
        private double _largest,
            _smallest;

        public void Run(int leaf, double[] radii, int[]? result)
        {
            _home = queries.Leaves[leaf];
            (_first, _count) = (queries._start[_home], queries._end[_home] - queries._start[_home]);
            (_largest, _smallest) = (0, double.PositiveInfinity);
            var dimensions = tree.Blocks.Dimensions;
            for (var i = 0; i < _count; i++)
            {
                _counts[i] = 0;
                _radius[i] = radii[queries.Blocks.Order[_first + i]];
                _largest = Math.Max(_largest, _radius[i]);
                _smallest = Math.Min(_smallest, _radius[i]);
                _magnitude[i] = tree.Blocks.Prepare(queries.Blocks.Row(_first + i), _frame.AsSpan(i * dimensions, dimensions));
            }
            Descend(0);
            if (result is not null)
                for (var i = 0; i < _count; i++)
                    result[queries.Blocks.Order[_first + i]] = _counts[i];
        }

        private void Descend(int node)
        {
            var low = tree.Low(node);
            var high = tree.High(node);
            if (LeastDistance(low, high, queries.Low(_home), queries.High(_home)) > _largest)
                return;
            if (pair is null && GreatestDistance(low, high, queries.Low(_home), queries.High(_home)) <= _smallest)
            {
                for (var i = 0; i < _count; i++)
                    _counts[i] += tree._end[node] - tree._start[node];
            }
            else if (tree._right[node] == 0)
            {
                Scan(node);
            }
            else
            {
                Descend(node + 1);
                Descend(tree._right[node]);
            }
        }

        private void Scan(int node)
        {
            var blocks = tree.Blocks;
            var (from, to) = tree.BlocksOf(node);
            for (var i = 0; i < _count; i++)
            {
                var query = queries.Blocks.Row(_first + i);
                var radius = _radius[i];
                if (LeastDistance(tree.Low(node), tree.High(node), query, query) > radius)
                    continue;
                if (pair is not null)
                {
                    for (var position = tree._start[node]; position < tree._end[node]; position++)
                        if (blocks.Distance(query, position) <= radius)
                            pair(queries.Blocks.Order[_first + i], blocks.Order[position]);
                    continue;
                }
                var (inside, outside) = (blocks.Inside(radius, _magnitude[i]), blocks.Outside(radius, _magnitude[i]));
                ref var frame = ref MemoryMarshal.GetArrayDataReference(_frame);
                frame = ref Unsafe.Add(ref frame, i * blocks.Dimensions);
                for (var block = from; block < to; block++)
                    _counts[i] += blocks.Within(blocks.Distances(ref frame, block), inside, outside, query, radius, block);
            }
        }
    }
}
