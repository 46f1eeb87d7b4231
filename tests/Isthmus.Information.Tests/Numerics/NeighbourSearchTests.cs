using CsCheck;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class NeighbourSearchTests
{
    // Few distinct values (ties everywhere), offsets that single precision cannot hold, heavy tails, tiny and huge scales.
    private static readonly Gen<double> Value = Gen.OneOf(
        Gen.Int[-3, 3].Select(i => i * 0.1),
        Gen.Double[-1, 1],
        Gen.Double[-1, 1].Select(v => 1e9 + v),
        Gen.Double[-1, 1].Select(v => v * 1e-12),
        Gen.Double[-1, 1].Select(v => v * 1e-200),
        Gen.Double[0.01, 1].Select(v => 1 / (v * v * v)),
        Gen.Double[-1, 1].Select(v => v * 1e290)
    );

    private static readonly Gen<Points> Rows = Gen.Select(Gen.Int[1, 12], Gen.Int[2, 150], Gen.Int[0, 6])
        .SelectMany(
            (dimensions, count, kind) =>
                (kind == 0 ? Value : Gen.OneOf(Gen.Double[-1, 1], Gen.Int[-3, 3].Select(i => i * 0.1)))
                    .Array[dimensions * count]
                    .Select(values => Points.FromRows(values, dimensions))
        );

    [Fact]
    public void Every_path_finds_what_a_plain_search_finds_bit_for_bit() =>
        Gen.Select(Rows, Gen.Int[1, 5])
            .Where((points, k) => k < points.Count)
            .Sample(
                (points, k) =>
                {
                    var distances = Samples.KthDistances(points, k);
                    var counts = Samples.CountsWithin(points, distances);
                    foreach (var path in Enum.GetValues<NeighbourPath>())
                        foreach (var threads in new[] { 1, 2 })
                        {
                            var search = new NeighbourSearch(points, new() { Path = path, Threads = threads });
                            Assert.Equal(distances, search.KthDistances(k));
                            Assert.Equal(counts, search.CountsWithin(distances));
                            var visits = new int[points.Count];
                            search.Visit(distances, (i, _) => visits[i]++);
                            Assert.Equal(counts, visits);
                        }
                },
                iter: 300
            );

    [Fact]
    public void Neighbours_in_another_set_are_found_too() =>
        Gen.Select(Rows, Gen.Int[0, 1000])
            .Sample(
                (points, seed) =>
                {
                    var queries = Points.FromColumns([.. Enumerable.Range(0, points.Dimensions).Select(c => Samples.Normal(40, seed + c))]);
                    double[] expected =
                    [
                        .. Enumerable
                            .Range(0, 40)
                            .Select(i => Enumerable.Range(0, points.Count).Select(j => Samples.Distance(queries, i, points, j)).Order().ElementAt(1)),
                    ];
                    foreach (var path in new[] { NeighbourPath.Auto, NeighbourPath.Tree, NeighbourPath.Scan })
                    {
                        var options = new NeighbourOptions { Path = path, Threads = 2 };
                        Assert.Equal(expected, new NeighbourSearch(points, options).KthDistances(new NeighbourSearch(queries, options), 2));
                    }
                },
                iter: 200
            );

    [Fact]
    public void A_boundary_is_decided_by_the_distance_itself()
    {
        // 0.3 - 0.1 is below 0.2 in doubles, but 0.1 + 0.2 is above 0.3: counting up to 0.1 + 0.2 errs here.
        double[] values = [0.1, 0.3, 5];
        var search = new NeighbourSearch(values, new());
        var distance = 0.3 - 0.1;
        Assert.Equal([2, 2, 1], search.CountsWithin([distance, distance, 0]));
        Assert.Equal([1, 1, 1], search.CountsNearerThan([distance, distance, 0]));
    }
}
