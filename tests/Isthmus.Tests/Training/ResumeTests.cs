using Isthmus.Cli.Output;
using Isthmus.Data.Arrays;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Training;

namespace Isthmus.Tests.Training;

public class ResumeTests
{
    private const int Steps = 3 * 7;

    public static TheoryData<string, string, string, int> Runs() =>
        new()
        {
            { "vae", "mlp", "hidden=16", 1 },
            { "vae", "mlp", "hidden=16 norm=batch dropout=0.2", 10 },
            { "vae", "conv", "channels=4,4 dense=8", 6 },
            { "vae", "conv", "channels=4,4 dense=8 residual=1", Steps - 1 },
            { "sparse", "mlp", "hidden=16 latent=32 k=4", 8 },
            { "vamp-vae", "mlp", "hidden=16 pseudo-inputs=20 objective=importance-weighted samples=3", 8 },
            { "info-vae", "mlp", "hidden=16 prior=mixture prior-components=3", 15 },
            { "factor-vae", "mlp", "hidden=16 adversary-hidden=8", 9 },
            { "aae", "conv", "channels=4,4 dense=8 adversary-hidden=8 bottleneck=ladder latent=5", 12 },
            { "vq-vae", "mlp", "hidden=16 latent=8 codebook=6 code-hidden=12", 10 },
            {
                "iaf-vae",
                "mlp",
                "hidden=16 latent=4 flow-hidden=8 flow-context=3 prior=flow flow-steps=1 objective=importance-weighted gradient=plain samples=3",
                11
            },
            { "cond-vae", "conv", "channels=4,4 dense=8 latent=4 target=scale", 9 },
            { "vib", "mlp", "hidden=16 latent=4", 9 },
            { "vae", "mlp", "hidden=16 latent=8 bottleneck=categorical choices=4", 9 },
            { "contractive", "mlp", "hidden=16 latent=4", 5 },
            { "rae", "conv", "channels=4,4 dense=8 latent=4 decoder-penalty=gradient", 5 },
            { "vae", "mlp", "hidden=16 latent=4 posterior=full-covariance penalty=none", 5 },
            { "vae", "mlp", "hidden=16 latent=4 posterior=low-rank rank=2", 5 },
            { "vae", "mlp", "hidden=16 latent=4 posterior=batch-normalised encoder-steps=2 warm-up=1 warm-up-cycles=2", 10 },
            { "vae", "mlp", "hidden=16 latent=4 posterior=minimum-rate free-nats=0.1", 5 },
            { "denoising", "mlp", "hidden=16 optimizer=sgd learning-rate=1e-4 schedule=plateau", 13 },
            { "rec-vae", "dense", "dense-width=16 dense-depth=2 latent=4 encoder-epochs=1", 4 },
        };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Resumed_run_equals_uninterrupted_run(string preset, string net, string settings, int interruptedAfter)
    {
        using var temporary = new TemporaryFolder();
        var whole = Run("whole", interruptAfter: null, resume: false);
        Assert.Throws<OperationCanceledException>(() => Run("parts", interruptedAfter, resume: false));
        Assert.Equal(interruptedAfter, Checkpoint.Load(Folder("parts").Checkpoint).State.Step);
        var resumed = Run("parts", interruptAfter: null, resume: true);

        Assert.Equal(whole.Model.WeightBytes(), resumed.Model.WeightBytes());
        Assert.Equal(Calibration(whole), Calibration(resumed));
        Assert.Equal(File.ReadAllBytes(Folder("whole").Metrics), File.ReadAllBytes(Folder("parts").Metrics));

        RunFolder Folder(string name) => new(temporary.File(name));

        static byte[] Calibration(TrainingRun run)
        {
            using var stream = new MemoryStream();
            run.Model.Calibration?.Write(stream);
            return stream.ToArray();
        }

        TrainingRun Run(string name, int? interruptAfter, bool resume) =>
            Train(
                preset,
                preset == "rec-vae" ? Histories.TwoTastes() : Tiny.Shapes(280),
                $"{settings} net={net} epochs=3 batch-size={(preset == "rec-vae" ? 16 : 32)}",
                Folder(name),
                interruptAfter,
                resume
            );
    }

    /// <summary>Counts of dead units, thresholds and the place in the file: all that a run knows is in its checkpoint.</summary>
    [Theory]
    [InlineData("top-k-sae", "k=3")]
    [InlineData("batch-top-k-sae", "k=3")]
    [InlineData("jump-relu-sae", "warm-up=0")]
    [InlineData("gated-sae", "warm-up=0")]
    [InlineData("gated-sae", "warm-up=0 net=mlp hidden=8")]
    public void Resumed_run_on_a_file_equals_uninterrupted_run(string preset, string settings)
    {
        using var temporary = new TemporaryFolder();
        var random = new Random(1);
        NumpyWriter.Write(
            temporary.File("a.npy"),
            5,
            [
                [.. Enumerable.Range(0, 400 * 5).Select(_ => random.NextSingle())],
            ]
        );
        var whole = Run("whole", interruptAfter: null, resume: false);
        Assert.Throws<OperationCanceledException>(() => Run("parts", interruptAfter: 8, resume: false));
        var resumed = Run("parts", interruptAfter: null, resume: true);
        Assert.Equal(whole.Model.WeightBytes(), resumed.Model.WeightBytes());
        Assert.True(whole.Model.Provenance.Streamed);
        Assert.Equal(320, whole.Model.Provenance.TrainRecords);

        TrainingRun Run(string name, int? interruptAfter, bool resume) =>
            Train(
                preset,
                DataSource.Load(temporary.File("a.npy"), new() { Stream = true, ByBlocks = true }),
                $"{settings} latent=12 dead-after=40 epochs=3 batch-size=48",
                new(temporary.File(name)),
                interruptAfter,
                resume
            );
    }

    /// <summary>Trains on one thread; interrupted after so many reports, one a step, unless null.</summary>
    private static TrainingRun Train(string preset, DataSplits data, string settings, RunFolder folder, int? interruptAfter, bool resume)
    {
        using var stop = new CancellationTokenSource();
        var steps = 0;
        return TrainingRun.Train(
            preset,
            data,
            new()
            {
                Settings = Tiny.Settings(settings),
                Folder = folder,
                Resume = resume,
                Threads = 1,
                Clock = new TickingClock(),
            },
            new ImmediateProgress<TrainingProgress>(progress =>
            {
                if (progress.Epoch > 0 && ++steps == interruptAfter)
                    stop.Cancel();
            }),
            stop.Token
        );
    }

    [Fact]
    public void Run_killed_after_an_old_checkpoint_goes_on_from_it_to_the_same_weights()
    {
        using var temporary = new TemporaryFolder();
        var folder = new RunFolder(temporary.File("run"));
        var old = temporary.File("old.isthmus");
        TrainingOptions options = new()
        {
            Settings = Tiny.Settings("hidden=16 epochs=4 batch-size=32"),
            Folder = folder,
            Threads = 1,
            CheckpointEvery = TimeSpan.Zero,
        };
        // What a kill -9 leaves: the checkpoint of the last epoch's end, whatever was trained since.
        var whole = TrainingRun.Train(
            "vae",
            Tiny.Shapes(280),
            options,
            new ImmediateProgress<TrainingProgress>(progress =>
            {
                if (progress.Finished?.Epoch == 3)
                    File.Copy(folder.Checkpoint, old, overwrite: true);
            }),
            TestContext.Current.CancellationToken
        );
        File.Copy(old, folder.Checkpoint, overwrite: true);
        Assert.Equal(3 * 7, Checkpoint.Load(folder.Checkpoint).State.Step);
        var resumed = TrainingRun.Train("vae", Tiny.Shapes(280), options with { Resume = true });

        Assert.Equal(whole.Model.WeightBytes(), resumed.Model.WeightBytes());
        Assert.Equal(whole.Epochs, resumed.Epochs);
    }

    [Fact]
    public void Resuming_a_finished_run_changes_nothing()
    {
        using var temporary = new TemporaryFolder();
        TrainingOptions options = new()
        {
            Settings = Tiny.Settings("hidden=16 epochs=1 batch-size=32"),
            Folder = new(temporary.File("run")),
            Threads = 1,
        };
        var first = TrainingRun.Train("vae", Tiny.Shapes(280), options);
        var second = TrainingRun.Train("vae", Tiny.Shapes(280), options with { Resume = true });
        Assert.Equal(first.Model.WeightBytes(), second.Model.WeightBytes());
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        TrainingOptions options = new() { Settings = Tiny.Settings("hidden=16 epochs=1 batch-size=32"), Threads = 1 };
        var first = TrainingRun.Train("vae", Tiny.Shapes(280), options);
        var second = TrainingRun.Train("vae", Tiny.Shapes(280), options with { Seed = 2 });
        Assert.NotEqual(first.Model.WeightBytes(), second.Model.WeightBytes());
    }

    [Theory]
    [InlineData("latent=9", "latent=")]
    [InlineData("epochs=9", "epochs=")]
    public void Checkpoint_of_another_run_is_refused_by_name(string change, string named)
    {
        using var temporary = new TemporaryFolder();
        TrainingOptions options = new()
        {
            Settings = Tiny.Settings("hidden=16 epochs=1 batch-size=32"),
            Folder = new(temporary.File("run")),
            Threads = 1,
        };
        TrainingRun.Train("vae", Tiny.Shapes(280), options);
        var error = Assert.Throws<InvalidInputException>(() =>
            TrainingRun.Train("vae", Tiny.Shapes(280), options with { Resume = true, Settings = Tiny.Settings($"hidden=16 epochs=1 batch-size=32 {change}") })
        );
        Assert.Contains(named, error.OnCommandLine());
        Assert.DoesNotContain('\n', error.Message);
        Assert.Throws<InvalidInputException>(() => TrainingRun.Train("sparse", Tiny.Shapes(280), options with { Resume = true }));
        Assert.Throws<InvalidInputException>(() => TrainingRun.Train("vae", Tiny.Shapes(280), options with { Resume = true, Seed = 5 }));
    }
}
