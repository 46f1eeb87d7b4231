using Isthmus.Compute;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Densities of priors against closed forms, and their draws against their densities.</summary>
public sealed class PriorTests
{
    static PriorTests() => TensorLibrary.EnsureLoaded();

    private static DiagonalGaussian Rows(int rows, int latent) => new(randn([rows, latent], float64), 0.5 * randn([rows, latent], float64));

    [Fact]
    public void Densities_of_many_rows_by_products_are_those_of_each_row()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var rows = Rows(4, 3);
        var z = randn([2, 5, 3], float64);
        var together = rows.LogProbabilities(z);
        Assert.Equal([2, 5, 4], together.shape);
        for (var row = 0; row < 4; row++)
        {
            var alone = new DiagonalGaussian(rows.Mean[row], rows.LogVariance[row]).LogProbability(z).Numbers();
            // A dozen terms below 100 in another order: some 1e-14 of 100.
            foreach (var (expected, actual) in alone.Zip(together.select(2, row).Numbers()))
                Assert.Equal(expected, actual, 1e-11);
        }
    }

    [Fact]
    public void Mixture_of_one_standard_component_is_the_standard_normal()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var mixture = new GaussianMixturePrior(3, components: 1);
        using (no_grad())
            mixture.get_parameter("means")!.zero_();
        var z = randn(50, 3);
        // float32, a sum of about ten terms below 30.
        foreach (var (expected, actual) in new StandardNormalPrior(3).LogProbability(z).Numbers().Zip(mixture.LogProbability(z).Numbers()))
            Assert.Equal(expected, actual, 2e-5);
        Assert.Null(mixture.UnitDivergence(Rows(2, 3)));
    }

    public static TheoryData<string> Learned => ["mixture", "vamp", "flow"];

    private static Prior OneUnit(string name)
    {
        if (name == "mixture")
            return new GaussianMixturePrior(1, components: 5);
        if (name == "flow")
        {
            var flow = new AutoregressiveFlowPrior(1, steps: 2, hidden: 4);
            using var noGradient = no_grad();
            foreach (var parameter in flow.parameters())
                parameter.copy_(0.5 * randn_like(parameter));
            return flow;
        }
        var prior = new VampPrior(1, dimension: 2, pseudoInputs: 4);
        prior.Attach(x => new DiagonalGaussian(3 * x.narrow(1, 0, 1), x.narrow(1, 1, 1) - 1));
        return prior;
    }

    [Theory]
    [MemberData(nameof(Learned))]
    public void Density_sums_to_one_and_draws_follow_it(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(3);
        using var prior = OneUnit(name);
        // Midpoints of a fine grid that holds all but 1e-9 of the mass; the midpoint rule is exact far beyond 1e-5 on a smooth density.
        const double Step = 0.01;
        var grid = (arange(-1500, 1500) + 0.5) * Step;
        var density = prior.LogProbability(grid.unsqueeze(1).to(float32)).to(float64).exp();
        Assert.Equal(1, density.sum().Number() * Step, 1e-4);
        const int Draws = 20_000;
        var drawn = prior.Sample(Draws);
        Assert.Equal([Draws, 1], drawn.shape);
        foreach (var below in new[] { -1.0, 0, 0.5, 1.5 })
        {
            var expected = density.masked_select(grid.lt(below)).sum().Number() * Step;
            var actual = drawn.lt(below).to(float64).mean().Number();
            // Five binomial standard errors, and the grid's 1e-4.
            Assert.Equal(expected, actual, 5 * Math.Sqrt(expected * (1 - expected) / Draws) + 2e-4);
        }
    }

    [Fact]
    public void Vamp_prior_is_the_mean_posterior_of_the_records_it_starts_from()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var prior = new VampPrior(2, dimension: 3, pseudoInputs: 5);
        DiagonalGaussian Posterior(Tensor x) => new(x.narrow(1, 0, 2), x.narrow(1, 1, 2).sin());
        prior.Attach(Posterior);
        var records = randn(2, 3);
        prior.StartFrom(records);
        // Five from two records: three times the first, twice the second.
        var q = Posterior(records);
        var z = randn(7, 2);
        var expected = new[] { 0, 1 }.Select(row => new DiagonalGaussian(q.Mean[row], q.LogVariance[row]).LogProbability(z).exp().Numbers()).ToArray();
        var actual = prior.LogProbability(z).Numbers();
        for (var i = 0; i < actual.Length; i++)
            // float32, terms below 100.
            Assert.Equal(Math.Log((3 * expected[0][i] + 2 * expected[1][i]) / 5), actual[i], 1e-3);
        Assert.Throws<InvalidOperationException>(() => new VampPrior(2, 3, 1).LogProbability(z));
    }
}
