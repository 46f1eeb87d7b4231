namespace Isthmus.Information.Numerics;

/// <summary>
/// Neighbour counts of one variable: sort, then search outwards from each value. The test is |v_i - v_j| &lt;= radius itself,
/// never a rounded v +- radius, which errs at the very neighbour that defines the radius.
/// </summary>
internal sealed class NeighbourSort
{
    private readonly double[] _values;
    private readonly int[] _rows;

    public NeighbourSort(Points points)
    {
        _values = points[0].ToArray();
        _rows = new int[_values.Length];
        for (var i = 0; i < _rows.Length; i++)
            _rows[i] = i;
        RadixSort.Sort(_values, _rows);
    }

    /// <summary>How many values lie within each row's radius (at most, not below), the row itself among them.</summary>
    public int[] Counts(double[] radii, int threads)
    {
        var counts = new int[_values.Length];
        NeighbourSearch.ForEachChunk(_values.Length, threads, (from, to) =>
        {
            for (var i = from; i < to; i++)
                counts[_rows[i]] = Above(i, radii[_rows[i]]) + Below(i, radii[_rows[i]]) + 1;
        });
        return counts;
    }

    /// <summary>The distance from each value to its k-th nearest other one.</summary>
    public double[] KthDistances(int k, int threads)
    {
        var distances = new double[_values.Length];
        NeighbourSearch.ForEachChunk(_values.Length, threads, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                var (low, high, distance) = (i - 1, i + 1, 0.0);
                for (var taken = 0; taken < k; taken++)
                {
                    var below = low >= 0 ? _values[i] - _values[low] : double.PositiveInfinity;
                    var above = high < _values.Length ? _values[high] - _values[i] : double.PositiveInfinity;
                    if (below <= above)
                        low--;
                    else
                        high++;
                    distance = Math.Min(below, above);
                }
                distances[_rows[i]] = distance;
            }
        });
        return distances;
    }

    // Doubling steps, then halving: cost is the logarithm of the count, not of N.
    private int Above(int i, double radius)
    {
        var (value, inside, step) = (_values[i], i, 1);
        while (inside + step < _values.Length && _values[inside + step] - value <= radius)
        {
            inside += step;
            step *= 2;
        }
        for (; step > 0; step /= 2)
            if (inside + step < _values.Length && _values[inside + step] - value <= radius)
                inside += step;
        return inside - i;
    }

    private int Below(int i, double radius)
    {
        var (value, inside, step) = (_values[i], i, 1);
        while (inside - step >= 0 && value - _values[inside - step] <= radius)
        {
            inside -= step;
            step *= 2;
        }
        for (; step > 0; step /= 2)
            if (inside - step >= 0 && value - _values[inside - step] <= radius)
                inside -= step;
        return i - inside;
    }
}
