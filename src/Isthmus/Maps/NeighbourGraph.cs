namespace Isthmus.Maps;

/// <summary>
/// Weighted graph of neighbours (McInnes, Healy and Melville 2018): each record's nearest neighbour has weight 1, further ones less by a width that is fitted
/// so that the weights of a record add up to log2 k, and the weights of both directions are joined by w + w' - w w'.
/// </summary>
/// <param name="From">One end of each edge; every pair is there once.</param>
/// <param name="To">The other end.</param>
/// <param name="Weights">Weight of each edge, in (0, 1].</param>
internal sealed record NeighbourGraph(int[] From, int[] To, float[] Weights)
{
    // Halvings of the interval of a width; its least part of the mean distance, for records with many copies.
    private const int Steps = 64;
    private const double LeastWidth = 1e-3;

    /// <summary>Joins the neighbours of all records.</summary>
    public static NeighbourGraph Of(NearestCodes nearest)
    {
        var k = nearest.Neighbours;
        var count = nearest.Places.Length / k;
        var directed = new float[count * k];
        var mean = nearest.Distances.Average(distance => (double)distance);
        Parallel.For(0, count, record => Weigh(nearest.Distances.AsSpan(record * k, k), directed.AsSpan(record * k, k), mean));
        var (from, to, weights) = (new List<int>(count * k), new List<int>(count * k), new List<float>(count * k));
        for (var i = 0; i < count; i++)
            for (var n = i * k; n < (i + 1) * k; n++)
            {
                var j = nearest.Places[n];
                var back = nearest.Places.AsSpan(j * k, k).IndexOf(i);
                // Mutual neighbours are joined once, by the one that comes first.
                if (back >= 0 && j < i)
                    continue;
                var other = back < 0 ? 0 : directed[j * k + back];
                from.Add(i);
                to.Add(j);
                weights.Add(directed[n] + other - directed[n] * other);
            }
        return new([.. from], [.. to], [.. weights]);
    }

    private static void Weigh(ReadOnlySpan<float> distances, Span<float> weights, double mean)
    {
        var (nearest, goal) = (Nearest(distances), Math.Log2(distances.Length));
        var (low, high, width) = (0.0, double.PositiveInfinity, 1.0);
        for (var step = 0; step < Steps; step++)
        {
            var sum = 0.0;
            foreach (var distance in distances)
                sum += Math.Exp(-Math.Max(0, distance - nearest) / width);
            if (sum > goal)
                (high, width) = (width, (low + width) / 2);
            else
                (low, width) = (width, double.IsInfinity(high) ? 2 * width : (width + high) / 2);
        }
        width = Math.Max(width, LeastWidth * mean);
        for (var n = 0; n < weights.Length; n++)
            weights[n] = width > 0 ? (float)Math.Max(1e-6, Math.Exp(-Math.Max(0, distances[n] - nearest) / width)) : 1;
    }

    // Copies of the record are no neighbours that its weights could start from.
    private static float Nearest(ReadOnlySpan<float> distances)
    {
        foreach (var distance in distances)
            if (distance > 0)
                return distance;
        return 0;
    }
}
