namespace Isthmus.Evaluation.Disentanglement;

/// <summary>
/// Decision trees on bootstrap samples (Breiman 1996), each grown on the 63 cuts between a unit's quantiles that lessen the
/// Gini impurity most, down to leaves of 5 records; they vote. A unit's importance is the impurity that its cuts took away, as a share.
/// </summary>
internal sealed class BaggedTrees
{
    private const int Trees = 10,
        Cuts = 64,
        LeastLeaf = 5,
        MostDepth = 20;

    private readonly float[][] _edges;
    private readonly Node[] _roots;
    private readonly int _levels;
    private readonly double[] _importance;

    /// <summary>Fits the trees to one factor.</summary>
    /// <param name="codes">Fitted on.</param>
    /// <param name="factor">Index of the factor.</param>
    /// <param name="seed">Random seed.</param>
    public BaggedTrees(FactoredCodes codes, int factor, int seed)
    {
        _levels = codes.Factors[factor].Classes.Count;
        _importance = new double[codes.Units.Count];
        _edges = [.. codes.Units.Select(Edges)];
        byte[][] places = [.. codes.Units.Select((unit, i) => Array.ConvertAll(unit, value => Place(i, value)))];
        var random = new Random(seed);
        _roots =
        [
            .. Enumerable
                .Range(0, Trees)
                .Select(_ => Grow(places, codes.Factors[factor].Values, [.. Enumerable.Range(0, codes.Count).Select(_ => random.Next(codes.Count))], 0)),
        ];
        var sum = _importance.Sum();
        Importance = sum > 0 ? [.. _importance.Select(own => own / sum)] : _importance;
    }

    /// <summary>Fraction of the impurity removed by each unit; all 0 if none was.</summary>
    public IReadOnlyList<double> Importance { get; }

    /// <summary>Returns the level that most trees predict for one record.</summary>
    public int Predict(IReadOnlyList<float[]> units, int row)
    {
        Span<int> votes = stackalloc int[_levels];
        foreach (var root in _roots)
        {
            var node = root;
            while (node.Below is { } below)
                node = Place(node.Unit, units[node.Unit][row]) <= node.Cut ? below : node.Above!;
            votes[node.Level]++;
        }
        var best = 0;
        for (var level = 1; level < votes.Length; level++)
            if (votes[level] > votes[best])
                best = level;
        return best;
    }

    private sealed record Node(int Level, int Unit = 0, int Cut = 0, Node? Below = null, Node? Above = null);

    private Node Grow(byte[][] places, IReadOnlyList<int> levels, int[] rows, int depth)
    {
        var counts = new int[_levels];
        foreach (var row in rows)
            counts[levels[row]]++;
        var leaf = new Node(Array.IndexOf(counts, counts.Max()));
        if (depth == MostDepth || rows.Length < 2 * LeastLeaf || counts[leaf.Level] == rows.Length)
            return leaf;
        // N times the Gini impurity is N - sum n_c^2 / N: what a cut takes away is the gain of the sums of squares over their counts.
        var whole = Purity(counts, rows.Length);
        var (gain, unit, cut) = (1e-9 * rows.Length, -1, 0);
        var histogram = new int[Cuts, _levels];
        var below = new int[_levels];
        var above = new int[_levels];
        for (var candidate = 0; candidate < places.Length; candidate++)
        {
            Array.Clear(histogram);
            foreach (var row in rows)
                histogram[places[candidate][row], levels[row]]++;
            Array.Clear(below);
            var under = 0;
            for (var place = 0; place < Cuts - 1; place++)
            {
                var before = under;
                for (var level = 0; level < _levels; level++)
                {
                    below[level] += histogram[place, level];
                    above[level] = counts[level] - below[level];
                    under += histogram[place, level];
                }
                if (under == before || under < LeastLeaf || rows.Length - under < LeastLeaf)
                    continue;
                if (Purity(below, under) + Purity(above, rows.Length - under) - whole is var own && own > gain)
                    (gain, unit, cut) = (own, candidate, place);
            }
        }
        if (unit < 0)
            return leaf;
        _importance[unit] += gain;
        return leaf with
        {
            Unit = unit,
            Cut = cut,
            Below = Grow(places, levels, [.. rows.Where(row => places[unit][row] <= cut)], depth + 1),
            Above = Grow(places, levels, [.. rows.Where(row => places[unit][row] > cut)], depth + 1),
        };
    }

    private static double Purity(int[] counts, int total)
    {
        var squares = 0.0;
        foreach (var count in counts)
            squares += (double)count * count;
        return squares / total;
    }

    private static float[] Edges(float[] unit)
    {
        var sorted = unit.Order().ToArray();
        return [.. Enumerable.Range(1, Cuts - 1).Select(i => sorted[(int)((long)i * sorted.Length / Cuts)]).Distinct()];
    }

    /// <summary>Counts the edges at or below the value.</summary>
    private byte Place(int unit, float value)
    {
        var at = Array.BinarySearch(_edges[unit], value);
        return (byte)(at >= 0 ? at + 1 : ~at);
    }
}
