using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>What a posterior says of its own draws, and of codes from elsewhere.</summary>
public sealed class PosteriorTests
{
    static PosteriorTests() => TensorLibrary.EnsureLoaded();

    public static TheoryData<string> Kinds =>
        [
            "posterior=diagonal",
            "posterior=full-covariance",
            "posterior=low-rank rank=2",
            "posterior=low-rank rank=0",
            "posterior=inverse-autoregressive-flow flow-hidden=8 flow-context=3",
            "posterior=minimum-rate least-rate=2",
            "bottleneck=ladder levels=3 level-hidden=6",
        ];

    private static Autoencoder Model(string settings)
    {
        var model = ModelSpecification.Resolve("vae", new ImageSchema(4, 4, 1, 2), Tiny.Settings($"hidden=8 latent=4 {settings}"), []).Build(seed: 1);
        using var noGradient = no_grad();
        // Begun as they are, flows are the identity and ladders do not look up.
        foreach (var (_, parameter) in model.named_parameters())
            parameter.copy_(0.7 * randn_like(parameter));
        model.to(float64);
        return model;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Density_of_a_draw_is_what_it_brings(string settings)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var model = Model(settings);
        var posterior = model.Encode(rand([5, 16], float64).round(), sample: false).Posterior!;
        var draw = posterior.Draw(3);
        Assert.Equal([3, 5, 4], draw.Z.shape);
        // A few dozen float64 terms below some 1e3; the inverse of a flow of factors up to e^6 loses some of them again.
        foreach (var (expected, actual) in posterior.LogProbability(draw.Z).Numbers().Zip(draw.LogProbability.Numbers()))
            Assert.Equal(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)));
        Assert.Equal([5, 4], posterior.Draw().Z.shape);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rate_is_in_mean_the_log_ratio_of_posterior_and_prior(string settings)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(3);
        using var model = Model(settings);
        const int Draws = 20_000;
        var x = rand([1, 16], float64).round().expand(Draws, -1);
        var code = model.Encode(x, sample: true);
        var ratio = code.Posterior!.Draw() is var draw ? draw.LogProbability - model.Bottleneck.Prior!.LogProbability(draw.Z) : null!;
        var error = Math.Sqrt((ratio.var().Number() + code.Rate.var().Number()) / Draws);
        // Six standard errors of a difference of two means.
        Assert.Equal(ratio.mean().Number(), code.Rate.mean().Number(), 6 * error);
    }

    /// <summary>Whatever the encoder says, also that every record is the same: a code at the prior.</summary>
    [Fact]
    public void A_minimum_rate_is_kept()
    {
        using var scope = NewDisposeScope();
        var family = new MinimumRatePosteriorFamily(4, 2);
        var s = Math.Exp(family.MostLogVarianceOfUnit);
        Assert.Equal(2, 4 * (s - 1 - Math.Log(s)) / 2, 1e-12);
        double Rate(Tensor head) => ((DiagonalGaussian)family.Of(head)).UnitDivergenceFromStandardNormal().sum().Number();
        // Means of 0 and variances as large as can be: the minimum itself.
        Assert.Equal(2, Rate(cat([zeros(1, 4, float64), full(1, 4, 40.0, float64)], 1)), 1e-12);
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
            Assert.True(Rate(tensor(Enumerable.Range(0, 8).Select(_ => 20 * random.NextDouble() - 10).ToArray()).view(1, 8)) >= 2);
    }

    /// <summary>The means of a batch have the deviation that was asked for, so that the rate is at least half of its square for each unit.</summary>
    [Fact]
    public void Batch_normalised_means_keep_their_deviation()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var family = new BatchNormalisedPosteriorFamily(3, 0.5);
        family.to(float64);
        family.train();
        var heads = randn([200, 6], float64).Times(0.01);
        var posterior = (DiagonalGaussian)family.Of(heads);
        foreach (var variance in posterior.Mean.var([0L], unbiased: false).Numbers())
            // The normalisation adds 1e-5 under the root, to a variance of 1e-4.
            Assert.InRange(variance, 0.25 * 0.85, 0.25);
        Assert.True(posterior.UnitDivergenceFromStandardNormal().mean([0L]).sum().Number() >= 3 * 0.25 * 0.85 / 2);
        // Outside training a record's posterior does not depend on others.
        family.eval();
        var (together, alone) = (((DiagonalGaussian)family.Of(heads)).Mean[7], ((DiagonalGaussian)family.Of(heads.narrow(0, 7, 1))).Mean[0]);
        foreach (var (expected, actual) in together.Numbers().Zip(alone.Numbers()))
            // The same few operations, whose order a batch may change.
            Assert.Equal(expected, actual, 1e-14);
    }

    [Fact]
    public void Full_covariance_of_two_units_by_hand()
    {
        using var scope = NewDisposeScope();
        // Deviations 2 and 3 of the factor's diagonal, 0.5 below it in units of its row's 3: C = [2 0; 1.5 3], covariance [4 3; 3 11.25].
        var family = new FullCovariancePosteriorFamily(2);
        var posterior = family.Of(
            tensor(
                new[,]
                {
                    { 1.0, -1.0, 2 * Math.Log(2), 2 * Math.Log(3), 0.5 },
                }
            )
        );
        var z = tensor(
            new[,]
            {
                { 2.0, 1.0 },
            }
        );
        // Deviate d = (1, 2); d' S^-1 d with det S = 36: (11.25 - 2 * 3 * 2 + 4 * 4) / 36 = 15.25 / 36.
        Assert.Equal(-0.5 * (15.25 / 36 + Math.Log(36) + 2 * Math.Log(2 * Math.PI)), posterior.LogProbability(z).Number(), 1e-12);
        Assert.Equal([1.0, -1.0], posterior.Mean.Numbers());
    }

    /// <summary>
    /// Of any rank, up to that of the code, whose covariances are all there are: the density and the divergence of the same covariance as a whole matrix.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Low_rank_densities_and_divergences_are_those_of_the_whole_covariance(int rank)
    {
        using var scope = NewDisposeScope();
        var random = new Random(rank);
        double[] numbers = [.. Enumerable.Range(0, 24).Select(_ => 6 * random.NextDouble() - 3)],
            at = [.. Enumerable.Range(0, 4).Select(_ => 4 * random.NextDouble() - 2)];
        using var family = new LowRankPosteriorFamily(4, rank);
        var head = tensor(numbers[..(8 + 4 * rank)]).unsqueeze(0);
        var posterior = family.Of(head);
        var (mean, deviation, a) = (head[0].narrow(0, 0, 4), (0.5 * head[0].narrow(0, 4, 4)).exp(), head[0].narrow(0, 8, 4 * rank).view(4, rank));
        var covariance = deviation.unsqueeze(1) * (eye(4, dtype: float64) + a.matmul(a.t())) * deviation;
        var deviate = tensor(at) - mean;
        var logDeterminant = linalg.slogdet(covariance).Item2.Number();
        var square = deviate.dot(linalg.solve(covariance, deviate.unsqueeze(1)).squeeze(1)).Number();
        var density = -0.5 * (square + logDeterminant + 4 * Math.Log(2 * Math.PI));
        // Variances from e^-3 to e^3 times up to 1 + 4 * 9: a condition of some 1e4, of float64's 1e-16.
        Assert.Equal(density, posterior.LogProbability(tensor(at).unsqueeze(0)).Number(), 1e-9 * (1 + square));
        var divergence = 0.5 * (covariance.diagonal().sum().Number() + mean.square().sum().Number() - 4 - logDeterminant);
        var actual = posterior is DiagonalGaussian diagonal
            ? diagonal.UnitDivergenceFromStandardNormal().sum().Number()
            : posterior.DivergenceFromStandardNormal()!.Number();
        Assert.Equal(divergence, actual, 1e-9 * (1 + divergence));
        // Draws have that covariance: their map's square.
        var root = cat([.. eye(4, dtype: float64).unbind().Select(direction => posterior.At(direction.unsqueeze(0)).Z - posterior.Mean)], 0).t();
        Assert.True((root.matmul(root.t()) - covariance).abs().max().Number() <= 1e-9 * covariance.abs().max().Number());
    }

    [Fact]
    public void A_rank_above_the_code_is_refused() =>
        Assert.Contains("Rank = 4 is more than the 3 directions", Assert.Throws<InvalidInputException>(() => new LowRankPosteriorFamily(3, 4)).Message);

    [Fact]
    public void Divergence_of_two_Gaussians_is_that_from_the_standard_normal_where_the_second_is_one()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var q = new DiagonalGaussian(randn([6, 3], float64), randn([6, 3], float64));
        var standard = new DiagonalGaussian(zeros([6, 3], float64), zeros([6, 3], float64));
        foreach (var (expected, actual) in q.UnitDivergenceFromStandardNormal().Numbers().Zip(q.UnitDivergence(standard).Numbers()))
            Assert.Equal(expected, actual, 1e-12 * Math.Max(1, expected));
        Assert.All(q.UnitDivergence(q).Numbers(), rate => Assert.Equal(0, rate, 1e-12));
    }

    [Theory]
    [InlineData(7, 3, "4 2 1")]
    [InlineData(60, 3, "35 17 8")]
    [InlineData(5, 5, "1 1 1 1 1")]
    [InlineData(40, 1, "40")]
    public void Levels_halve_upwards_and_hold_the_whole_code(int latent, int levels, string expected) =>
        Assert.Equal(expected, string.Join(' ', LadderBottleneck.LevelsOf(latent, levels)));

    [Fact]
    public void More_levels_than_numbers_are_refused() =>
        Assert.Contains("Levels = 4 is more than the 3 numbers", Assert.Throws<InvalidInputException>(() => LadderBottleneck.LevelsOf(3, 4)).Message);

    [Fact]
    public void Draws_of_a_ladder_prior_cost_their_entropy()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(5);
        using var prior = new LadderPrior([2, 1], hidden: 4);
        // With nothing learned, all conditionals are near N(0, I): E[-ln p] = 3/2 (1 + ln 2 pi), standard error sqrt(3/2 / n).
        const int Draws = 20_000;
        Assert.Equal(1.5 * (1 + Math.Log(2 * Math.PI)), -prior.LogProbability(prior.Sample(Draws)).mean().Number(), 6 * Math.Sqrt(1.5 / Draws) + 0.05);
    }
}
