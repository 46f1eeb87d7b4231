using Isthmus.Compute;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Codes, what is charged for them, and how the objective adds that up.</summary>
public sealed class BottleneckTests
{
    static BottleneckTests() => TensorLibrary.EnsureLoaded();

    [Fact]
    public void Divergence_is_zero_at_the_prior_and_only_there()
    {
        using var scope = NewDisposeScope();
        Assert.All(new DiagonalGaussian(zeros(2, 3), zeros(2, 3)).UnitDivergenceFromStandardNormal().Numbers(), rate => Assert.Equal(0, rate));
        manual_seed(1);
        Assert.All(new DiagonalGaussian(randn(50, 3), randn(50, 3)).UnitDivergenceFromStandardNormal().Numbers(), rate => Assert.True(rate > 0));
    }

    [Fact]
    public void Divergence_equals_its_Monte_Carlo_estimate()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        const int Draws = 20_000;
        var posterior = new DiagonalGaussian(randn([4, 3], float64), randn([4, 3], float64));
        var z = posterior.Sample(Draws);
        Assert.Equal([Draws, 4, 3], z.shape);
        var ratios = posterior.LogProbability(z) - new StandardNormalPrior(3).LogProbability(z);
        var estimate = ratios.mean([0L]).Numbers();
        var error = (ratios.std(0) / Math.Sqrt(Draws)).Numbers();
        var exact = posterior.UnitDivergenceFromStandardNormal().sum(-1).Numbers();
        // Five standard errors of the mean of 20,000 draws: a false alarm once in 1.7 million.
        for (var i = 0; i < exact.Length; i++)
            Assert.Equal(exact[i], estimate[i], 5 * error[i]);
    }

    [Fact]
    public void Posterior_density_at_the_prior_is_the_prior_density()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var z = randn([7, 3], float64);
        // The same three numbers summed: a rounding or two of numbers below 20.
        foreach (
            var (expected, actual) in new StandardNormalPrior(3)
                .LogProbability(z)
                .Numbers()
                .Zip(new DiagonalGaussian(zeros_like(z), zeros_like(z)).LogProbability(z).Numbers())
        )
            Assert.Equal(expected, actual, 1e-13);
        // ln N(0; 0, I) = -L/2 ln 2 pi.
        Assert.Equal(-1.5 * Math.Log(2 * Math.PI), new StandardNormalPrior(3).LogProbability(zeros([1, 3], float64)).Number(), 1e-14);
    }

    [Fact]
    public void Sampled_code_is_mean_plus_deviation_times_the_noise_of_the_seed()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new GaussianBottleneck(new StandardNormalPrior(3));
        manual_seed(4);
        var head = randn(5, 6);
        manual_seed(5);
        var noise = randn(5, 3);
        manual_seed(5);
        var code = bottleneck.Encode(head, sample: true);
        var expected = head.narrow(1, 0, 3) + (0.5 * head.narrow(1, 3, 3)).exp() * noise;
        Assert.Equal(expected.Numbers(), code.Z.Numbers());
        Assert.Equal(head.narrow(1, 0, 3).Numbers(), bottleneck.Encode(head, sample: false).Z.Numbers());
        Assert.Equal(code.UnitRates!.sum(-1).Numbers(), code.Rate.Numbers());
    }

    [Fact]
    public void Gaussian_code_of_an_extreme_head_is_finite()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new GaussianBottleneck(new StandardNormalPrior(1));
        foreach (var logVariance in new[] { -1e4f, 1e4f })
        {
            var head = tensor([0.5f, logVariance]).unsqueeze(0);
            head.requires_grad = true;
            var code = bottleneck.Encode(head, sample: true);
            (code.Rate + code.Z.sum(-1)).sum().backward();
            Assert.True(double.IsFinite(code.Rate.Number()) && double.IsFinite(code.Z.Number()));
            Assert.All(head.grad!.Numbers(), gradient => Assert.True(double.IsFinite(gradient)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Top_k_never_has_more_than_k_units_active(int k)
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new TopKBottleneck(8, k);
        manual_seed(6);
        var head = 3 * randn(40, 8) + arange(8, dtype: float32);
        foreach (var training in new[] { true, false })
        {
            bottleneck.train(training);
            var z = bottleneck.Encode(head, sample: training).Z;
            Assert.All(z.gt(0).sum(-1).Numbers(), active => Assert.InRange(active, 0, k));
            // Most records have as many positive units as that, so the bound is met and not only kept.
            Assert.Contains(z.gt(0).sum(-1).Numbers(), active => active == k);
            Assert.All(z.Numbers(), unit => Assert.True(unit >= 0));
        }
    }

    [Fact]
    public void Top_k_keeps_the_units_furthest_above_their_mean()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new TopKBottleneck(2, 1);
        // Unit 1 is always the larger number; after standardisation each unit wins one record.
        var z = bottleneck
            .Encode(
                tensor(
                    new float[,]
                    {
                        { 1, 100 },
                        { -1, 102 },
                    }
                ),
                sample: true
            )
            .Z;
        // (1 - 0) / sqrt(1 + 1e-5), biased variance: 1 - 5e-6, in float32 at 100 known to 1e-5.
        Assert.Equal(1, z[0, 0].Number(), 2e-5);
        Assert.Equal(0, z[0, 1].Number());
        Assert.Equal(0, z[1, 0].Number());
        Assert.Equal(1, z[1, 1].Number(), 2e-5);
    }

    /// <summary>The last batch of an epoch may hold one record, which has no variance of its own.</summary>
    [Fact]
    public void Top_k_trains_on_a_batch_of_one_record_by_its_running_figures()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new TopKBottleneck(3, 1);
        bottleneck.train();
        var before = bottleneck.named_buffers().SelectMany(buffer => buffer.buffer.Numbers()).ToArray();
        var z = bottleneck
            .Encode(
                tensor(
                    new float[,]
                    {
                        { 1, 3, 2 },
                    }
                ),
                sample: true
            )
            .Z;
        // Running mean 0 and variance 1 at first: 3 / sqrt(1 + 1e-5) = 3 (1 - 5e-6), in float32.
        Assert.Equal(3 / Math.Sqrt(1 + 1e-5), z[0, 1].Number(), 1e-6);
        Assert.Equal(1, z.gt(0).sum().Number());
        Assert.Equal(before, bottleneck.named_buffers().SelectMany(buffer => buffer.buffer.Numbers()));
    }

    [Fact]
    public void L1_charges_the_weighted_sum_of_active_units()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new L1Bottleneck(3, weight: 2);
        var code = bottleneck.Encode(
            tensor(
                new float[,]
                {
                    { 1, -5, 0.5f },
                    { -1, -1, -1 },
                }
            ),
            sample: true
        );
        Assert.Equal([1, 0, 0.5, 0, 0, 0], code.Z.Numbers());
        Assert.Equal([3, 0], code.Rate.Numbers());
    }

    [Fact]
    public void Kl_sparse_charge_is_zero_at_the_target_rate_and_finite_at_saturation()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new KlSparseBottleneck(1, targetRate: 0.25, weight: 3);
        // A mean activation of 0.25 is a head of -ln 3.
        Assert.Equal(0, bottleneck.Encode(full(4, 1, -Math.Log(3), dtype: float64), sample: true).Rate[0].Number(), 1e-12);
        // At a rate of 1/2: 3 (0.25 ln(0.25 / 0.5) + 0.75 ln(0.75 / 0.5)).
        Assert.Equal(3 * (0.25 * Math.Log(0.5) + 0.75 * Math.Log(1.5)), bottleneck.Encode(zeros([4, 1], float64), sample: true).Rate[2].Number(), 1e-12);
        foreach (var extreme in new[] { -1e4f, 1e4f })
        {
            var head = full(4, 1, extreme);
            head.requires_grad = true;
            var rate = bottleneck.Encode(head, sample: true).Rate.sum();
            rate.backward();
            Assert.True(double.IsFinite(rate.Number()) && rate.Number() > 0);
            Assert.All(head.grad!.Numbers(), gradient => Assert.True(double.IsFinite(gradient)));
        }
    }

    [Fact]
    public void Objective_weighs_the_rate_by_beta_and_warm_up()
    {
        using var scope = NewDisposeScope();
        // Distortion 2 on average, rate 3 on average.
        var distortion = tensor([1.0, 3.0]);
        var code = new Code(
            zeros(2, 2),
            tensor([2.0, 4.0]),
            tensor(
                new[,]
                {
                    { 2.0, 0.0 },
                    { 4.0, 0.0 },
                }
            )
        );
        double Loss(double beta, double warmUp, double free, double epoch) =>
            new ElboObjective(beta, warmUp, free, Capacity: 0, BetaPerCount: 0, new NoPenalty()).Combine(distortion, code, epoch).Loss.Number();
        Assert.Equal(5, Loss(1, 0, 0, 0));
        Assert.Equal(14, Loss(4, 0, 0, 0));
        Assert.Equal(2, Loss(1, 10, 0, 0));
        Assert.Equal(3.5, Loss(1, 10, 0, 5));
        Assert.Equal(5, Loss(1, 10, 0, 10));
        Assert.Equal(5, Loss(1, 10, 0, 1000));
        // Two cycles: grown from 0 over 10 epochs and held for 10, twice, and then for good.
        foreach (var (epoch, weight) in ((double, double)[])[(5, 0.5), (15, 1), (20, 0), (25, 0.5), (39, 1), (40, 1), (45, 1)])
            Assert.Equal(
                2 + 3 * weight,
                new ElboObjective(1, 10, FreeNats: 0, Capacity: 0, BetaPerCount: 0, new NoPenalty()) { WarmUpCycles = 2 }
                    .Combine(distortion, code, epoch)
                    .Loss.Number()
            );
        // Free nats: unit 0 is charged 3, unit 1 uses nothing and counts as the half nat it may use.
        Assert.Equal(2 + 3 + 0.5, Loss(1, 0, 0.5, 0));
        Assert.Equal(2 + 2 * (4 + 4), Loss(2, 0, 4, 0));
    }

    [Fact]
    public void Free_nats_give_no_gradient_to_a_unit_that_uses_less()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = new GaussianBottleneck(new StandardNormalPrior(2));
        // Means 0.1 and 3, variances 1: the units' rates are 0.005 and 4.5 nats.
        var head = tensor([0.1f, 3, 0, 0]).unsqueeze(0);
        head.requires_grad = true;
        new ElboObjective(1, 0, FreeNats: 0.5, Capacity: 0, BetaPerCount: 0, new NoPenalty())
            .Combine(zeros(1), bottleneck.Encode(head, sample: false), 0)
            .Loss.backward();
        // d(mean^2 / 2) = mean for the unit that pays.
        Assert.Equal([0, 3, 0, 0], head.grad!.Numbers());
    }
}
