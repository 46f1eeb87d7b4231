using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Training;

public class TrainerTests
{
    [Theory]
    [InlineData("ae", "latent=8")]
    [InlineData("sparse", "latent=32 k=4")]
    [InlineData("sparse", "latent=32 bottleneck=l1")]
    [InlineData("sparse", "latent=32 bottleneck=kl-sparse")]
    [InlineData("denoising", "latent=8 corruption=masking")]
    [InlineData("vae", "latent=4 free-nats=0.1 optimizer=adam clip=50")]
    public void Training_lowers_distortion_on_records_it_does_not_see(string preset, string settings)
    {
        var run = TrainingRun.Train(
            preset,
            Tiny.Shapes(1000),
            new()
            {
                Settings = Tiny.Settings($"hidden=32 epochs=6 batch-size=32 learning-rate=3e-3 learning-rate-warm-up=10 average=0.9 {settings}"),
                Threads = 1,
            }
        );
        Assert.True(
            run.Epochs[^1].ValidationDistortionNats < 0.8 * run.Epochs[0].ValidationDistortionNats,
            string.Join(", ", run.Epochs.Select(e => e.ValidationDistortionNats))
        );
    }

    [Fact]
    public void A_gradient_is_at_most_so_many_means_of_the_norms_before_it()
    {
        const double Rate = 1e-3,
            Share = 0.01;
        var data = Tiny.Shapes(64);
        var plain = "hidden=8 latent=3 batch-size=16 optimizer=sgd momentum=0 weight-decay=0 learning-rate-warm-up=0 schedule=constant average=0";
        var settings = Tiny.Settings($"{plain} precision=float32 learning-rate={Rate} clip-spikes=0.5");
        using var trainer = new Trainer(ModelSpecification.Resolve("ae", data.Train.Schema, settings, TrainingSettings.All), data.Train, data.Validation, 1);
        double[] Weights() => [.. trainer.Model.parameters().SelectMany(parameter => parameter.Numbers())];
        var mean = 0.0;
        for (var step = 0; step < 6; step++)
        {
            var before = Weights();
            trainer.Step();
            var norm = Math.Sqrt(Weights().Zip(before, (now, then) => (now - then) * (now - then)).Sum()) / Rate;
            // The first is as it comes. From one step to the next it changes little, so that each later one is shortened to half the mean.
            if (step == 0)
                mean = norm;
            else
            {
                Assert.InRange(norm / mean, 0.5 * 0.99, 0.5 * 1.01);
                mean += Share * (0.5 * mean - mean);
            }
            Assert.InRange(trainer.State.GradientNorm / mean, 0.99, 1.01);
        }
    }

    [Fact]
    public void Training_stops_when_patience_is_out_and_keeps_the_first_best()
    {
        // Without steps nothing improves: the first epoch stays the best.
        var run = TrainingRun.Train(
            "vae",
            Tiny.Shapes(100),
            new() { Settings = Tiny.Settings("hidden=4 epochs=50 batch-size=16 learning-rate=0 patience=3"), Threads = 1 }
        );
        Assert.Equal(4, run.Epochs.Count);
        Assert.Equal(1, run.Model.Provenance.BestEpoch);
    }

    [Fact]
    public void Weights_of_the_best_epoch_are_restored()
    {
        // Steps far too large after a good start: the last epoch is not the best. A deterministic code has no noise to blur it.
        var data = Tiny.Shapes(400);
        var run = TrainingRun.Train(
            "ae",
            data,
            new() { Settings = Tiny.Settings("hidden=16 latent=4 epochs=12 batch-size=32 schedule=constant learning-rate=0.05 average=0"), Threads = 1 }
        );
        var best = run.Epochs.MinBy(epoch => epoch.ValidationLossNats)!;
        Assert.Equal(best.Epoch, run.Model.Provenance.BestEpoch);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = TensorBatches.Gather(data.Validation, [.. Enumerable.Range(0, data.Validation.Count)]);
        // The sum of 40 float32 losses below 1e4, one rounding of 2^-24 each.
        Assert.Equal(best.ValidationDistortionNats, run.Model.Network.Loss(x, 1).Distortion.mean().item<float>(), best.ValidationDistortionNats * 1e-5);
    }

    [Fact]
    public void Plateau_halves_the_step_size()
    {
        var run = TrainingRun.Train(
            "vae",
            Tiny.Shapes(100),
            new()
            {
                Settings = Tiny.Settings(
                    "hidden=4 epochs=8 batch-size=16 optimizer=sgd momentum=0 weight-decay=0 learning-rate=1e-30 learning-rate-warm-up=0 schedule=plateau "
                        + "plateau-epochs=2 patience=20"
                ),
                Threads = 1,
            }
        );
        // Best at epoch 1; two epochs without improvement end with epochs 3, 5 and 7.
        Assert.Equal([1e-30, 1e-30, 1e-30, 5e-31, 5e-31, 2.5e-31, 2.5e-31, 1.25e-31], run.Epochs.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Divergence_names_step_term_and_remedy()
    {
        var error = Assert.Throws<TrainingDivergedException>(() =>
            TrainingRun.Train(
                "ae",
                Tiny.Shapes(200),
                new()
                {
                    Settings = Tiny.Settings(
                        "hidden=16 latent=4 likelihood=gaussian variance=predicted epochs=5 batch-size=16 optimizer=sgd learning-rate=1e6 "
                            + "learning-rate-warm-up=0"
                    ),
                    Threads = 1,
                }
            )
        );
        Assert.Matches(@"^Training stopped at step \d+ \(epoch \d+\): the (distortion|rate|loss|gradient)\b.* is .*LearningRate", error.Message);
    }

    [Fact]
    public void Batch_larger_than_the_training_records_is_refused()
    {
        var error = Assert.Throws<InvalidInputException>(() =>
            TrainingRun.Train("vae", Tiny.Shapes(100), new() { Settings = Tiny.Settings("hidden=4 batch-size=81") })
        );
        Assert.Contains("80 training records", error.Message);
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    public void Same_seed_and_threads_give_the_same_weights(string precision)
    {
        byte[] Weights()
        {
            using var model = TrainingRun
                .Train("vae", Tiny.Shapes(200), new() { Settings = Tiny.Settings($"hidden=64 epochs=2 batch-size=32 precision={precision}"), Threads = 2 })
                .Model;
            return model.WeightBytes();
        }
        Assert.Equal(Weights(), Weights());
    }

    [Fact]
    public void Automatic_precision_is_decided_once_and_a_run_goes_on_in_it()
    {
        using var temporary = new TemporaryFolder();
        var usual = Isthmus.Compute.ProcessorSupport.MultipliesBfloat16 ? "bfloat16" : "float32";
        var other = usual == "float32" ? "bfloat16" : "float32";
        TrainingOptions options = new() { Settings = Tiny.Settings("hidden=4 epochs=1 batch-size=32"), Threads = 1 };
        static string Of(ModelSpecification specification) => specification.Settings.Get(TrainingSettings.Precision);
        using var model = TrainingRun.Train("vae", Tiny.Shapes(200), options).Model;
        Assert.Equal(usual, Of(model.Specification));
        // Real numbers need more digits than bfloat16 has.
        var columns = ModelSpecification.Resolve("vae", new VectorSchema(["a"]), Tiny.Settings("latent=1"), TrainingSettings.All);
        Assert.Equal("float32", Of(TrainingSettings.WithPrecision(columns, null)));

        options = options with { Folder = new(temporary.File("run")) };
        TrainingRun
            .Train("vae", Tiny.Shapes(200), options with { Settings = Tiny.Settings($"hidden=4 epochs=1 batch-size=32 precision={other}") })
            .Model.Dispose();
        Assert.Equal(other, Of(Checkpoint.Load(options.Folder.Checkpoint).Specification));
        using var resumed = TrainingRun.Train("vae", Tiny.Shapes(200), options with { Resume = true }).Model;
        Assert.Equal(other, Of(resumed.Specification));
        var error = Assert.Throws<InvalidInputException>(() =>
            TrainingRun.Train(
                "vae",
                Tiny.Shapes(200),
                options with
                {
                    Resume = true,
                    Settings = Tiny.Settings($"hidden=4 epochs=1 batch-size=32 precision={usual}"),
                }
            )
        );
        Assert.Contains($"Precision = {other}", error.Message);
    }

    [Fact]
    public void Ten_thousand_steps_leave_no_tensors_behind()
    {
        // What earlier tests left to the collector must not go in the middle of this one.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var alive = new List<long>();
        TrainingRun
            .Train(
                "vae",
                Tiny.Shapes(400),
                new() { Settings = Tiny.Settings("hidden=8 epochs=500 patience=500 batch-size=16"), Threads = 1 },
                new ImmediateProgress<TrainingProgress>(progress =>
                {
                    if (progress.Finished is not null)
                        alive.Add(Tensor.TotalCount);
                }),
                TestContext.Current.CancellationToken
            )
            .Model.Dispose();
        // The finaliser may still take some that building the model left; none may be added.
        Assert.True(alive[^1] <= alive[1], $"{alive[1]} tensors after the second epoch, {alive[^1]} after the last");
    }

    [Theory]
    [InlineData(50_000, 128, 390, 60, 20)]
    [InlineData(11_060, 128, 86, 60, 20)]
    [InlineData(320, 40, 8, 625, 208)]
    [InlineData(3, 1, 3, 1667, 555)]
    public void Left_alone_the_plan_fits_the_number_of_records(int records, int batch, int steps, int epochs, int patience)
    {
        var data = Isthmus.Data.Records.Dataset.Vectors("some", new VectorSchema(["a"]), new float[records]);
        var plan = TrainingPlan.For(Isthmus.Models.Primitives.Settings.Empty, data);
        Assert.Equal((batch, steps, epochs, patience), (plan.BatchSize, plan.StepsPerEpoch, plan.Epochs, plan.Patience));
        Assert.True(plan.LearningRateWarmUp <= plan.Steps / 10);
    }

    [Fact]
    public void A_presets_batch_gives_way_to_few_records_and_one_asked_for_does_not()
    {
        static Isthmus.Data.Records.Dataset Some(int records) => Isthmus.Data.Records.Dataset.Vectors("some", new VectorSchema(["a"]), new float[records]);
        var settings = Isthmus.Models.Primitives.Settings.Empty.Overlay([new("batch-size", "200")]);
        Assert.Equal(200, TrainingPlan.For(settings, Some(800), usualOfPreset: 200).BatchSize);
        Assert.Equal(99, TrainingPlan.For(settings, Some(799), usualOfPreset: 200).BatchSize);
        Assert.Equal(200, TrainingPlan.For(settings, Some(799)).BatchSize);
        Assert.Contains("larger than the 100 training records", Assert.Throws<InvalidInputException>(() => TrainingPlan.For(settings, Some(100))).Message);
    }
}
