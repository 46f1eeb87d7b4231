using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Codes of choices and bits, and mixtures fitted to codes.</summary>
public sealed class DiscreteCodeTests
{
    static DiscreteCodeTests() => TensorLibrary.EnsureLoaded();

    private static Bottleneck Made(string kind) =>
        kind == "categorical" ? new CategoricalBottleneck(latent: 6, choices: 3, temperature: 0.5) : new BernoulliBottleneck(latent: 6, temperature: 0.5);

    [Theory]
    [InlineData("categorical")]
    [InlineData("bernoulli")]
    public void Rate_is_in_mean_the_log_ratio_at_whole_draws(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var bottleneck = Made(kind);
        bottleneck.eval();
        var code = bottleneck.Encode(2 * randn(1, 6), sample: true);
        const int Draws = 20_000;
        var draw = code.Posterior!.Draw(Draws);
        Assert.Equal([Draws, 1, 6], draw.Z.shape);
        Assert.All(draw.Z.Numbers(), value => Assert.True(value is 0 or 1));
        var ratio = draw.LogProbability - bottleneck.Prior!.LogProbability(draw.Z);
        Assert.Equal(ratio.mean().Number(), code.Rate.Number(), 6 * Math.Sqrt(ratio.var().Number() / Draws) + 1e-5);
        Assert.Equal(code.Rate.Number(), code.UnitRates!.sum().Number(), 1e-5);
        // Draws are as often on as the mean says: six binomial standard errors at most.
        foreach (var (expected, actual) in code.Posterior.Mean.Numbers().Zip(draw.Z.mean([0L]).Numbers()))
            Assert.Equal(expected, actual, 6 * Math.Sqrt(0.25 / Draws));
    }

    [Theory]
    [InlineData("categorical")]
    [InlineData("bernoulli")]
    public void Training_relaxes_draws_so_that_a_gradient_passes_and_nothing_else_does(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var bottleneck = Made(kind);
        var head = randn(5, 6).requires_grad_(true);
        bottleneck.train();
        var relaxed = bottleneck.Encode(head, sample: true).Z;
        Assert.All(relaxed.Numbers(), value => Assert.InRange(value, 0, 1));
        relaxed.square().sum().backward();
        Assert.True(head.grad!.abs().sum().Number() > 0);
        bottleneck.eval();
        Assert.All(bottleneck.Encode(head, sample: true).Z.Numbers(), value => Assert.True(value is 0 or 1));
    }

    [Fact]
    public void Certain_choices_cost_ln_K_and_even_ones_nothing()
    {
        using var scope = NewDisposeScope();
        using var categorical = Made("categorical");
        Assert.Equal(2 * Math.Log(3), categorical.Encode(tensor(new[] { 50f, 0, 0, 0, 50, 0 }).unsqueeze(0), sample: false).Rate.Number(), 1e-5);
        Assert.Equal(0, categorical.Encode(zeros(1, 6), sample: false).Rate.Number(), 1e-6);
        using var bits = Made("bernoulli");
        Assert.Equal(6 * Math.Log(2), bits.Encode(full([1, 6], 50f), sample: false).Rate.Number(), 1e-5);
        Assert.Equal(0, bits.Encode(zeros(1, 6), sample: false).Rate.Number(), 1e-6);
        Assert.All(new CategoricalPrior(6, 3).Sample(50).view(-1, 3).sum([1L]).Numbers(), sum => Assert.Equal(1, sum));
    }

    [Fact]
    public void Choices_that_do_not_divide_the_code_are_refused() =>
        Assert.Contains("such as 8", Assert.Throws<InvalidInputException>(() => new CategoricalBottleneck(6, 4, 0.5)).Message);

    [Fact]
    public void A_mixture_fitted_to_two_heaps_draws_from_both()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        // A third of the codes about (4, 4), the rest about (-4, 0), the second unit three times the first's deviate there.
        var far = randn([1000, 1], float64);
        var codes = cat([4 + 0.5 * randn([500, 2], float64), cat([far - 4, 3 * far + 0.1 * randn([1000, 1], float64)], 1)]);
        var drawn = CodeMixture.Fit(codes, components: 2, seed: 1).Sample(6000).to(float64);
        var right = drawn.select(1, 0).gt(0);
        // A third of 1,500 codes, then of 6,000 draws; the overlap at 0 is nothing.
        Assert.Equal(1 / 3.0, right.to(float64).mean().Number(), 0.05);
        var left = drawn.index_select(0, right.logical_not().nonzero().flatten());
        var (x, y) = (left.select(1, 0) - left.select(1, 0).mean(), left.select(1, 1) - left.select(1, 1).mean());
        Assert.Equal(3, ((x * y).mean() / x.square().mean()).Number(), 0.1);
    }
}
