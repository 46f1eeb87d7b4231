using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public class LocalNonUniformityMutualInformationTests
{
    [Fact]
    public void Strong_dependence_in_few_rows_is_found_where_ksg_stops()
    {
        var (x, y) = Samples.CorrelatedNormals(500, 2, 0.99999, 1);
        var truth = -Math.Log(1 - 0.99999 * 0.99999);
        // KSG cannot pass about ln N a pair; LNC was measured to 0.3 of the truth, 10.8 nats (docs/measures).
        Assert.True(KsgMutualInformation.Estimate(x, y).Value < truth - 4);
        Assert.Equal(truth, LocalNonUniformityMutualInformation.Estimate(x, y).Value, 0.5);
    }

    [Fact]
    public void At_independence_it_is_ksg_but_for_one_point_in_a_thousand()
    {
        var (x, y) = Samples.CorrelatedNormals(2000, 1, 0, 1);
        var options = LocalNonUniformityMutualInformation.DefaultOptions(x, y);
        Assert.Equal(5, options.K);
        var difference = LocalNonUniformityMutualInformation.Estimate(x, y).Value - KsgMutualInformation.Estimate(x, y, options, KsgVariant.Second).Value;
        // 2 points of 2000 expected, at most 10 but once in 10,000; each adds -ln V' / V, some 2 to 5.
        Assert.InRange(difference, 0, 10 * 5 / 2000.0);
    }

    [Fact]
    public void Every_path_and_thread_count_gives_the_same_figure()
    {
        var (x, y) = Samples.CorrelatedNormals(400, 2, 0.9999, 1);
        var estimate = LocalNonUniformityMutualInformation.Estimate(
            x,
            y,
            new()
            {
                K = 8,
                Path = NeighbourPath.Tree,
                Threads = 1,
            }
        );
        foreach (var path in Enum.GetValues<NeighbourPath>())
            Assert.Equal(
                estimate,
                LocalNonUniformityMutualInformation.Estimate(
                    x,
                    y,
                    new()
                    {
                        K = 8,
                        Path = path,
                        Threads = 2,
                    }
                )
            );
    }

    [Fact]
    public void On_ranks_increasing_maps_change_nothing()
    {
        var options = new NeighbourOptions { K = 5, Margins = Margins.RankGaussian };
        var (x, y) = Samples.CorrelatedNormals(300, 1, 0.999, 9);
        double[] cubed = [.. x[0].ToArray().Select(v => v * v * v)];
        Assert.Equal(LocalNonUniformityMutualInformation.Estimate(x, y, options), LocalNonUniformityMutualInformation.Estimate(cubed, y, options));
    }

    [Fact]
    public void Ties_are_not_corrected_and_a_constant_has_no_information()
    {
        var constant = new double[60];
        Assert.Equal(0, LocalNonUniformityMutualInformation.Estimate(constant, Samples.Normal(60, 1)).Value, 1e-12);
        double[] coin = [.. Enumerable.Range(0, 60).Select(i => i % 2.0)];
        Assert.Equal(
            KsgMutualInformation.Estimate(coin, coin, new() { K = 5 }, KsgVariant.Second).Value,
            LocalNonUniformityMutualInformation.Estimate(coin, coin).Value,
            1e-12
        );
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var (x, y) = Samples.CorrelatedNormals(20, 2, 0, 1);
        Assert.Contains("k is 4 and there are 4 columns. Take k of 7", Message(() => LocalNonUniformityMutualInformation.Estimate(x, y, new() { K = 4 })));
        Assert.Contains("k is 20 and there are 20 rows", Message(() => LocalNonUniformityMutualInformation.Estimate(x, y, new() { K = 20 })));
        Assert.Contains("the first has 20 and another has 3", Message(() => LocalNonUniformityMutualInformation.Estimate(x, new double[3])));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
