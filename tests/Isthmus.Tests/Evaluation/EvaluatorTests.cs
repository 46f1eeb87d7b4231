using Isthmus.Data.Images;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Tests.Evaluation;

public class EvaluatorTests
{
    [Fact]
    public void Bounds_add_up_and_bits_are_nats_by_ln_2()
    {
        var evaluation = Evaluate("vae", "hidden=16 latent=4");
        var (distortion, rate, elbo) = (evaluation.Distortion.Nats.Value, evaluation.Rate!.Nats.Value, evaluation.Elbo!.Nats.Value);
        // The three means are of the same draws: only float32 sums of 1024 terms differ.
        Assert.Equal(-elbo, distortion + rate, distortion * 1e-5);
        Assert.Equal(InformationUnits.NatsToBits(elbo), evaluation.Elbo.Bits.Value, 1e-9);
        Assert.Equal(-evaluation.Elbo.Bits.Value / 1024, evaluation.BitsPerDimension!.Value, 1e-9);
        Assert.True(evaluation.NegativeLogLikelihood!.Nats.Value < -elbo);
        Assert.Equal(evaluation.UnitRatesNats!.Sum(), rate, rate * 1e-4);
        Figure[] uncertain =
        [
            evaluation.Distortion.Nats,
            evaluation.Rate.Nats,
            evaluation.Elbo.Nats,
            evaluation.NegativeLogLikelihood.Nats,
            evaluation.Reconstruction.MeanSquaredError!,
            evaluation.Reconstruction.Psnr!,
        ];
        Assert.All(uncertain, figure => Assert.True(figure.StandardError > 0, figure.Key));
    }

    [Fact]
    public void No_code_carries_more_than_the_source_holds_and_the_bounds_never_cross()
    {
        var evaluation = Evaluate("vae", "hidden=16 latent=8 beta=0.01");
        var (least, most) = (evaluation.Information.LowerBound!.Nats.Value, evaluation.Information.UpperBound!.Nats.Value);
        Assert.True(evaluation.Rate!.Nats.Value > ShapesSource.FactorEntropy);
        Assert.InRange(most, least, ShapesSource.FactorEntropy);
        // Codes that carry nothing: what is left of both bounds is chance.
        evaluation = Evaluate("vae", "hidden=16 latent=4 beta=1000 warm-up=0");
        Assert.InRange(evaluation.Information.LowerBound!.Nats.Value, 0, evaluation.Information.UpperBound!.Nats.Value);
    }

    [Fact]
    public void Model_without_an_elbo_reports_none()
    {
        var evaluation = Evaluate("ae", "hidden=16 latent=4");
        Assert.True(double.IsFinite(evaluation.Distortion.Nats.Value));
        Assert.Null(evaluation.Elbo);
        Assert.Null(evaluation.Rate);
        Assert.Null(evaluation.BitsPerDimension);
        Assert.Null(evaluation.NegativeLogLikelihood);
    }

    [Fact]
    public void Denoising_is_measured_beside_the_noisy_input()
    {
        var evaluation = Evaluate("denoising", "hidden=16 latent=4");
        Assert.NotNull(evaluation.Denoising?.Psnr);
        // A binary pixel with noise of deviation 1/2, clipped: E[error^2] = (Phi(2) - 1/2 - 2 phi(2)) / 4 + (1 - Phi(2)) = 0.1151,
        // which is 9.39 dB; each record averages 1024 of them (deviation 4 %, 0.2 dB), and there are 60 records.
        Assert.InRange(evaluation.Denoising!.NoisyPsnr!.Value, 9.39 - 0.15, 9.39 + 0.15);
    }

    [Fact]
    public void Heavy_charge_collapses_the_code_and_the_verdict_says_so()
    {
        var evaluation = Evaluate("vae", "hidden=16 latent=4 beta=1000 warm-up=0 learning-rate=0.01 learning-rate-warm-up=0");
        Assert.StartsWith("Collapsed", evaluation.Verdict);
        Assert.Equal(0, evaluation.Code.ActiveUnits!.Value);
    }

    [Fact]
    public void Every_factor_is_probed_when_there_are_several_labels()
    {
        var data = Tiny.Shapes(400);
        var run = TrainingRun.Train("ae", data, new() { Settings = Tiny.Settings("hidden=16 latent=8 epochs=1 batch-size=32"), Threads = 1 });
        var evaluation = Evaluator.Evaluate(run.Model, data.Test, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        foreach (var label in data.Test.Labels)
        {
            Assert.InRange(evaluation.Probes[label.Name].LinearAccuracy.Value, 0, 1);
            Assert.InRange(evaluation.Probes[label.Name].NearestNeighbourAccuracy.Value, 0, 1);
        }
    }

    [Fact]
    public void Same_seed_gives_the_same_figures()
    {
        var data = Tiny.Shapes(300);
        using var model = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=8 latent=4 epochs=1 batch-size=32"), Threads = 1 }).Model;
        IReadOnlyDictionary<string, double> Figures(int seed) =>
            Evaluator
                .Evaluate(model, data.Test, null, new() { Seed = seed, ImportanceSamples = 5 }, cancellationToken: TestContext.Current.CancellationToken)
                .Values;
        Assert.Equal(Figures(3), Figures(3));
        Assert.NotEqual(Figures(3)["elbo_nats"], Figures(4)["elbo_nats"]);
    }

    [Fact]
    public void Data_of_another_shape_is_refused()
    {
        var data = Tiny.Shapes(300);
        using var model = TrainingRun.Train("ae", data, new() { Settings = Tiny.Settings("hidden=8 latent=4 epochs=1 batch-size=32"), Threads = 1 }).Model;
        var other = Dataset.Images("other", new ImageSchema(8, 8, 1, 2), new byte[128]);
        Assert.Contains(
            "8 x 8",
            Assert
                .Throws<InvalidInputException>(() => Evaluator.Evaluate(model, other, null, new(), cancellationToken: TestContext.Current.CancellationToken))
                .Message
        );
    }

    private static EvaluationReport Evaluate(string preset, string settings)
    {
        var data = Tiny.Shapes(600);
        using var model = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings($"epochs=3 batch-size=32 {settings}"), Threads = 1 }).Model;
        return Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = 20 }, cancellationToken: TestContext.Current.CancellationToken);
    }
}
