namespace Isthmus.Information.Numerics;

/// <summary>
/// Neighbour counts of one variable: sort, then search outwards from each value. The test is |v_i - v_j| &lt;= radius itself,
/// never a rounded v +- radius, which errs at the very neighbour that defines the radius.
/// </summary>
internal sealed class NeighbourSort
{
    // Ascending from 1 to N, between -infinity and infinity: searches stop there without asking where they are.
    private readonly double[] _values;
    private readonly int[] _rows;

    public NeighbourSort(Points points)
    {
        var sorted = points[0].ToArray();
        _rows = new int[sorted.Length];
        for (var i = 0; i < _rows.Length; i++)
            _rows[i] = i;
        RadixSort.Sort(sorted, _rows);
        _values = [double.NegativeInfinity, .. sorted, double.PositiveInfinity];
    }

    /// <summary>Counts the values within each row's radius (at most, not below), the row itself included.</summary>
    public int[] Counts(double[] radii, int threads)
    {
        var counts = new int[_rows.Length];
        NeighbourSearch.ForEachChunk(_rows.Length, threads, (from, to) =>
        {
            for (var i = from; i < to; i++)
                counts[_rows[i]] = Above(i + 1, radii[_rows[i]]) + Below(i + 1, radii[_rows[i]]) + 1;
        });
        return counts;
    }

    /// <summary>Returns the distance from each value to its k-th nearest other value.</summary>
    public double[] KthDistances(int k, int threads)
    {
        var distances = new double[_rows.Length];
        NeighbourSearch.ForEachChunk(_rows.Length, threads, (from, to) =>
        {
            for (var i = from + 1; i <= to; i++)
            {
                var (low, high, distance) = (i - 1, i + 1, 0.0);
                for (var taken = 0; taken < k; taken++)
                {
                    var (below, above) = (_values[i] - _values[low], _values[high] - _values[i]);
                    if (below <= above)
                        low--;
                    else
                        high++;
                    distance = Math.Min(below, above);
                }
                distances[_rows[i - 1]] = distance;
            }
        });
        return distances;
    }

    // Doubling steps, then halving: cost is the logarithm of the count, not of N. The halving is written without a branch, as
    // half of its guesses would be wrong.
    private int Above(int i, double radius)
    {
        var (value, inside, step, end) = (_values[i], i, 1, _values.Length - 1);
        while (_values[Math.Min(inside + step, end)] - value <= radius)
        {
            inside += step;
            step *= 2;
        }
        for (step /= 2; step > 0; step /= 2)
            inside += step * (_values[Math.Min(inside + step, end)] - value <= radius ? 1 : 0);
        return inside - i;
    }

    private int Below(int i, double radius)
    {
        var (value, inside, step) = (_values[i], i, 1);
        while (value - _values[Math.Max(inside - step, 0)] <= radius)
        {
            inside -= step;
            step *= 2;
        }
        for (step /= 2; step > 0; step /= 2)
            inside -= step * (value - _values[Math.Max(inside - step, 0)] <= radius ? 1 : 0);
        return i - inside;
    }
}
