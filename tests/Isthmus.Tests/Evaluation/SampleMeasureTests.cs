using Isthmus.Compute;
using Isthmus.Evaluation;
using Isthmus.Evaluation.Samples;
using Isthmus.Models.Primitives;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

public sealed class SampleMeasureTests
{
    static SampleMeasureTests() => TensorLibrary.EnsureLoaded();

    private static Tensor Line(params double[] places) => tensor([.. places.Select(place => (float)place)]).unsqueeze(1);

    [Fact]
    public void Precision_recall_density_and_coverage_by_hand()
    {
        using var scope = NewDisposeScope();
        // With k = 1 the real neighbourhoods reach 1, 1, 2 and 6: [-1, 1], [0, 2], [1, 5], [3, 15].
        var real = Line(0, 1, 3, 9);
        var samples = Line(0.5, 4, 100);
        Assert.Equal(2.0 / 3, SampleMeasures.Covered(real, samples, 1).Value, 1e-12);
        // 0.5 lies in two, 4 in two, 100 in none.
        Assert.Equal(4.0 / 3, SampleMeasures.Density(real, samples, 1).Value, 1e-6);
        Assert.Equal(1, SampleMeasures.Coverage(real, samples, 1).Value, 1e-12);
        // The samples' reach is 3.5, 3.5 and 96: [-3, 4], [0.5, 7.5], [4, 196] hold all four.
        Assert.Equal(1, SampleMeasures.Covered(samples, real, 1).Value, 1e-12);
    }

    [Fact]
    public void Frechet_distance_of_shifted_and_stretched_codes_is_that_of_their_gaussians()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var codes = randn(400, 3);
        Assert.Equal(0, SampleMeasures.FrechetDistance(codes, codes).Value, 1e-9);
        Assert.Equal(3 * 4, SampleMeasures.FrechetDistance(codes, codes + 2).Value, 1e-4);
        // tr(S + 9 S - 2 * 3 S) = 4 tr S about one mean; the mean of these codes moves by 2 of itself.
        var expected = 4 * codes.var([0L]).sum().item<float>() + 4 * codes.mean([0L]).square().sum().item<float>();
        Assert.Equal(expected, SampleMeasures.FrechetDistance(codes, 3 * codes).Value, 1e-3);
    }

    [Fact]
    public void Discrepancy_by_hand_and_near_zero_for_one_distribution()
    {
        using var scope = NewDisposeScope();
        // k(a, b) = (a b + 1)^3 on a line: within 0 and 1: 1; within 1 and 2: 27; across: mean of 1, 1, 8, 27.
        Assert.Equal(1 + 27 - 2 * (1 + 1 + 8 + 27) / 4.0, SampleMeasures.Discrepancy(Line(0, 1), Line(1, 2)), 1e-9);
        manual_seed(3);
        var same = SampleMeasures.KernelDistance(randn(500, 4), randn(500, 4));
        Assert.InRange(same.Value, -4.5 * same.StandardError, 4.5 * same.StandardError);
        var other = SampleMeasures.KernelDistance(randn(500, 4), randn(500, 4) + 2);
        Assert.True(other.Value > 4.5 * other.StandardError);
    }

    [Fact]
    public void Reference_encoder_is_the_same_each_time_and_its_hash_is_checked()
    {
        var data = Tiny.Shapes(400);
        using var model = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=8 latent=3 epochs=1 batch-size=32"), Threads = 1 }).Model;
        EvaluationReport Evaluate(int samples, string? hash = null) =>
            Evaluator.Evaluate(
                model,
                data.Test,
                data.Train,
                new()
                {
                    ImportanceSamples = 0,
                    Samples = samples,
                    ReferenceHash = hash,
                },
                cancellationToken: TestContext.Current.CancellationToken
            );
        using (
            ReferenceEncoder first = ReferenceEncoder.Of(data.Train, TestContext.Current.CancellationToken),
                second = ReferenceEncoder.Of(data.Train, TestContext.Current.CancellationToken)
        )
        {
            Assert.Equal(first.Hash, second.Hash);
            var evaluation = Evaluate(40, first.Hash[..8]);
            var samples = evaluation.Samples!;
            Figure[] all =
            [
                samples.Precision,
                samples.Recall,
                samples.Density,
                samples.Coverage,
                samples.SquaredMmd,
                samples.FrechetDistance,
                samples.ReconstructionFrechetDistance,
            ];
            Assert.All(all, figure => Assert.True(double.IsFinite(figure.Value), figure.Key));
            Assert.Contains(evaluation.Warnings, warning => warning.Contains(first.Hash[..16]));
        }
        Assert.Contains("two code spaces", Assert.Throws<InvalidInputException>(() => Evaluate(40, "00000000000")).Message);
        Assert.Contains("give at least 20", Assert.Throws<InvalidInputException>(() => Evaluate(4)).Message);
    }

    [Theory]
    [InlineData("beta=1024", "KL scale: beta=1024")]
    [InlineData("beta=0.0009765625", "KL scale: beta=")]
    public void A_weight_that_belongs_to_means_is_named(string setting, string words) =>
        Assert.Contains(words, Verdict($"hidden=8 latent=3 epochs=1 batch-size=32 {setting}"));

    [Fact]
    public void A_model_that_knows_its_training_records_by_heart_is_told_so()
    {
        Assert.Contains(
            "Overfitting: a test picture costs",
            Verdict("hidden=400 latent=40 epochs=80 batch-size=20 beta=0.1 weight-decay=0 patience=80 learning-rate=0.003", records: 100)
        );
        Assert.DoesNotContain("Overfitting", Verdict("hidden=8 latent=3 epochs=1 batch-size=32"));
    }

    private static string Verdict(string settings, int records = 300)
    {
        var data = Tiny.Shapes(records);
        using var model = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings($"{settings} precision=float32"), Threads = 1 }).Model;
        return Evaluator
            .Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = 0 }, cancellationToken: TestContext.Current.CancellationToken)
            .Verdict;
    }
}
