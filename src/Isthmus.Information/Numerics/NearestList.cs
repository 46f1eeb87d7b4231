namespace Isthmus.Information.Numerics;

/// <summary>The k smallest distances seen so far, ascending, for several queries at once.</summary>
internal readonly struct NearestList(int queries, int k)
{
    private readonly double[] _distances = new double[queries * k];

    public void Clear() => Array.Fill(_distances, double.PositiveInfinity);

    /// <summary>Returns the k-th smallest distance so far; infinite until k were seen.</summary>
    public double Kth(int query) => _distances[query * k + k - 1];

    /// <summary>Inserts a distance below the k-th.</summary>
    public void Insert(int query, double distance)
    {
        var list = _distances.AsSpan(query * k, k);
        var at = k - 1;
        for (; at > 0 && list[at - 1] > distance; at--)
            list[at] = list[at - 1];
        list[at] = distance;
    }
}
