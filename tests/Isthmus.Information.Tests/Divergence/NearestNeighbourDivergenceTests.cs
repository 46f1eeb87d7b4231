using Isthmus.Information.Divergence;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Divergence;

public class NearestNeighbourDivergenceTests
{
    [Fact]
    public void Shifted_normals_diverge_by_half_the_square()
    {
        var (p, q) = (Samples.Normal(4000, 1), Samples.Normal(5000, 2).Select(v => v + 1).ToArray());
        var estimate = NearestNeighbourDivergence.Estimate(p, q);
        // Q's sample adds about as much spread as P's, and its edge a bias below that: 6 standard errors.
        Assert.Equal(0.5, estimate.Value, 6 * estimate.StandardError);
    }

    [Fact]
    public void A_uniform_within_a_wider_one_diverges_by_the_logarithm_of_the_widths()
    {
        var (p, q) = (Samples.Uniform(4000, 1), Samples.Uniform(4000, 2).Select(v => 2 * v - 0.5).ToArray());
        var estimate = NearestNeighbourDivergence.Estimate(p, q);
        Assert.Equal(Math.Log(2), estimate.Value, 6 * estimate.StandardError);
    }

    [Fact]
    public void Equal_distributions_do_not_diverge_and_paths_agree()
    {
        var p = Points.FromColumns(Samples.Normal(1000, 1), Samples.Normal(1000, 2));
        var q = Points.FromColumns(Samples.Normal(900, 3), Samples.Normal(900, 4));
        var estimate = NearestNeighbourDivergence.Estimate(p, q);
        Assert.Equal(0, estimate.Value, 6 * estimate.StandardError);
        foreach (var path in Enum.GetValues<NeighbourPath>())
            Assert.Equal(estimate, NearestNeighbourDivergence.Estimate(p, q, new() { Path = path, Threads = 2 }));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] p = [1, 2, 3, 4, 5],
            q = [1.5, 2.5, 3.5];
        Assert.Contains("1 columns and the second 2", Message(() => NearestNeighbourDivergence.Estimate(p, Points.FromColumns(p, p))));
        Assert.Contains("k is 5", Message(() => NearestNeighbourDivergence.Estimate(p, q, new() { K = 5 })));
        Assert.Contains("k is 4", Message(() => NearestNeighbourDivergence.Estimate(p, q, new() { K = 4 })));
        Assert.Contains(
            "row 0 of the first sample has at least as many in the second",
            Message(() => NearestNeighbourDivergence.Estimate(p, p, new() { K = 1 }))
        );
        Assert.Contains("row 0 of the first sample has at least as many in the first", Message(() => NearestNeighbourDivergence.Estimate(new double[5], q)));
        Assert.Contains("margins as given", Message(() => NearestNeighbourDivergence.Estimate(p, q, new() { Margins = Margins.RankGaussian })));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
