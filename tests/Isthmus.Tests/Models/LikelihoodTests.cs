using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>What makes a likelihood a distribution, and its figures those of that distribution.</summary>
public sealed class LikelihoodTests
{
    static LikelihoodTests() => TensorLibrary.EnsureLoaded();

    /// <summary>The number of values a record's number can take, by likelihood.</summary>
    public static TheoryData<string, int> Discrete =>
        new()
        {
            { "bernoulli", 2 },
            { "categorical", 2 },
            { "categorical", 256 },
            { "discretised-logistic", 2 },
            { "discretised-logistic", 256 },
            { "discretised-logistic-mixture", 2 },
            { "discretised-logistic-mixture", 256 },
        };

    public static TheoryData<string> Continuous => ["fixed", "learned", "predicted"];

    public static TheoryData<string> Every =>
        ["bernoulli", "categorical", "discretised-logistic", "discretised-logistic-mixture", "fixed", "learned", "predicted"];

    private static Likelihood Create(string name, int dimension, int levels = 256) =>
        name switch
        {
            "bernoulli" => new BernoulliLikelihood(dimension),
            "categorical" => new CategoricalLikelihood(dimension, levels),
            "discretised-logistic" => new DiscretisedLogisticLikelihood(dimension, levels),
            "discretised-logistic-mixture" => new DiscretisedLogisticMixtureLikelihood(dimension, levels, components: 3),
            _ => new GaussianLikelihood(dimension, name, sigma: 0.3, meanInUnitRange: true),
        };

    /// <summary>The values a number can take, as L records of one number.</summary>
    private static Tensor Levels(int levels, ScalarType type) => arange(levels, dtype: type).unsqueeze(-1) / (levels - 1);

    /// <summary>Records that the likelihood can have given.</summary>
    private static Tensor Records(string name, long count, int dimension, ScalarType type) =>
        name switch
        {
            "bernoulli" => randint(0, 2, [count, dimension]).to(type),
            "categorical" or "discretised-logistic" or "discretised-logistic-mixture" => randint(0, 256, [count, dimension]).to(type) / 255,
            _ => rand(count, dimension, dtype: type),
        };

    [Theory]
    [MemberData(nameof(Discrete))]
    public void Probabilities_of_all_values_sum_to_one(string name, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(name, 1, levels);
        manual_seed(1);
        var parameters = 3 * randn([200, 1, likelihood.ParametersPerDimension], float64);
        // Sums of at most 256 terms of relative error below 1e-14 (exponentials of numbers below 100).
        foreach (var total in likelihood.LogProbability(Levels(levels, float64), parameters).logsumexp(-1).Numbers())
            Assert.InRange(total, -1e-12, 1e-12);
        // float32: a level is known to 2^-25, an edge of its bin to twice that, at scale e^-7 to 1100 * 6e-8 = 7e-5 of
        // the scale; the density there is at most 1/4, and no more than a dozen edges have any: 2e-4. Elsewhere less.
        foreach (var total in likelihood.LogProbability(Levels(levels, float32), parameters.to(float32)).logsumexp(-1).Numbers())
            Assert.InRange(total, -2e-4, 2e-4);
    }

    /// <summary>Means a thousand ranges away, the smallest scale there is, and scales at which all of [0, 1] is a point.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void Discretised_logistic_sums_to_one_in_the_tails(int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = new DiscretisedLogisticLikelihood(1, levels);
        foreach (var mean in new[] { -1e3, -5, -0.6, -0.5, 0, 0.123, 0.5, 0.7, 5, 1e3 })
            foreach (var scale in new[] { -1e3, -5, 0, 3, 9, 30, 1e3 })
            {
                var total = likelihood.LogProbability(Levels(levels, float64), tensor([mean, scale])).logsumexp(-1).Number();
                // 1e3 ranges at scale e^-7 are 1e6 scales, known to 1e-10; a bin's mass is off by at most a quarter of that.
                Assert.True(Math.Abs(total) < 1e-9, $"mean {mean}, scale {scale}: the logarithm of the sum is {total}");
            }
    }

    [Theory]
    [MemberData(nameof(Continuous))]
    public void Gaussian_density_integrates_to_one(string variance)
    {
        using var scope = NewDisposeScope();
        foreach (var unitRange in new[] { false, true })
        {
            using var likelihood = new GaussianLikelihood(1, variance, sigma: 0.3, meanInUnitRange: unitRange);
            likelihood.to(float64);
            var parameters = tensor(likelihood.ParametersPerDimension == 2 ? new[] { 0.4, -0.7 } : [0.4]);
            // The rule of equal steps is exact for a Gaussian up to exp(-2 (pi s / h)^2), s/h = 15 at least; beyond 10 there
            // are more than 30 standard deviations. What is left is float32's sigma in a learned one, which cancels.
            const double Step = 0.01;
            var grid = arange(-10, 10, Step, dtype: float64).unsqueeze(-1);
            var integral = likelihood.LogProbability(grid, parameters).exp().sum().Number() * Step;
            Assert.InRange(integral, 1 - 1e-10, 1 + 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Leading_axes_broadcast_as_a_loop_would(string name)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(name, 4);
        likelihood.to(float64);
        manual_seed(2);
        const int Draws = 3,
            Count = 2;
        var x = Records(name, Count, 4, float64);
        var parameters = randn([Draws, Count, 4 * likelihood.ParametersPerDimension], float64);
        var together = likelihood.LogProbability(x, parameters);
        Assert.Equal([Draws, Count], together.shape);
        for (var k = 0; k < Draws; k++)
            for (var n = 0; n < Count; n++)
            {
                var one = likelihood.LogProbability(x[n].unsqueeze(0), parameters[k, n].unsqueeze(0)).Number();
                // The same operations, perhaps vectorised otherwise: a few roundings of numbers below 1e3.
                Assert.Equal(one, together[k, n].Number(), 1e-11);
            }
        foreach (var figure in new[] { likelihood.Mean(parameters), likelihood.Mode(parameters), likelihood.Sample(parameters) })
            Assert.Equal([Draws, Count, 4], figure.shape);
        // The mean of a draw's parameters is that draw of the mean of all, up to the last bit of a vectorised sigmoid.
        foreach (var (expected, actual) in likelihood.Mean(parameters[1]).Numbers().Zip(likelihood.Mean(parameters)[1].Numbers()))
            Assert.Equal(expected, actual, 1e-15);
    }

    /// <summary>ln p of a record is the sum over its numbers, so parameter p of number d is at p D + d.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Numbers_of_a_record_are_independent(string name)
    {
        using var scope = NewDisposeScope();
        using var whole = Create(name, 3);
        using var single = Create(name, 1);
        manual_seed(3);
        var x = Records(name, 5, 3, float32);
        var parameters = randn([5, whole.ParametersPerDimension, 3]);
        var sum = zeros(5);
        for (var d = 0; d < 3; d++)
            sum += single.LogProbability(x.narrow(1, d, 1), parameters.narrow(2, d, 1).flatten(1));
        var together = whole.LogProbability(x, parameters.flatten(1)).Numbers();
        // float32 sums of numbers of order 10: some 1e-6 each.
        foreach (var (expected, actual) in sum.Numbers().Zip(together))
            Assert.Equal(expected, actual, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Discrete))]
    public void Mean_and_mode_are_those_of_the_enumerated_distribution(string name, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(name, 1, levels);
        manual_seed(4);
        // Means inside and far outside [0, 1], narrow and wide.
        var parameters = 2 * randn([500, likelihood.ParametersPerDimension], float64);
        var values = Levels(levels, float64);
        var logs = likelihood.LogProbability(values, parameters.unsqueeze(1));
        var mean = (logs.exp() * values.squeeze(-1)).sum(-1).Numbers();
        var best = logs.amax([-1L]).Numbers();
        var mode = likelihood.Mode(parameters);
        var atMode = likelihood.LogProbability(mode, parameters).Numbers();
        var reported = likelihood.Mean(parameters).Numbers();
        for (var i = 0; i < mean.Length; i++)
        {
            // Sums of 256 terms in float64.
            Assert.Equal(mean[i], reported[i], 1e-12);
            // Ties aside, the mode is the argmax; at a tie any of the best will do, up to the rounding of its logarithm.
            Assert.True(atMode[i] >= best[i] - 1e-11, $"mode {mode[i].Number()} has ln p {atMode[i]}, the best {best[i]}");
        }
        foreach (var level in (mode * (levels - 1)).Numbers())
            Assert.Equal(Math.Round(level), level, 1e-9);
    }

    /// <summary>
    /// The empirical distribution function of n draws is within sqrt(ln(2 / a) / 2n) of the true one everywhere with
    /// probability 1 - a at least (Dvoretzky-Kiefer-Wolfowitz; Massart 1990): a = 1e-6.
    /// </summary>
    [Theory]
    [MemberData(nameof(Discrete))]
    public void Draws_follow_the_enumerated_distribution(string name, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(name, 1, levels);
        const int Draws = 20_000;
        var bound = Math.Sqrt(Math.Log(2 / 1e-6) / (2 * Draws));
        manual_seed(5);
        for (var trial = 0; trial < 5; trial++)
        {
            var parameters = randn(1, likelihood.ParametersPerDimension);
            var drawn = (likelihood.Sample(parameters.expand(Draws, -1)) * (levels - 1)).Numbers();
            Assert.All(drawn, level => Assert.Equal(Math.Round(level), level, 1e-4));
            var counts = new double[levels];
            foreach (var level in drawn)
                counts[(int)Math.Round(level)]++;
            var probabilities = likelihood.LogProbability(Levels(levels, float32), parameters).exp().Numbers();
            var difference = 0.0;
            for (var level = 0; level < levels; level++)
            {
                difference += counts[level] / Draws - probabilities[level];
                Assert.True(Math.Abs(difference) < bound, $"P(level <= {level}) is off by {difference} after {Draws} draws");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Continuous))]
    public void Gaussian_draws_have_its_mean_and_variance(string variance)
    {
        using var scope = NewDisposeScope();
        using var likelihood = new GaussianLikelihood(1, variance, sigma: 0.3, meanInUnitRange: true);
        const int Draws = 40_000;
        manual_seed(6);
        var parameters = tensor(likelihood.ParametersPerDimension == 2 ? new[] { 0.4f, -0.7f } : [0.4f]).unsqueeze(0);
        var sigma = 0.3 * (variance == "predicted" ? Math.Exp(-0.7) : 1);
        var drawn = likelihood.Sample(parameters.expand(Draws, -1)).Numbers();
        var mean = drawn.Average();
        Assert.Equal(1 / (1 + Math.Exp(-0.4)), likelihood.Mean(parameters).Number(), 1e-6);
        Assert.Equal(likelihood.Mean(parameters).Number(), likelihood.Mode(parameters).Number());
        // Five standard errors: s / sqrt(n), and s^2 sqrt(2 / n) for the variance.
        Assert.Equal(1 / (1 + Math.Exp(-0.4)), mean, 5 * sigma / Math.Sqrt(Draws));
        Assert.Equal(sigma * sigma, drawn.Average(x => (x - mean) * (x - mean)), 5 * sigma * sigma * Math.Sqrt(2.0 / Draws));
    }

    [Fact]
    public void Gaussian_log_density_is_the_textbook_one()
    {
        using var scope = NewDisposeScope();
        using var likelihood = new GaussianLikelihood(2, "fixed", sigma: 0.5, meanInUnitRange: false);
        // -ln p = sum of (x - m)^2 / (2 s^2) + ln(s sqrt(2 pi)): here (0.5^2 + 1^2) / 0.5 + 2 ln(0.5 * 2.5066282746310002).
        var expected = -(1.25 / 0.5 + 2 * Math.Log(0.5 * 2.5066282746310002));
        Assert.Equal(expected, likelihood.LogProbability(tensor([1.0, 2.0]), tensor([0.5, 3.0])).Number(), 1e-12);
    }

    /// <summary>A bound on log sigma above the least sigma that can be set would leave the parameter without a gradient for ever.</summary>
    [Fact]
    public void A_learned_deviation_moves_even_from_the_least_that_can_be_set()
    {
        using var scope = NewDisposeScope();
        var least = 1e-3;
        Assert.Throws<InvalidInputException>(() => Create(least - 1e-6));
        using var likelihood = Create(least);
        likelihood.LogProbability(tensor([0.5f]), tensor([0f])).backward();
        // d ln N / d ln s = (x - m)^2 / s^2 - 1 = -1 at x = m.
        Assert.Equal(-1, likelihood.parameters().Single().grad!.Number(), 1e-6);

        static Likelihood Create(double sigma) =>
            GaussianLikelihood.Part.Create(
                new(new ImageSchema(1, 1, 1, 256), 1, Settings.Empty.Overlay([new("sigma", sigma.ToString(System.Globalization.CultureInfo.InvariantCulture))]))
            );
    }

    /// <summary>Whatever a decoder gives, a step of training must not turn the weights to NaN.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Log_probability_and_its_gradient_are_finite_at_extremes(string name)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(name, 1);
        foreach (var first in new[] { -1e4f, -200, -1, 0, 1, 200, 1e4f })
            foreach (var last in new[] { -1e4f, -200, -1, 0, 1, 200, 1e4f })
                foreach (var value in new[] { 0f, 1, 128f / 255 })
                {
                    if (name == "bernoulli" && value is not (0 or 1))
                        continue;
                    using var inner = NewDisposeScope();
                    var parameters = zeros(1, likelihood.ParametersPerDimension);
                    parameters[0, 0] = first;
                    parameters[0, -1] = last;
                    parameters.requires_grad = true;
                    var log = likelihood.LogProbability(full(1, 1, value), parameters);
                    log.sum().backward();
                    var where = $"at x = {value}, parameters {first} and {last}";
                    Assert.True(double.IsFinite(log.Number()), $"ln p is {log.Number()} {where}");
                    Assert.True(parameters.grad!.Numbers().All(double.IsFinite), $"a gradient is not finite {where}");
                }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Float32_agrees_with_float64(string name)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(name, 6);
        using var exact = Create(name, 6);
        exact.to(float64);
        manual_seed(7);
        var x = Records(name, 50, 6, float64);
        var parameters = randn([50, 6 * likelihood.ParametersPerDimension], float64);
        var rough = likelihood.LogProbability(x.to(float32), parameters.to(float32)).Numbers();
        var precise = exact.LogProbability(x, parameters).Numbers();
        // A number enters with an error of 2^-24, is divided by a scale of e^-6 at least (400 times the error), and the
        // slope of ln p in it is at most 1 for the logistic, and 1e2 for the Gaussians here: 6 * 100 * 6e-8 a record, and
        // 1e-6 of the sum itself.
        for (var i = 0; i < rough.Length; i++)
            Assert.Equal(precise[i], rough[i], 2e-4 + 1e-6 * Math.Abs(precise[i]));
    }
}
