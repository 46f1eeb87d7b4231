using System.Globalization;
using CsCheck;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public class KsgMutualInformationTests
{
    public static TheoryData<string, int, double> Published =>
        new()
        {
            // expected.csv: JIDT 1.6, NPEET, infomeasure and pycit agree.
            { "gauss_1x1_n1000.npy", 1, 0.213676 },
            { "gauss_1x1_n10000.npy", 1, 0.225854 },
            { "gauss_5x5_n1000.npy", 5, 0.767481 },
            { "gauss_5x5_n10000.npy", 5, 0.973745 },
            { "gauss_10x10_n1000.npy", 10, 0.954789 },
            { "gauss_10x10_n10000.npy", 10, 1.220219 },
        };

    [Theory]
    [MemberData(nameof(Published))]
    public void Four_independent_programs_agree(string file, int dimensions, double expected)
    {
        var columns = Samples.ReadNpy(Samples.Reference(Path.Combine("ksg", file)));
        var (x, y) = (Points.FromColumns(columns[..dimensions]), Points.FromColumns(columns[dimensions..]));
        // The figures have six decimals.
        Assert.Equal(expected, KsgMutualInformation.Estimate(x, y).Value, 1e-6);
    }

    [Fact]
    public void The_published_table_is_the_one_tested()
    {
        var lines = File.ReadAllLines(Path.Combine(Samples.Reference("ksg"), "expected.csv")).Skip(1).Select(line => line.Split(','));
        Assert.Equal(
            Published.Select(row => (row.Data.Item1, row.Data.Item3)),
            lines.Select(cells => (cells[0], double.Parse(cells[5], CultureInfo.InvariantCulture)))
        );
    }

    [Theory]
    [InlineData(KsgVariant.First)]
    [InlineData(KsgVariant.Second)]
    public void The_estimate_is_the_papers_formula_computed_plainly(KsgVariant variant)
    {
        var (x, y) = Samples.CorrelatedNormals(120, 2, 0.7, 5);
        const int k = 4;
        var joint = Points.Join(x, y);
        var eps = Samples.KthDistances(joint, k);
        double Psi(int n) => Enumerable.Range(1, n - 1).Sum(i => 1.0 / i) - 0.57721566490153286;
        var expected =
            Psi(k)
            + Psi(120)
            - (variant == KsgVariant.First ? 0 : 1.0 / k)
            - Enumerable
                .Range(0, 120)
                .Average(i =>
                {
                    int[] others = [.. Enumerable.Range(0, 120).Where(j => j != i)];
                    if (variant == KsgVariant.First)
                        return Psi(others.Count(j => Samples.Distance(x, i, x, j) < eps[i]) + 1)
                            + Psi(others.Count(j => Samples.Distance(y, i, y, j) < eps[i]) + 1);
                    int[] near = [.. others.Where(j => Samples.Distance(joint, i, joint, j) <= eps[i])];
                    var (ex, ey) = (near.Max(j => Samples.Distance(x, i, x, j)), near.Max(j => Samples.Distance(y, i, y, j)));
                    return Psi(others.Count(j => Samples.Distance(x, i, x, j) <= ex)) + Psi(others.Count(j => Samples.Distance(y, i, y, j) <= ey));
                });
        // 120 terms of size about 5, each to about 1e-15.
        Assert.Equal(expected, KsgMutualInformation.Estimate(x, y, new() { K = k }, variant).Value, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_path_and_thread_count_gives_the_same_estimate(int dimensions)
    {
        var (x, y) = Samples.CorrelatedNormals(1500, dimensions, 0.6, 11);
        foreach (var variant in Enum.GetValues<KsgVariant>())
        {
            var local = KsgMutualInformation.Local(x, y, new() { Path = NeighbourPath.Tree, Threads = 1 }, variant);
            foreach (var path in Enum.GetValues<NeighbourPath>())
                foreach (var threads in new[] { 1, 2, 3 })
                    Assert.Equal(local, KsgMutualInformation.Local(x, y, new() { Path = path, Threads = threads }, variant));
        }
    }

    [Theory]
    [InlineData(0, KsgVariant.First)]
    [InlineData(0.6, KsgVariant.First)]
    [InlineData(0.9, KsgVariant.First)]
    [InlineData(0.6, KsgVariant.Second)]
    public void Correlated_normals_have_half_log_of_one_minus_r_squared(double r, KsgVariant variant)
    {
        var (x, y) = Samples.CorrelatedNormals(4000, 1, r, 3);
        var estimate = KsgMutualInformation.Estimate(x, y, variant: variant);
        // Kraskov's bias at 1+1 is below the spread; 4 standard errors.
        Assert.Equal(-0.5 * Math.Log(1 - r * r), estimate.Value, 4 * estimate.StandardError);
    }

    [Fact]
    public void Information_is_symmetric_and_rows_may_come_in_any_order() =>
        Gen.Select(Gen.Double[-3, 3].Array[12, 40], Gen.Int[0, 1000])
            .Sample(
                (x, seed) =>
                {
                    var y = Samples.Normal(x.Length, seed);
                    int[] order = [.. Enumerable.Range(0, x.Length)];
                    new Random(seed).Shuffle(order);
                    foreach (var variant in Enum.GetValues<KsgVariant>())
                    {
                        var there = KsgMutualInformation.Estimate(x, y, variant: variant).Value;
                        var back = KsgMutualInformation.Estimate(y, x, variant: variant).Value;
                        var shuffled = KsgMutualInformation.Estimate(((Points)x).Rows(order), ((Points)y).Rows(order), variant: variant).Value;
                        if (Math.Abs(there - back) > 1e-12 || Math.Abs(there - shuffled) > 1e-12)
                            return false;
                    }
                    return true;
                },
                iter: 200
            );

    [Fact]
    public void On_ranks_increasing_maps_change_nothing()
    {
        var options = new NeighbourOptions { Margins = Margins.RankGaussian };
        var (x, y) = Samples.CorrelatedNormals(800, 1, 0.8, 9);
        var cubed = x[0].ToArray().Select(v => v * v * v).ToArray();
        var exponential = y[0].ToArray().Select(Math.Exp).ToArray();
        Assert.Equal(KsgMutualInformation.Estimate(x, y, options), KsgMutualInformation.Estimate(cubed, exponential, options));
    }

    [Fact]
    public void Ties_and_duplicates_give_a_stated_figure_without_jitter()
    {
        var constant = new double[50];
        Assert.Equal(0, KsgMutualInformation.Estimate(constant, constant).Value, 1e-12);
        foreach (var variant in Enum.GetValues<KsgVariant>())
            Assert.Equal(0, KsgMutualInformation.Estimate(constant, Samples.Normal(50, 1), variant: variant).Value, 1e-12);
        // X = Y on two values, 25 rows each: every local term is psi(25) + psi(50) - 2 psi(25), about ln 2.
        double[] coin = [.. Enumerable.Range(0, 50).Select(i => i % 2.0)];
        double Psi(int n) => Enumerable.Range(1, n - 1).Sum(i => 1.0 / i);
        foreach (var variant in Enum.GetValues<KsgVariant>())
            Assert.Equal(Psi(50) - Psi(25), KsgMutualInformation.Estimate(coin, coin, variant: variant).Value, 1e-12);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] x = [1, 2, 3, 4, 5];
        Assert.Contains("k is 3 and there are 3 rows", Message(() => KsgMutualInformation.Estimate(new double[] { 1, 2, 3 }, new double[] { 1, 2, 3 })));
        Assert.Contains("there is 1 row", Message(() => KsgMutualInformation.Estimate(new double[] { 1 }, new double[] { 1 })));
        Assert.Contains("k of at least 1", Message(() => KsgMutualInformation.Estimate(x, x, new() { K = 0 })));
        Assert.Contains("threads", Message(() => KsgMutualInformation.Estimate(x, x, new() { Threads = -1 })));
        Assert.Contains("the first has 5 and another has 4", Message(() => KsgMutualInformation.Estimate(x, x[..4])));
        Assert.Contains("row 1, column 0 is NaN", Message(() => KsgMutualInformation.Estimate(new[] { 1, double.NaN }, x)));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
