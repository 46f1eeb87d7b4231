using Isthmus.Cli.Output;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Penalties of the maps and those that a discriminator tells, by hand.</summary>
public sealed class PenaltyTests
{
    static PenaltyTests() => TensorLibrary.EnsureLoaded();

    [Fact]
    public void Information_of_codes_far_apart_is_ln_of_the_batch_and_of_equal_ones_nothing()
    {
        using var scope = NewDisposeScope();
        var apart = new DiagonalGaussian(100 * arange(8, dtype: float64).unsqueeze(1), zeros([8, 1], float64));
        Assert.Equal(Math.Log(8), MutualInformationPenalty.Information(apart.Mean, apart).Number(), 1e-9);
        var one = new DiagonalGaussian(zeros([8, 3], float64), zeros([8, 3], float64));
        Assert.Equal(0, MutualInformationPenalty.Information(randn([8, 3], float64), one).Number(), 1e-12);
    }

    [Fact]
    public void Squared_derivative_of_a_linear_map_is_in_mean_that_of_its_matrix()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var matrix = randn([3, 5], float64);
        const int Draws = 4000;
        var found = Enumerable
            .Range(0, 20)
            .Select(_ => ContractivePenalty.SquaredDerivative(zeros([Draws, 5], float64), x => x.matmul(matrix.t())).Number())
            .ToArray();
        var error = Math.Sqrt(found.Sum(value => Math.Pow(value - found.Average(), 2)) / (20 * 19));
        // Student's t of 19 degrees of freedom exceeds 7 once in a million.
        Assert.Equal(matrix.square().sum().Number(), found.Average(), 7 * error);
    }

    [Fact]
    public void Spectral_norm_is_the_largest_singular_value()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(3, DecoderPenalty.SpectralNorm(diag(tensor(new[] { 3.0, 0.1, -0.2 }))).Number(), 1e-9);
        Assert.Equal(Math.Sqrt(14) * Math.Sqrt(5), DecoderPenalty.SpectralNorm(outer(tensor([1.0, 2, 3]), tensor([1.0, 2]))).Number(), 1e-9);
    }

    [Theory]
    [InlineData("factor-vae", "ratio-weight")]
    [InlineData("aae", "adversary-weight")]
    public void The_discriminator_learns_its_own_loss_and_the_model_learns_through_it(string preset, string weight)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, double[]> Gradients(string settings)
        {
            using var model = ModelSpecification
                .Resolve(preset, new ImageSchema(4, 4, 1, 2), Tiny.Settings($"hidden=8 latent=3 adversary-hidden=6 beta=0 {settings}"), [])
                .Build(seed: 1);
            model.train();
            manual_seed(2);
            model.Loss(rand(16, 16).round(), 0).Loss.backward();
            return model.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.Numbers());
        }
        var (none, some) = (Gradients($"{weight}=0"), Gradients($"{weight}=5"));
        Assert.Contains(none.Keys, name => name.StartsWith("adversary"));
        foreach (var (name, gradient) in none)
        {
            var same = gradient.Zip(some[name]).All(pair => pair.First == pair.Second);
            // The weight is between the model and the discriminator: it reaches the encoder, and nothing else.
            Assert.Equal(!name.StartsWith("encoder"), same);
        }
    }

    [Fact]
    public void A_discriminator_that_knows_nothing_loses_one_bit_and_one_of_two_heaps_learns_to_tell_them()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var judge = new Discriminator(2, [16]);
        using (no_grad())
            foreach (var (name, parameter) in judge.named_parameters())
                if (name.StartsWith("layers.1"))
                    parameter.zero_();
        Assert.Equal(Math.Log(2), judge.Loss(randn(9, 2), randn(9, 2)).Number(), 1e-6);
        var optimiser = optim.Adam(judge.parameters(), 0.01);
        for (var step = 0; step < 200; step++)
        {
            optimiser.zero_grad();
            judge.Loss(randn(32, 2) + 3, randn(32, 2) - 3).backward();
            optimiser.step();
        }
        Assert.True(judge.Loss(randn(500, 2) + 3, randn(500, 2) - 3).Number() < 0.1);
    }

    [Fact]
    public void The_discriminator_moves_by_its_own_step_size()
    {
        using var scope = NewDisposeScope();
        double[] Moved(string rate)
        {
            var specification = ModelSpecification.Resolve(
                "aae",
                Tiny.Shapes(64).Train.Schema,
                Tiny.Settings($"hidden=8 latent=3 adversary-hidden=6 adversary-learning-rate={rate} batch-size=16"),
                Isthmus.Training.TrainingSettings.All
            );
            using var trainer = new Isthmus.Training.Trainer(specification, Tiny.Shapes(64).Train, Tiny.Shapes(64).Validation, seed: 1);
            double[] Of(bool adversary) =>
                [.. trainer.Model.named_parameters().Where(p => p.name.StartsWith("adversary") == adversary).SelectMany(p => p.parameter.Numbers())];
            var (before, own) = (Of(true), Of(false));
            trainer.Step();
            return [Of(true).Zip(before, (a, b) => Math.Abs(a - b)).Max(), Of(false).Zip(own, (a, b) => Math.Abs(a - b)).Max()];
        }
        var (still, moving) = (Moved("0"), Moved("0.01"));
        Assert.Equal(0, still[0]);
        Assert.True(moving[0] > 0);
        Assert.Equal(still[1], moving[1]);
    }

    [Theory]
    [InlineData("vae", "latent=3 posterior=full-covariance penalty=total-correlation", "no posterior of independent units")]
    [InlineData("iwae", "posterior=inverse-autoregressive-flow", "give --set gradient=plain")]
    [InlineData("vamp-vae", "posterior=full-covariance", "posterior=diagonal")]
    [InlineData("ladder-vae", "prior=mixture", "a ladder code has no prior to choose")]
    [InlineData("vq-vae", "posterior=full-covariance", "a vector-quantised code has no posterior to choose")]
    [InlineData("vq-vae", "objective=importance-weighted gradient=plain", "no draws that can be differentiated")]
    [InlineData("rae", "penalty=adversarial", "no prior and no posterior")]
    public void Codes_that_a_part_cannot_work_with_are_refused(string preset, string settings, string expected) =>
        Assert.Contains(
            expected,
            Assert
                .Throws<InvalidInputException>(() => ModelSpecification.Resolve(preset, new ImageSchema(4, 4, 1, 2), Tiny.Settings(settings), []))
                .OnCommandLine()
        );

    [Fact]
    public void A_partial_bound_teaches_the_decoder_by_all_draws_and_the_encoder_by_groups()
    {
        using var scope = NewDisposeScope();
        using var model = ModelSpecification.Resolve("vae", new ImageSchema(4, 4, 1, 2), Tiny.Settings("hidden=8 latent=3"), []).Build(seed: 1);
        model.to(float64);
        manual_seed(6);
        var x = rand([4, 16], float64).round();
        var noise = randn([6, 4, 3], float64);
        Dictionary<string, double[]> Gradients(int samples, int groups, bool isPartial)
        {
            model.zero_grad();
            var posterior = (DiagonalGaussian)model.Encode(x, sample: false).Posterior!;
            new ImportanceWeightedObjective(samples, groups, 0, "dreg", isPartial).Loss(model, x, posterior, posterior.At(noise)).Loss.backward();
            return model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.Numbers());
        }
        var (partial, grouped, whole) = (Gradients(2, 3, true), Gradients(2, 3, false), Gradients(6, 1, false));
        foreach (var (name, gradient) in partial)
            foreach (var (expected, actual) in (name.StartsWith("decoder") ? whole : grouped)[name].Zip(gradient))
                Assert.Equal(expected, actual, 1e-12);
    }
}
