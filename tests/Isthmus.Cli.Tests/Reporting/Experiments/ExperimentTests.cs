using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Reporting.Experiments;
using Isthmus.Tests.Verbs;
using Isthmus.Training;

namespace Isthmus.Tests.Reporting.Experiments;

/// <summary>One pipeline from data to report, whoever starts it.</summary>
public class ExperimentTests
{
    private const string Small = "hidden=12 latent=3 epochs=2";

    [Theory]
    [InlineData("vae", 20)]
    [InlineData("vib", 0)]
    public void The_library_gives_the_weights_and_the_figures_that_the_command_line_gives(string model, int samples)
    {
        using var terminal = new Terminal();
        terminal.Done(
            $"train shapes --limit 200 --model {model} --set hidden=12 --latent 3 --epochs 2 --seed 5 --threads 1 --importance-samples {samples} -o {{runs}} "
                + $"--name c"
        );
        using var result = Experiment.Run(
            "shapes",
            model,
            new()
            {
                Training = new()
                {
                    Settings = Tiny.Settings(Small),
                    Seed = 5,
                    Threads = 1,
                    Folder = new(terminal.File("runs/l")),
                },
                ImportanceSamples = samples,
            },
            new() { Limit = 200 }
        );
        Assert.Equal(terminal.Weights("runs/c"), terminal.Weights("runs/l"));
        Assert.Equal(terminal.Weights("runs/l"), result.Model.WeightBytes());
        var (command, library) = (ModelManifest.Read(terminal.File("runs/c/model.isthmus")), ModelManifest.Read(terminal.File("runs/l/model.isthmus")));
        Assert.NotEmpty(command.Metrics);
        Assert.Equal(command.Metrics, library.Metrics);
        Assert.Equal(command.Metrics, result.Evaluation.Values);
        Assert.Equal(command.Settings, library.Settings);
        foreach (var name in new[] { "metrics.jsonl", "report.html", "model.isthmus" })
            Assert.Equal(File.Exists(terminal.File($"runs/c/{name}")), File.Exists(terminal.File($"runs/l/{name}")));
        Assert.Equal(File.ReadAllText(terminal.File("runs/c/metrics.jsonl")), File.ReadAllText(terminal.File("runs/l/metrics.jsonl")));
        Assert.False(File.Exists(terminal.File("runs/l/checkpoint.isthmus")));
        Assert.Null(result.Why);
    }

    [Fact]
    public void An_experiment_that_was_stopped_and_is_run_again_is_the_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var data = Tiny.Shapes(200);
        Options("whole", CancellationToken.None).Run(data).Dispose();

        using (var stop = new CancellationTokenSource())
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Options("parts", stop.Token, progress =>
                    {
                        if (progress.Finished is { Epoch: 1 })
                            stop.Cancel();
                    })
                    .Run(data)
            );
        Assert.True(File.Exists(Folder("parts").Checkpoint));
        Assert.False(File.Exists(Folder("parts").Model));
        Assert.False(Experiment.IsFinished(Folder("parts"), "vae", new()));

        // Stopped once more, after training: the model is there, its figures are not.
        using (var stop = new CancellationTokenSource())
            Assert.ThrowsAny<OperationCanceledException>(() => Options("parts", stop.Token, trained: stop.Cancel).Run(data));
        Assert.Empty(ModelManifest.Read(Folder("parts").Model).Metrics);

        Options("parts", CancellationToken.None).Run(data).Dispose();
        using var whole = TrainedModel.Load(Folder("whole").Model);
        using var parts = TrainedModel.Load(Folder("parts").Model);
        Assert.Equal(whole.WeightBytes(), parts.WeightBytes());
        Assert.Equal(whole.Metrics, parts.Metrics);
        Assert.False(File.Exists(Folder("parts").Checkpoint));
        Assert.True(Experiment.IsFinished(Folder("parts"), "vae", new() { Settings = Tiny.Settings(Small) }));
        Assert.Contains("finished vae", Assert.Throws<InvalidInputException>(() => Experiment.IsFinished(Folder("parts"), "ae", new())).Message);

        RunFolder Folder(string name) => new(folder.File(name));

        Started Options(string name, CancellationToken cancellationToken, Action<TrainingProgress>? report = null, Action? trained = null) =>
            new(
                new()
                {
                    Training = new()
                    {
                        Settings = Tiny.Settings($"{Small} batch-size=20"),
                        Threads = 1,
                        Folder = Folder(name),
                        Resume = File.Exists(Folder(name).Checkpoint),
                    },
                    ImportanceSamples = 5,
                },
                new ImmediateProgress<ExperimentProgress>(progress =>
                {
                    if (progress.Training is { } training)
                        report?.Invoke(training);
                    if (progress.Trained is not null)
                        trained?.Invoke();
                }),
                cancellationToken
            );
    }

    private sealed record Started(ExperimentOptions Options, IProgress<ExperimentProgress> Progress, CancellationToken CancellationToken)
    {
        public ExperimentResult Run(DataSplits data) => Experiment.Run(data, "vae", Options, Progress, CancellationToken);
    }

    [Fact]
    public void Without_a_folder_nothing_is_written_and_without_a_page_no_page()
    {
        using var folder = new TemporaryFolder();
        var options = new ExperimentOptions
        {
            Training = new() { Settings = Tiny.Settings(Small), Threads = 1 },
            ImportanceSamples = 0,
        };
        var here = Directory.GetFileSystemEntries(Environment.CurrentDirectory);
        using var result = Experiment.Run(Tiny.Shapes(200), "ae", options);
        Assert.Equal(here, Directory.GetFileSystemEntries(Environment.CurrentDirectory));
        Assert.NotEmpty(result.Evaluation.Figures);
        Assert.Equal(2, result.Epochs.Count);
        Assert.Null(result.Folder);

        using var quiet = Experiment.Run(
            Tiny.Shapes(200),
            "ae",
            options with
            {
                Report = false,
                Training = options.Training with { Folder = new(folder.File("run")) },
            }
        );
        Assert.Equal(
            ["metrics.jsonl", "model.isthmus"],
            Directory.GetFiles(folder.File("run")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)
        );
        Assert.Equal(result.Model.WeightBytes(), quiet.Model.WeightBytes());
    }

    [Fact]
    public void Without_a_model_the_kind_s_own_is_taken_and_said()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("t.csv"),
            "age,city\n" + string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{20 + i * 7 % 30},{"ABC"[i % 3]}town\n")))
        );
        List<string> notes = [];
        ExperimentOptions options = new()
        {
            Training = new() { Settings = Tiny.Settings("hidden=8 latent=2 epochs=1"), Threads = 1 },
            ImportanceSamples = 0,
            Report = false,
        };
        var progress = new ImmediateProgress<ExperimentProgress>(at => notes.AddRange(at.Training?.Notes ?? []));
        using var read = Experiment.Run(folder.File("t.csv"), options: options, progress: progress, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("table-vae", read.Model.Specification.Preset);
        Assert.Contains("no model named: table-vae, for a table with other columns than numbers (city).", notes);
        Assert.Equal("a table with other columns than numbers (city)", read.Why);

        using var given = Experiment.Run(DataSource.Load(folder.File("t.csv"), new() { Table = new() }), options: options);
        Assert.Equal(read.Model.WeightBytes(), given.Model.WeightBytes());
        using var pictures = Experiment.Run(Tiny.Shapes(200), options: options, progress: progress, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("vae", pictures.Model.Specification.Preset);
        Assert.Contains(notes, note => note.StartsWith("no model named: vae, for ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, 7)]
    [InlineData(3, 3)]
    public void The_model_keeps_the_seed_that_its_data_were_split_by(int? read, int kept)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("t.csv"),
            "a,b\n" + string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i * 7 % 30}.5,{i % 11}\n")))
        );
        using var result = Experiment.Run(
            folder.File("t.csv"),
            "ae",
            new()
            {
                Training = new()
                {
                    Settings = Tiny.Settings("hidden=4 latent=1 epochs=1"),
                    Threads = 1,
                    SplitSeed = 7,
                },
            },
            read is { } seed ? new() { Seed = seed } : null
        );
        Assert.Equal(kept, result.Model.Provenance.SplitSeed);
        using var same = Experiment.Run(
            DataSource.Load(folder.File("t.csv"), new() { Seed = kept }),
            "ae",
            new()
            {
                Training = new() { Settings = Tiny.Settings("hidden=4 latent=1 epochs=1"), Threads = 1 },
            }
        );
        Assert.Equal(same.Model.WeightBytes(), result.Model.WeightBytes());
    }
}
