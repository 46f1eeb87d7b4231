using Isthmus.Cli.Output;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Penalties by hand, and the gradients of importance weighted bounds against one another.</summary>
public sealed class ObjectiveTests
{
    static ObjectiveTests() => TensorLibrary.EnsureLoaded();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Total_correlation_of_posteriors_that_do_not_depend_on_the_record_is_zero(bool stratified)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var posterior = new DiagonalGaussian(zeros([6, 3], float64) + 0.5, zeros([6, 3], float64) - 1);
        var found = new TotalCorrelationPenalty(1, stratified).TotalCorrelation(posterior.Sample(), posterior, records: 6).Number();
        // Weighted by 1/(N M) and not 1/M, each of the four logarithms is too low by ln N: (1 - 3) ln(1/6) remains.
        Assert.Equal(stratified ? 0 : 2 * Math.Log(6), found, 1e-12);
    }

    [Fact]
    public void Total_correlation_of_two_units_that_are_one_bit_twice_is_one_bit()
    {
        using var scope = NewDisposeScope();
        // Two records far apart, in both units: q(z) is 1/2 here and 1/2 there, and so is each unit's: ln(1/2) - 2 ln(1/2).
        var posterior = new DiagonalGaussian(
            tensor(
                new[,]
                {
                    { 0.0, 0.0 },
                    { 100.0, 100.0 },
                }
            ),
            zeros([2, 2], float64)
        );
        Assert.Equal(Math.Log(2), new TotalCorrelationPenalty(1, Stratified: true).TotalCorrelation(posterior.Mean, posterior, records: 2).Number(), 1e-12);
    }

    [Fact]
    public void Dip_penalties_by_hand()
    {
        using var scope = NewDisposeScope();
        // Means (1, 1), (-1, -1): all covariances 1. Variances of the posteriors: 2 and 1/2.
        var code = new Code(
            zeros(2, 2),
            zeros(2),
            null,
            new DiagonalGaussian(
                tensor(
                    new[,]
                    {
                        { 1.0, 1.0 },
                        { -1.0, -1.0 },
                    }
                ),
                tensor(
                    new[,]
                    {
                        { Math.Log(2), Math.Log(0.5) },
                        { Math.Log(2), Math.Log(0.5) },
                    }
                )
            )
        );
        using var model = Model("");
        Assert.Equal(3 * 2, new DisentangledInferredPriorPenalty(3, 5, WithPosteriorVariance: false).Charge(code, model, zeros(2, 16))!.Number(), 1e-12);
        // Aggregated variances 3 and 1.5.
        Assert.Equal(
            3 * 2 + 5 * (2 * 2 + 0.5 * 0.5),
            new DisentangledInferredPriorPenalty(3, 5, WithPosteriorVariance: true).Charge(code, model, zeros(2, 16))!.Number(),
            1e-12
        );
    }

    [Fact]
    public void Discrepancy_is_that_of_its_kernel_and_zero_in_mean_for_one_distribution()
    {
        using var scope = NewDisposeScope();
        // Two points each on a line, by hand: k(d) = sum of 2s / (2s + d^2).
        static double Kernel(double distance) => new[] { 0.1, 0.2, 0.5, 1, 2, 5, 10 }.Sum(s => 2 * s / (2 * s + distance * distance));
        var found = MaximumMeanDiscrepancyPenalty
            .SquaredDiscrepancy(
                tensor(
                    new[,]
                    {
                        { 0.0 },
                        { 1.0 },
                    }
                ),
                tensor(
                    new[,]
                    {
                        { 2.0 },
                        { 4.0 },
                    }
                )
            )
            .Number();
        Assert.Equal(Kernel(1) + Kernel(2) - 2 * (Kernel(2) + Kernel(4) + Kernel(1) + Kernel(3)) / 4, found, 1e-12);
        manual_seed(2);
        var same = Enumerable
            .Range(0, 200)
            .Select(_ => MaximumMeanDiscrepancyPenalty.SquaredDiscrepancy(randn([20, 2], float64), randn([20, 2], float64)).Number())
            .ToArray();
        var mean = same.Average();
        var error = Math.Sqrt(same.Sum(v => (v - mean) * (v - mean)) / (200 * 199));
        Assert.InRange(mean, -5 * error, 5 * error);
        Assert.True(MaximumMeanDiscrepancyPenalty.SquaredDiscrepancy(randn([200, 2], float64), randn([200, 2], float64) + 1).Number() > 100 * error);
    }

    [Fact]
    public void Capacity_holds_the_rate()
    {
        using var scope = NewDisposeScope();
        var code = new Code(zeros(2, 2), tensor([2.0, 4.0]));
        double Loss(double capacity, double epoch) =>
            new ElboObjective(10, WarmUpEpochs: 4, FreeNats: 0, capacity, BetaPerCount: 0, new NoPenalty())
                .Combine(tensor([1.0, 3.0]), code, epoch)
                .Loss.Number();
        // Distortion 2, rate 3: the distance from 8 nats after the warm-up, from 4 half way, from 0 at its start.
        Assert.Equal(2 + 10 * 5, Loss(8, 4));
        Assert.Equal(2 + 10 * 1, Loss(8, 2));
        Assert.Equal(2 + 10 * 3, Loss(8, 0));
    }

    [Fact]
    public void One_sample_is_the_ELBO_drawn_and_more_samples_are_a_tighter_bound()
    {
        using var scope = NewDisposeScope();
        using var model = Model("");
        manual_seed(3);
        var x = Records(200);
        var posterior = model.Encode(x, sample: false).Posterior!;
        var draws = posterior.Draw(50);
        var z = draws.Z;
        double Sum(int samples, int groups, double share = 0)
        {
            var terms = new ImportanceWeightedObjective(samples, groups, share, "plain").Loss(
                model,
                x,
                posterior,
                new(z.narrow(0, 0, samples * groups), draws.LogProbability.narrow(0, 0, samples * groups))
            );
            return share > 0 ? terms.Loss.Number() : (terms.Distortion + terms.Rate).mean().Number();
        }
        var one = z.narrow(0, 0, 1);
        var elbo = (-(model.Likelihood.LogProbability(x, model.Decode(one)) + model.Bottleneck.Prior!.LogProbability(one)) + posterior.LogProbability(one))
            .mean()
            .Number();
        // float32 sums of some hundred nats.
        Assert.Equal(elbo, Sum(1, 1), 1e-3);
        Assert.True(Sum(50, 1) < Sum(5, 10) && Sum(5, 10) < Sum(1, 50), "the bound tightens with K at the same draws");
        Assert.Equal(0.25 * Sum(1, 50) + 0.75 * Sum(50, 1), Sum(50, 1, share: 0.25), 1e-3);
    }

    [Fact]
    public void Plain_and_doubly_reparameterised_gradients_have_one_mean_and_sticking_the_landing_has_it_at_one_sample()
    {
        using var scope = NewDisposeScope();
        using var model = Model("hidden= latent=2");
        model.to(float64);
        manual_seed(4);
        // One record many times over: the mean over the batch is a mean over draws.
        var x = Records(1).to(float64).expand(4000, -1);
        var encoder = model.named_parameters().Where(p => p.name.StartsWith("encoder", StringComparison.Ordinal)).Select(p => p.parameter).ToArray();
        double[] Gradient(string kind, int samples)
        {
            model.zero_grad();
            new ImportanceWeightedObjective(samples, 1, 0, kind).Loss(model, x, x, 0).Loss.backward();
            return [.. encoder.SelectMany(p => p.grad!.Numbers())];
        }
        void OneMean(string a, string b, int samples)
        {
            const int Rounds = 20;
            var differences = Enumerable.Range(0, Rounds).Select(_ => Gradient(a, samples).Zip(Gradient(b, samples), (p, q) => p - q).ToArray()).ToArray();
            for (var i = 0; i < differences[0].Length; i++)
            {
                var mean = differences.Average(d => d[i]);
                var error = Math.Sqrt(differences.Sum(d => (d[i] - mean) * (d[i] - mean)) / (Rounds * (Rounds - 1)));
                // Student's t of 19 degrees of freedom exceeds 7 once in a million; there are about a hundred entries.
                Assert.InRange(mean, -7 * error - 1e-12, 7 * error + 1e-12);
            }
        }
        OneMean("plain", "dreg", samples: 5);
        OneMean("plain", "stl", samples: 1);
        static double Spread(IEnumerable<double[]> gradients)
        {
            var all = gradients.ToArray();
            return Enumerable
                .Range(0, all[0].Length)
                .Sum(i => all.Select(g => g[i]).ToArray() is var values ? values.Sum(v => Math.Pow(v - values.Average(), 2)) : 0);
        }
        // What dreg is for.
        Assert.True(Spread(Enumerable.Range(0, 10).Select(_ => Gradient("dreg", 20))) < Spread(Enumerable.Range(0, 10).Select(_ => Gradient("plain", 20))));
    }

    [Theory]
    [InlineData("sparse", "prior=vamp", "prior=vamp")]
    [InlineData("ae", "latent=3 objective=importance-weighted", "no prior and no posterior")]
    [InlineData("ae", "latent=3 penalty=mmd", "no prior and no posterior")]
    [InlineData("iwae", "penalty=mmd", "penalty=mmd goes with objective=elbo only")]
    [InlineData("vamp-vae", "free-nats=0.5", "needs a rate that is a sum over units")]
    [InlineData("vamp-vae", "posterior=batch-normalised", "which the pseudo-records of prior=vamp are not")]
    [InlineData("vae", "samples=5", "Unknown setting 'samples'")]
    [InlineData("iwae", "beta=2", "Unknown setting 'beta'")]
    public void Parts_that_do_not_go_together_are_refused(string preset, string settings, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<InvalidInputException>(() => ModelSpecification.Resolve(preset, Schema, Tiny.Settings(settings), [])).OnCommandLine()
        );

    [Fact]
    public void What_a_preset_prefers_of_a_part_not_chosen_falls_away()
    {
        var settings = ModelSpecification.Resolve("vae", Schema, Tiny.Settings("objective=importance-weighted"), []).Settings;
        Assert.False(settings.Values.ContainsKey("warm-up"));
        Assert.Equal("50", settings.Values["samples"]);
    }

    private static readonly ImageSchema Schema = new(4, 4, 1, 2);

    private static Autoencoder Model(string settings) =>
        ModelSpecification.Resolve("vae", Schema, Tiny.Settings($"hidden=8 latent=3 {settings}"), []).Build(seed: 1);

    private static Tensor Records(int count) => rand(count, 16).gt(0.5).to(float32);
}
