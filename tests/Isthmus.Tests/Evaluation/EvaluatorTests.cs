using Isthmus.Data.Images;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Training;

namespace Isthmus.Tests.Evaluation;

public class EvaluatorTests
{
    [Fact]
    public void Bounds_add_up_and_bits_are_nats_by_ln_2()
    {
        var evaluation = Evaluate("vae", "hidden=16 latent=4");
        double Value(string key) => evaluation[key]!.Value;
        // The three means are of the same draws: only float32 sums of 1024 terms differ.
        Assert.Equal(-Value("elbo_nats"), Value("distortion_nats") + Value("rate_nats"), Value("distortion_nats") * 1e-5);
        Assert.Equal(InformationUnits.NatsToBits(Value("elbo_nats")), Value("elbo_bits"), 1e-9);
        Assert.Equal(-Value("elbo_bits") / 1024, Value("bits_per_dim"), 1e-9);
        Assert.True(Value("nll_nats") < -Value("elbo_nats"));
        Assert.Equal(evaluation.UnitRatesNats!.Sum(), Value("rate_nats"), Value("rate_nats") * 1e-4);
        foreach (var key in new[] { "distortion_nats", "rate_nats", "elbo_nats", "nll_nats", "reconstruction_mse", "reconstruction_psnr_db" })
            Assert.True(evaluation[key]!.StandardError > 0, key);
    }

    [Fact]
    public void No_code_carries_more_than_the_source_holds_and_the_bounds_never_cross()
    {
        var evaluation = Evaluate("vae", "hidden=16 latent=8 beta=0.01");
        double Value(string key) => evaluation[key]!.Value;
        Assert.True(Value("rate_nats") > ShapesSource.FactorEntropy);
        Assert.InRange(Value("information_upper_nats"), Value("information_lower_nats"), ShapesSource.FactorEntropy);
        // Codes that carry nothing: what is left of both bounds is chance.
        evaluation = Evaluate("vae", "hidden=16 latent=4 beta=1000 warm-up=0");
        Assert.InRange(Value("information_lower_nats"), 0, Value("information_upper_nats"));
    }

    [Fact]
    public void Model_without_an_elbo_reports_none()
    {
        var evaluation = Evaluate("ae", "hidden=16 latent=4");
        Assert.NotNull(evaluation["distortion_nats"]);
        foreach (var key in new[] { "elbo_nats", "rate_nats", "bits_per_dim", "nll_nats" })
            Assert.Null(evaluation[key]);
    }

    [Fact]
    public void Denoising_is_measured_beside_the_noisy_input()
    {
        var evaluation = Evaluate("denoising", "hidden=16 latent=4");
        Assert.NotNull(evaluation["denoised_psnr_db"]);
        // A binary pixel with noise of deviation 1/2, clipped: E[error^2] = (Phi(2) - 1/2 - 2 phi(2)) / 4 + (1 - Phi(2)) = 0.1151,
        // which is 9.39 dB; each record averages 1024 of them (deviation 4 %, 0.2 dB), and there are 60 records.
        Assert.InRange(evaluation["noisy_psnr_db"]!.Value, 9.39 - 0.15, 9.39 + 0.15);
    }

    [Fact]
    public void Heavy_charge_collapses_the_code_and_the_verdict_says_so()
    {
        var evaluation = Evaluate("vae", "hidden=16 latent=4 beta=1000 warm-up=0 learning-rate=0.01 learning-rate-warm-up=0");
        Assert.StartsWith("Collapsed", evaluation.Verdict);
        Assert.Equal(0, evaluation["active_units"]!.Value);
    }

    [Fact]
    public void Every_factor_is_probed_when_there_are_several_labels()
    {
        var data = Tiny.Shapes(400);
        var run = TrainingRun.Train("ae", data, new() { Settings = Tiny.Settings("hidden=16 latent=8 epochs=1 batch-size=32"), Threads = 1 });
        var evaluation = Evaluator.Evaluate(run.Model, data.Test, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        foreach (var label in data.Test.Labels)
        {
            Assert.InRange(evaluation[$"linear_probe_accuracy_{label.Name}"]!.Value, 0, 1);
            Assert.InRange(evaluation[$"knn5_accuracy_{label.Name}"]!.Value, 0, 1);
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
