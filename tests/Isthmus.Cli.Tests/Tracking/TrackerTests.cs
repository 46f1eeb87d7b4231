using System.Globalization;
using System.Text.Json;
using Isthmus.Models;
using Isthmus.Tests.Verbs;
using Isthmus.Tracking;
using Isthmus.Training;

namespace Isthmus.Tests.Tracking;

public class TrackerTests
{
    private const string Model = "shapes --limit 120 --model vae --set hidden=12 --latent 3 --threads 1 --importance-samples 0 -o {runs}";
    private const string Small = $"train {Model} --epochs 3";

    private static EpochMetrics[] Metrics(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonSerializer.Deserialize<EpochMetrics>(line, JsonFormat.Compact)!)];

    private static Dictionary<string, double> Named(EpochMetrics epoch) =>
        new()
        {
            ["train/distortion_nats"] = epoch.TrainDistortionNats,
            ["train/rate_nats"] = epoch.TrainRateNats,
            ["train/loss_nats"] = epoch.TrainDistortionNats + epoch.TrainRateNats,
            ["validation/distortion_nats"] = epoch.ValidationDistortionNats,
            ["validation/rate_nats"] = epoch.ValidationRateNats,
            ["validation/loss_nats"] = epoch.ValidationDistortionNats + epoch.ValidationRateNats,
            ["learning_rate"] = epoch.LearningRate,
        };

    /// <summary>Every epoch's figures stand there once, and they are those of <c>metrics.jsonl</c>; so are those of the evaluation.</summary>
    private static void AssertEvents(string folder, int epochs)
    {
        var metrics = Metrics(folder);
        Assert.Equal(epochs, metrics.Length);
        var scalars = EventRecords.Scalars(folder);
        foreach (var epoch in metrics)
            foreach (var (name, value) in Named(epoch))
                Assert.Equal((float)value, Assert.Single(scalars[(name, epoch.Epoch)]));
        var figures = ModelManifest.Read(Path.Combine(folder, "model.isthmus")).Metrics;
        Assert.NotEmpty(figures);
        foreach (var (name, value) in figures)
            Assert.Equal((float)value, Assert.Single(scalars[($"test/{name}", epochs)]));
        Assert.Equal(7 * epochs + figures.Count, scalars.Count);
    }

    private static void AssertRun(MlflowStub.Run run, string folder, int epochs)
    {
        var metrics = Metrics(folder);
        Assert.Equal(epochs, metrics.Length);
        foreach (var epoch in metrics)
            foreach (var (name, value) in Named(epoch))
                Assert.Equal(value, Assert.Single(run.Metrics, metric => metric.Key == name && metric.Step == epoch.Epoch).Value);
        var figures = ModelManifest.Read(Path.Combine(folder, "model.isthmus")).Metrics;
        foreach (var (name, value) in figures)
            Assert.Equal(value, Assert.Single(run.Metrics, metric => metric.Key == $"test/{name}").Value);
        Assert.Equal(7 * epochs + figures.Count, run.Metrics.Count);
        Assert.Equal("FINISHED", run.Statuses[^1]);
        Assert.InRange(run.EndTime!.Value, run.StartTime, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(("vae", "3", "1"), (run.Parameters["model"], run.Parameters["latent"], run.Parameters["seed"]));
    }

    [Fact]
    public void Check_sums_of_the_reader_are_those_of_RFC_3720()
    {
        Assert.Equal(0xE3069283, EventRecords.Crc("123456789"u8));
        Assert.Equal(0x8A9136AA, EventRecords.Crc(new byte[32]));
    }

    [Fact]
    public void Event_files_hold_each_epoch_of_the_metrics_the_settings_and_the_figures()
    {
        using var terminal = new Terminal();
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        terminal.Done($"{Small} --log tensorboard --name t");
        terminal.Done($"{Small} --name plain");
        Assert.Equal(terminal.Weights("runs/plain"), terminal.Weights("runs/t"));

        var folder = terminal.File("runs/t");
        AssertEvents(folder, 3);
        var events = EventRecords.Read(Assert.Single(EventRecords.Files(folder)));
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        Assert.All(events, read => Assert.InRange(read.WallTime, before, now));
        Assert.Equal(events.Select(read => read.WallTime).Order(), events.Select(read => read.WallTime));
        var settings = EventRecords.Settings(events);
        Assert.Equal((3, 1, "vae"), (settings["latent"].NumberValue, settings["seed"].NumberValue, settings["model"].StringValue));
        Assert.Equal(ModelManifest.Read(Path.Combine(folder, "model.isthmus")).Settings.Count + 7, settings.Count);
        Assert.Equal(1, EventRecords.Status(events));
        // Where this run goes is no part of how to train it.
        Assert.DoesNotContain("--log", File.ReadAllText(Path.Combine(folder, "report.html")));
    }

    [Fact]
    public void A_resumed_run_goes_on_in_the_same_folder_and_the_same_run()
    {
        using var terminal = new Terminal();
        using var server = new MlflowStub();
        var line = $"train {Model} --epochs 60 --log tensorboard,mlflow --mlflow-url {server.Address}";
        var stopped = terminal.RunUntil("training ", $"{line} --name r");
        Assert.Equal(130, stopped.Code);
        Assert.Contains($"--log tensorboard,mlflow --mlflow-url {server.Address} --name r --resume", stopped.Error);
        Assert.Equal(["RUNNING", "KILLED"], Assert.Single(server.Runs).Statuses);
        Assert.Equal(2, EventRecords.Status(EventRecords.Files(terminal.File("runs/r")).SelectMany(EventRecords.Read)));

        terminal.Done($"{line} --name r --resume");
        Assert.Equal(2, EventRecords.Files(terminal.File("runs/r")).Length);
        AssertEvents(terminal.File("runs/r"), 60);
        AssertRun(Assert.Single(server.Runs), terminal.File("runs/r"), 60);
        Assert.Equal(["RUNNING", "KILLED", "RUNNING", "FINISHED"], server.Runs[0].Statuses);
    }

    /// <summary>A checkpoint may be older than the last epoch that was recorded: those epochs are trained once more.</summary>
    [Fact]
    public void Epochs_after_the_checkpoint_are_recorded_once()
    {
        using var folder = new TemporaryFolder();
        using var server = new MlflowStub();
        IRunTracker[] trackers = [new TensorBoardTracker(), new MlflowTracker(server.Address)];
        var run = new TrackedRun("r", new Dictionary<string, string> { ["seed"] = "1" }, new(folder.Path), false, []);
        EpochMetrics Epoch(int i) => new(i, i, 0.5, 2 * i, 0.25, 0.001);
        foreach (var tracker in trackers)
        {
            tracker.Begin(run);
            for (var i = 1; i <= 5; i++)
                tracker.Epoch(Epoch(i));
            tracker.End(RunOutcome.Interrupted, new Dictionary<string, double>());
            tracker.Begin(run with { IsResumed = true, Epochs = [Epoch(1), Epoch(2), Epoch(3)] });
            for (var i = 4; i <= 6; i++)
                tracker.Epoch(Epoch(i));
            tracker.End(
                RunOutcome.Finished,
                new Dictionary<string, double>
                {
                    ["elbo_bits"] = 7,
                    ["odd: größe/2"] = 1,
                    ["none"] = double.NaN,
                }
            );
        }
        var scalars = EventRecords.Scalars(folder.Path);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], Steps(scalars.Where(scalar => scalar.Key.Tag == "train/loss_nats").Select(scalar => scalar.Key.Step)));
        Assert.All(scalars, scalar => Assert.Single(scalar.Value));
        var kept = Assert.Single(server.Runs);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], Steps(kept.Metrics.Where(metric => metric.Key == "train/loss_nats").Select(metric => (long)metric.Step)));
        Assert.Equal(["test/elbo_bits", "test/odd: gr__e_2"], kept.Metrics.Where(metric => metric.Key.StartsWith("test/")).Select(metric => metric.Key));
        // The same folder for a run that is not resumed is another run.
        trackers[1].Begin(run);
        trackers[1].End(RunOutcome.Failed, new Dictionary<string, double>());
        Assert.Equal(["RUNNING", "FAILED"], server.Runs[1].Statuses);

        File.WriteAllText(folder.File("mlflow.json"), "{\"server\":");
        Assert.Contains("is damaged", Assert.Throws<InvalidInputException>(() => trackers[1].Begin(run with { IsResumed = true })).Message);

        static string[] Steps(IEnumerable<long> steps) => [.. steps.Order().Select(step => step.ToString(CultureInfo.InvariantCulture))];
    }

    [Fact]
    public void A_training_that_fails_is_recorded_as_failed_and_one_of_the_library_ends_with_its_training()
    {
        using var folder = new TemporaryFolder();
        using var server = new MlflowStub { Token = "secret" };
        var data = Tiny.Shapes(100);
        var options = new TrainingOptions
        {
            Epochs = 2,
            Settings = Tiny.Settings("hidden=8 latent=2"),
            Trackers = [new TensorBoardTracker(folder.File("a")), new MlflowTracker(server.Address) { Token = "secret", Experiment = "grüße / 2" }],
        };
        Autoencoders.Vae().Fit(data, options).Dispose();
        Assert.Equal(["RUNNING", "FINISHED"], Assert.Single(server.Runs).Statuses);
        Assert.Equal("vae on shapes", server.Runs[0].Name);
        Assert.Equal(14, server.Runs[0].Metrics.Count);
        Assert.Equal("grüße / 2", Assert.Single(server.Experiments.Keys));

        var failing = options with { Observe = _ => throw new InvalidOperationException("as asked") };
        Assert.Throws<InvalidOperationException>(() => Autoencoders.Vae().Fit(data, failing));
        Assert.Equal(["RUNNING", "FAILED"], server.Runs[1].Statuses);
        Assert.Single(server.Experiments);
        Assert.Equal([1, 2], EventRecords.Files(folder.File("a")).Select(file => EventRecords.Status(EventRecords.Read(file))));

        // Refused before training: no run.
        Assert.Throws<InvalidInputException>(() => Autoencoders.Vae().Fit(data, options with { BatchSize = 1000 }));
        Assert.Equal(2, server.Runs.Count);
        Assert.Contains(
            "neither the tracker nor the run has one",
            Assert.Throws<InvalidInputException>(() => Autoencoders.Vae().Fit(data, options with { Trackers = [new TensorBoardTracker()] })).Message
        );
    }

    [Fact]
    public void A_model_that_is_solved_at_once_is_recorded_too()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("ratings.csv"), "user,item\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"u{i % 12},i{i * 7 % 25}\n")));
        terminal.Done("train {ratings.csv} --model ease --log tensorboard -o {runs} --name e");
        AssertEvents(terminal.File("runs/e"), 1);
    }

    [Fact]
    public void Each_run_of_a_sweep_is_a_run_of_its_own()
    {
        using var terminal = new Terminal();
        using var server = new MlflowStub();
        terminal.Done($"sweep {Model.Replace("--set", "--fix")} --epochs 2 --set beta=1,2 --name s --log mlflow,tensorboard --mlflow-url {server.Address}");
        Assert.Equal(["beta-1-seed-1", "beta-2-seed-1"], server.Runs.Select(run => run.Name));
        foreach (var run in server.Runs)
        {
            AssertEvents(terminal.File($"runs/s/{run.Name}"), 2);
            AssertRun(run, terminal.File($"runs/s/{run.Name}"), 2);
        }
        Assert.Equal(["1", "2"], server.Runs.Select(run => run.Parameters["beta"]));
    }

    [Fact]
    public void A_server_that_fails_for_a_while_has_all_figures_in_the_end()
    {
        using var server = new MlflowStub { Failing = 3 };
        List<string> said = [];
        var tracker = new MlflowTracker(server.Address)
        {
            Warn = said.Add,
            Pause = TimeSpan.FromMilliseconds(5),
            FinalWait = TimeSpan.FromMinutes(1),
        };
        tracker.Begin(new("r", new Dictionary<string, string> { ["seed"] = "1" }, null, false, []));
        var epochs = 0;
        // Until the failure has been met; then more than a batch holds.
        while (said.Count == 0)
        {
            tracker.Epoch(new(++epochs, 1, 2, 3, 4, 5));
            Thread.Sleep(1);
        }
        while (epochs < 400)
            tracker.Epoch(new(++epochs, 1, 2, 3, 4, 5));
        tracker.End(RunOutcome.Finished, new Dictionary<string, double>());
        var run = Assert.Single(server.Runs);
        Assert.Equal(7 * epochs, run.Metrics.Distinct().Count());
        Assert.Equal(7 * epochs, run.Metrics.Count);
        Assert.Equal(["RUNNING", "FINISHED"], run.Statuses);
        Assert.Collection(
            said,
            first => Assert.Contains("was answered with 500: the store is away); training goes on", first),
            last => Assert.Contains("now has all figures", last)
        );
    }

    [Fact]
    public void A_server_that_is_away_or_refuses_does_not_stop_the_training()
    {
        using var terminal = new Terminal();
        Uri nowhere;
        using (var gone = new MlflowStub())
            nowhere = gone.Address;
        var away = terminal.Done($"{Small} --log mlflow --mlflow-url {nowhere} --name away");
        Assert.Contains("has the figures of 0 of 3 epochs, and not the run's end (Connection refused", away.Error);
        Assert.Contains($"; all figures are in {terminal.File("runs/away")}.", away.Error);
        Assert.InRange(away.Error.Split('\n').Count(line => line.Contains("MLflow")), 1, 2);

        using var server = new MlflowStub { Token = "secret" };
        var refused = terminal.Done($"{Small} --log mlflow --mlflow-url {server.Address} --name refused");
        Assert.Contains("get-by-name was answered with 401: no token", refused.Error);
        Assert.Equal(1, server.Requests);
        Assert.Equal(terminal.Weights("runs/away"), terminal.Weights("runs/refused"));
    }

    [Theory]
    [InlineData("--log tensorbord", "--log tensorbord is no tracker; did you mean 'tensorboard'? Known: tensorboard, mlflow.")]
    [InlineData("--log mlflow,mlflow --mlflow-url http://127.0.0.1:1", "names a tracker twice")]
    [InlineData("--log ,", "is no tracker")]
    [InlineData("--mlflow-url http://127.0.0.1:1", "add --log mlflow")]
    [InlineData("--log mlflow --mlflow-url file:///tmp/mlruns", "begins with http:// or https://")]
    [InlineData("--log mlflow --mlflow-url mlruns", "is no address")]
    [InlineData("--log mlflow --mlflow-url http://me:secret@127.0.0.1:1", "give a token instead")]
    public void A_tracker_that_cannot_be_is_refused_before_anything_is_read(string options, string words)
    {
        using var terminal = new Terminal();
        Assert.Contains(words, terminal.Refused($"{Small} {options}"));
        Assert.Contains(words, terminal.Refused($"sweep {Model.Replace("--set", "--fix")} --set beta=1,2 {options}"));
        Assert.False(Directory.Exists(terminal.File("runs")));
    }

    [Fact]
    public void A_folder_with_records_of_an_earlier_run_is_not_taken_for_a_new_one()
    {
        using var terminal = new Terminal();
        Directory.CreateDirectory(terminal.File("runs/shapes-vae"));
        File.WriteAllText(terminal.File("runs/shapes-vae/events.out.tfevents.0000000001.host.0000.0"), "");
        Assert.Contains("holds files of a run; this one goes to", terminal.Done($"{Small} --log tensorboard").Error);
        Assert.Single(EventRecords.Files(terminal.File("runs/shapes-vae-2")));
    }
}
