namespace Isthmus.Information.Numerics;

/// <summary>Method of nearest-neighbour search. All give the same counts, so this is a matter of speed only.</summary>
public enum NeighbourPath
{
    /// <summary>Choice by dimension: sort for one variable, tree up to 100, scan above.</summary>
    Auto,

    /// <summary>Sort and search outwards; for one variable (several take the tree).</summary>
    Sort,

    /// <summary>A k-d tree.</summary>
    Tree,

    /// <summary>Every pair, by vector instructions.</summary>
    Scan,
}

/// <summary>Exact nearest neighbours in max-norm, by the fastest of three methods for the dimension at hand.</summary>
internal sealed class NeighbourSearch
{
    private readonly Points _points;
    private readonly NeighbourOptions _options;
    private readonly int _threads;
    private readonly Lazy<NeighbourSort> _sort;
    private readonly Lazy<NeighbourTree> _tree;
    private readonly Lazy<NeighbourScan> _scan;

    public NeighbourSearch(Points points, NeighbourOptions options)
    {
        (_points, _options) = (points, options);
        _threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        _sort = new(() => new(points));
        _tree = new(() => new(points, _threads));
        _scan = new(() => new(points));
    }

    /// <summary>Builds the structures of several searches in parallel; otherwise each is built on first use.</summary>
    public static void Prepare(params NeighbourSearch[] searches) =>
        Parallel.ForEach(searches, new ParallelOptions { MaxDegreeOfParallelism = searches[0]._threads }, search => search.Build());

    private object Build() =>
        Path switch
        {
            NeighbourPath.Sort => _sort.Value,
            NeighbourPath.Tree => _tree.Value,
            _ => _scan.Value,
        };

    /// <summary>Returns the distance from each point to its k-th nearest other point.</summary>
    public double[] KthDistances(int k) =>
        Path switch
        {
            NeighbourPath.Sort => _sort.Value.KthDistances(k, _threads),
            NeighbourPath.Tree => _tree.Value.KthDistances(_tree.Value, k, true, _threads),
            _ => _scan.Value.KthDistances(_scan.Value, k, true, _threads),
        };

    /// <summary>Returns the distance from each query to its k-th nearest point.</summary>
    public double[] KthDistances(NeighbourSearch queries, int k) =>
        Path == NeighbourPath.Scan
            ? _scan.Value.KthDistances(queries._scan.Value, k, false, _threads)
            : _tree.Value.KthDistances(queries._tree.Value, k, false, _threads);

    /// <summary>Counts the points at most each radius away from each point, the point itself included.</summary>
    public int[] CountsWithin(double[] radii) =>
        Path switch
        {
            NeighbourPath.Sort => _sort.Value.Counts(radii, _threads),
            NeighbourPath.Tree => _tree.Value.Counts(_tree.Value, radii, _threads),
            _ => _scan.Value.Counts(_scan.Value, radii, _threads),
        };

    /// <summary>Counts the points nearer than each distance, the point itself included; for a distance of 0, the points at the same place.</summary>
    public int[] CountsNearerThan(double[] distances)
    {
        var radii = new double[distances.Length];
        for (var i = 0; i < radii.Length; i++)
            radii[i] = distances[i] > 0 ? Math.BitDecrement(distances[i]) : 0;
        return CountsWithin(radii);
    }

    /// <summary>Visits every pair (row, neighbour) within the row's radius, the row itself included; from several threads, but each row from one.</summary>
    public void Visit(double[] radii, Action<int, int> pair)
    {
        if (Path == NeighbourPath.Scan)
            _scan.Value.Visit(_scan.Value, radii, pair, _threads);
        else
            _tree.Value.Visit(_tree.Value, radii, pair, _threads);
    }

    private NeighbourPath Path =>
        _options.Path switch
        {
            NeighbourPath.Auto when _points.Dimensions == 1 => NeighbourPath.Sort,
            NeighbourPath.Auto => _points.Dimensions <= TreeDimensions ? NeighbourPath.Tree : NeighbourPath.Scan,
            NeighbourPath.Sort when _points.Dimensions > 1 => NeighbourPath.Tree,
            var path => path,
        };

    // Measured up to here (docs/benchmarks/neighbours.md): scanning leaves by vector, the tree is never slower than the scan.
    private const int TreeDimensions = 100;

    /// <summary>Runs ranges of [0, n) on at most <paramref name="threads"/> threads; results must not depend on the division.</summary>
    public static void ForEachChunk(int n, int threads, Action<int, int> chunk)
    {
        if (threads == 1 || n < 2)
        {
            chunk(0, n);
            return;
        }
        var pieces = Math.Min(n, 16 * threads);
        Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            chunk((int)((long)n * i / pieces), (int)((long)n * (i + 1) / pieces))
        );
    }
}
