using Isthmus.Information.Numerics;

namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>One of the 40 tasks of Czyz et al. (NeurIPS 2023): a distribution, seen through maps that leave its mutual information as it is.</summary>
/// <param name="Name">As in the recorded table of published estimators.</param>
/// <param name="Truth">I(X;Y), nats.</param>
/// <param name="Draw">Rows and a source of randomness to X and Y.</param>
internal sealed record MutualInformationTask(string Name, double Truth, Func<int, RandomNumbers, (double[][] X, double[][] Y)> Draw)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MutualInformationTask> All { get; } = [.. Tasks()];

    /// <summary>A sample, each column scaled to mean 0 and variance 1.</summary>
    public (Points X, Points Y) Sample(int rows, int seed)
    {
        var (x, y) = Draw(rows, new RandomNumbers(seed));
        return (Points.FromColumns([.. x.Select(Standard)]), Points.FromColumns([.. y.Select(Standard)]));
    }

    private static double[] Standard(double[] column)
    {
        var mean = column.Average();
        var deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
        return [.. column.Select(value => (value - mean) / deviation)];
    }

    private static IEnumerable<MutualInformationTask> Tasks()
    {
        var normal = BaseDistribution.BivariateNormal(0.75);
        yield return Of(normal);
        yield return Mapped("Normal CDF@Biv 1x1", normal, Transforms.NormalCdf);
        yield return Of(BaseDistribution.AdditiveNoise(0.1));
        yield return Of(BaseDistribution.AdditiveNoise(0.75));
        yield return Mapped("Bimodal 1x1", normal, x => Transforms.Bimodal(x, 0.3, 0, 5), y => Transforms.Bimodal(y, 0.5, -1, 3));
        yield return Mapped("Wiggly@Biv", normal, Transforms.WigglyX, Transforms.WigglyY);
        yield return Mapped("Half-cube@Biv", normal, Transforms.HalfCube);
        yield return Of(BaseDistribution.Student(1, 1));
        yield return Mapped("Asinh@St 1x1 dof1", BaseDistribution.Student(1, 1), Math.Asinh);
        yield return Of(normal) with
        {
            Name = "Swiss roll 2x1",
            Draw = (n, random) => Rolled(normal.Sample(n, random)),
        };
        foreach (var d in new[] { 2, 3, 5, 25, 50 })
            yield return Of(BaseDistribution.Dense(d));
        foreach (var d in new[] { 2, 3, 5, 25 })
            yield return Of(BaseDistribution.TwoPairs(d));
        foreach (var (d, freedom) in new[] { (2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3) })
            yield return Of(BaseDistribution.Student(d, freedom));
        foreach (var d in new[] { 3, 5, 25 })
            yield return Mapped($"NormCDF@Mn {d}x{d} 2-pair", BaseDistribution.TwoPairs(d), Transforms.NormalCdf);
        foreach (var d in new[] { 3, 5, 25 })
            yield return Mapped($"Half-cube@Mn {d}x{d} 2-pair", BaseDistribution.TwoPairs(d), Transforms.HalfCube);
        foreach (var d in new[] { 3, 5, 25 })
            yield return Turned($"Spiral@Mn {d}x{d} 2-pair", Of(BaseDistribution.TwoPairs(d)));
        foreach (var d in new[] { 3, 5, 25 })
            yield return Turned($"Spiral@NormCDF@Mn {d}x{d} 2-pair", Mapped("", BaseDistribution.TwoPairs(d), Transforms.NormalCdf));
        foreach (var (d, freedom) in new[] { (2, 1), (3, 2), (5, 2) })
            yield return Mapped($"Asinh@St {d}x{d} dof{freedom}", BaseDistribution.Student(d, freedom), Math.Asinh);
    }

    private static MutualInformationTask Of(BaseDistribution distribution) => new(distribution.Name, distribution.Truth, (n, random) =>
        {
            var columns = distribution.Sample(n, random);
            return (columns[..(columns.Length / 2)], columns[(columns.Length / 2)..]);
        });

    private static MutualInformationTask Mapped(string name, BaseDistribution distribution, Func<double, double> x, Func<double, double>? y = null)
    {
        var plain = Of(distribution);
        return plain with
        {
            Name = name,
            Draw = (n, random) =>
            {
                var (a, b) = plain.Draw(n, random);
                return ([.. a.Select(column => column.Select(x).ToArray())], [.. b.Select(column => column.Select(y ?? x).ToArray())]);
            },
        };
    }

    private static (double[][] X, double[][] Y) Rolled(double[][] pair) =>
        (
            Transforms.SwissRoll([.. pair[0].Select(Transforms.NormalCdf)]),
            [
                [.. pair[1].Select(Transforms.NormalCdf)],
            ]
        );

    private static MutualInformationTask Turned(string name, MutualInformationTask task) =>
        task with
        {
            Name = name,
            Draw = (n, random) =>
            {
                var (x, y) = task.Draw(n, random);
                return (Transforms.Spiral(x, 0, 1), Transforms.Spiral(y, 1, 2));
            },
        };
}
