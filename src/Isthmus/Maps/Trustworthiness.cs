namespace Isthmus.Maps;

/// <summary>
/// Trustworthiness of a map (Venna and Kaski 2001): 1 - 2 / (N k (2 N - 3 k - 1)) times the sum, over the k nearest records of each one on the map, of how far
/// their ranks by the full code exceed k. 1 if all neighbours on the map are neighbours in the code; about 0.5 for a map at random.
/// </summary>
internal static class Trustworthiness
{
    // Ranks of N records cost N^2 log N.
    private const int MostRecords = 2000;

    /// <summary>Measures a map, on at most 2,000 of its records, drawn at random.</summary>
    /// <param name="codes">The codes, N x L.</param>
    /// <param name="points">N x 2 coordinates.</param>
    /// <param name="neighbours">Neighbours of a record, k, below N / 2. Default 10.</param>
    /// <param name="seed">Random seed of the records.</param>
    /// <param name="cancellationToken">Stops between two records.</param>
    public static double Of(CodeMatrix codes, float[] points, int neighbours = 10, int seed = 1, CancellationToken cancellationToken = default)
    {
        var map = new CodeMatrix(points, 2);
        if (codes.Count > MostRecords)
        {
            var drawn = Enumerable.Range(0, codes.Count).ToArray();
            new Random(seed).Shuffle(drawn);
            (codes, map) = (codes.Select(drawn[..MostRecords]), map.Select(drawn[..MostRecords]));
        }
        var (count, k) = (codes.Count, Math.Min(neighbours, (codes.Count - 1) / 2));
        if (k < 1)
            return 1;
        var excess = new long[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, record =>
        {
            var ranks = Ranks(codes, record);
            foreach (var other in Order(map, record).AsSpan(0, k))
                excess[record] += Math.Max(0, ranks[other] - k);
        });
        return 1 - 2.0 / (count * (double)k * (2 * count - 3 * k - 1)) * excess.Sum();
    }

    private static int[] Ranks(CodeMatrix codes, int record)
    {
        var ranks = new int[codes.Count];
        foreach (var (place, other) in Order(codes, record).Index())
            ranks[other] = place + 1;
        return ranks;
    }

    /// <summary>The other records, the nearest first.</summary>
    private static int[] Order(CodeMatrix codes, int record)
    {
        var distances = codes.SquaredDistances(codes[record]);
        distances[record] = float.PositiveInfinity;
        int[] order = [.. Enumerable.Range(0, codes.Count)];
        Array.Sort(distances, order);
        return order[..^1];
    }
}
