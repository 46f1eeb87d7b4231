using Isthmus.Measures;

namespace Isthmus.Studio.Tables;

/// <summary>
/// Columns in clusters by average linkage (Sokal and Michener 1958): the distance of two columns is 1 less the strength of their dependence, and 1 where none
/// was found. Immutable, and safe to use from several threads.
/// </summary>
internal sealed class ColumnClusters
{
    private ColumnClusters(int[] order, IReadOnlyList<IReadOnlyList<(double Height, double Place)>> lines) => (Order, Lines) = (order, lines);

    /// <summary>Columns from first to last, so that those of a cluster stand together.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>One bracket a merge, of four points: its distance, 0 to 1, and places in <see cref="Order"/>.</summary>
    public IReadOnlyList<IReadOnlyList<(double Height, double Place)>> Lines { get; }

    /// <summary>Clusters the columns of a table.</summary>
    public static ColumnClusters Of(PairwiseInformation information)
    {
        var width = information.Columns.Count;
        var distances = new double[width, width];
        foreach (var pair in information.Pairs)
            distances[pair.X, pair.Y] = distances[pair.Y, pair.X] = pair.IsFound ? 1 - pair.Strength : 1;
        double Between(Cluster a, Cluster b) => a.Columns.Average(x => b.Columns.Average(y => distances[x, y]));
        List<Cluster> clusters = [.. Enumerable.Range(0, width).Select(column => new Cluster([column], 0, null, null))];
        while (clusters.Count > 1)
        {
            var (first, second, height) = (0, 1, double.PositiveInfinity);
            for (var i = 0; i < clusters.Count; i++)
                for (var j = i + 1; j < clusters.Count; j++)
                    if (Between(clusters[i], clusters[j]) is var distance && distance < height)
                        (first, second, height) = (i, j, distance);
            var (a, b) = (clusters[first], clusters[second]);
            // Turned so that the ends that meet are as alike as can be.
            var (one, other) = ((Cluster, Cluster)[])[(a, b), (a.Turned, b), (a, b.Turned), (a.Turned, b.Turned)] is var turns
                ? turns.MinBy(turn => distances[turn.Item1.Columns[^1], turn.Item2.Columns[0]])
                : default;
            clusters.RemoveAt(second);
            clusters[first] = new([.. one.Columns, .. other.Columns], height, one, other);
        }
        var placeOf = clusters[0].Columns.Index().ToDictionary(column => column.Item, column => column.Index);
        return new([.. clusters[0].Columns], [.. clusters[0].Lines(placeOf)]);
    }

    private sealed record Cluster(int[] Columns, double Height, Cluster? First, Cluster? Second)
    {
        public Cluster Turned => new([.. Columns.Reverse()], Height, Second?.Turned, First?.Turned);

        private double Place(Dictionary<int, int> placeOf) => First is null ? placeOf[Columns[0]] : (First.Place(placeOf) + Second!.Place(placeOf)) / 2;

        public IEnumerable<IReadOnlyList<(double, double)>> Lines(Dictionary<int, int> placeOf)
        {
            if (First is null)
                return [];
            var (top, bottom) = (First.Place(placeOf), Second!.Place(placeOf));
            (double, double)[] own = [(First.Height, top), (Height, top), (Height, bottom), (Second.Height, bottom)];
            return [own, .. First.Lines(placeOf), .. Second.Lines(placeOf)];
        }
    }
}
