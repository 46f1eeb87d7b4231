using System.Text.Json;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Reporting.Experiments;

/// <summary>Definition of a sweep, kept beside its runs as <c>sweep.json</c>, so that only the same sweep continues them.</summary>
/// <param name="Data">The data's name or path.</param>
/// <param name="Model">The preset.</param>
/// <param name="Grid">Settings that vary, with their values.</param>
/// <param name="Fixed">Settings that are the same in all runs.</param>
/// <param name="SplitSeed">Random seed of the split into training, validation and test records.</param>
/// <param name="TrainRecords">Number of training records.</param>
/// <param name="ImportanceSamples">Number of importance samples of each evaluation.</param>
public sealed record SweepDefinition(
    string Data,
    string Model,
    SweepGrid Grid,
    IReadOnlyDictionary<string, string> Fixed,
    int SplitSeed,
    int TrainRecords,
    int ImportanceSamples
);

/// <summary>A finished run of a sweep.</summary>
/// <param name="Point">Settings and seed of the run.</param>
/// <param name="Folder">Name of the run's folder, beside the page.</param>
/// <param name="Figures">Evaluation on the test records.</param>
/// <param name="Path">Path through the information plane; empty without labels.</param>
public sealed record SweptRun(SweepPoint Point, string Folder, EvaluationFigures Figures, IReadOnlyList<InformationAtEpoch> Path)
{
    /// <summary>Noun for one record: picture, row, user, document or record.</summary>
    public string Noun { get; init; } = "record";
}

/// <summary>Progress of a sweep.</summary>
/// <param name="Run">The run under way, from 0.</param>
/// <param name="Point">Its settings and seed.</param>
/// <param name="State"><c>new</c>, <c>resumed</c> from a checkpoint, <c>done</c> before, or <c>elsewhere</c>: another process trains it now.</param>
/// <param name="Training">Progress of its training; null before it starts.</param>
public sealed record SweepProgress(int Run, SweepPoint Point, string State, TrainingProgress? Training);

/// <summary>
/// Trains, evaluates and reports every combination of a grid, one after the other, each in a folder of its own. A sweep that was stopped goes
/// on where it was when it is started again: finished runs are kept, the one under way is resumed to the same weights.
/// </summary>
public static class Sweep
{
    /// <summary>Runs the remaining combinations of the sweep.</summary>
    /// <param name="definition">Definition of the sweep.</param>
    /// <param name="data">The data that it names.</param>
    /// <param name="folder">Folder for the runs.</param>
    /// <param name="options">Device and threads; settings, seed and folder are each run's own.</param>
    /// <param name="progress">Receives each run before it begins, and the progress of its training.</param>
    /// <param name="cancellationToken">Stops the run under way, after a checkpoint.</param>
    /// <exception cref="InvalidInputException">A setting that no part has or a value out of range, before anything is trained; a folder of another
    /// sweep.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the run under way has left its checkpoint.</exception>
    public static IReadOnlyList<SweptRun> Run(
        SweepDefinition definition,
        DataSplits data,
        string folder,
        TrainingOptions options,
        IProgress<SweepProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        Run(definition, data, folder, options, null, progress, cancellationToken) is var runs && runs.Count == definition.Grid.Points().Count
            ? runs
            : throw new InvalidInputException(
                folder,
                "has runs that another process is training",
                "wait for it, and start the sweep again: it keeps what is done"
            );

    /// <summary>
    /// Runs a share of the remaining combinations, dealt out singly; returns those that are done, without any that another process trains now.
    /// </summary>
    internal static IReadOnlyList<SweptRun> Run(
        SweepDefinition definition,
        DataSplits data,
        string folder,
        TrainingOptions options,
        Share? share,
        IProgress<SweepProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var points = Checked(definition, data, folder);
        List<SweptRun> runs = [];
        foreach (var (index, point) in points.Index().Where(point => share?.Takes(point.Index) != false))
        {
            using var claim = RunClaim.Of(folder, point.Name);
            // The report is what a run writes last.
            var run = new RunFolder(Path.Combine(folder, point.Name));
            var state =
                File.Exists(run.Report) ? "done"
                : claim is null ? "elsewhere"
                : File.Exists(run.Checkpoint) ? "resumed"
                : "new";
            progress?.Report(new(index, point, state, null));
            if (state is "new" or "resumed")
                Experiment
                    .Run(
                        data,
                        definition.Model,
                        new()
                        {
                            ImportanceSamples = definition.ImportanceSamples,
                            Training = options with
                            {
                                Settings = Settings(definition, point),
                                Seed = point.Seed,
                                SplitSeed = definition.SplitSeed,
                                Folder = run,
                                Resume = state == "resumed",
                                Observe = InformationPath.IsFor(data) ? new InformationPath(PathOf(run), point.Seed).Observe : null,
                            },
                        },
                        new RunStage(progress, index, point, state),
                        cancellationToken
                    )
                    .Dispose();
            if (state != "elsewhere")
                runs.Add(Finished(run, point, data));
        }
        return runs;
    }

    /// <summary>Returns all runs, which shares have made; trains none.</summary>
    /// <exception cref="InvalidInputException">A run is missing or unfinished; and as for <see cref="Run(SweepDefinition, DataSplits, string, TrainingOptions,
    /// IProgress{SweepProgress}, CancellationToken)"/>.</exception>
    internal static IReadOnlyList<SweptRun> Merge(SweepDefinition definition, DataSplits data, string folder, string command)
    {
        var points = Checked(definition, data, folder);
        RunFolder Of(SweepPoint point) => new(Path.Combine(folder, point.Name));
        SweepPoint[] missing = [.. points.Where(point => !File.Exists(Of(point).Report))];
        return missing.Length == 0
            ? [.. points.Select(point => Finished(Of(point), point, data))]
            : throw new InvalidInputException(
                folder,
                $"lacks the run {missing[0].Name}{(missing.Length > 1 ? $" and {missing.Length - 1} more" : "")}",
                $"make what is missing by {command}"
            );
    }

    private static IReadOnlyList<SweepPoint> Checked(SweepDefinition definition, DataSplits data, string folder)
    {
        var points = definition.Grid.Points();
        foreach (var point in points)
            ModelSpecification.Resolve(definition.Model, data.Train.Schema, Settings(definition, point), TrainingSettings.All, data.Train.Labels);
        if (points.GroupBy(point => point.Name).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new InvalidInputException("Two runs of the sweep", $"would share the folder {same.Key}", "give values that differ in letters and digits");
        Claim(definition, folder);
        return points;
    }

    private static string PathOf(RunFolder run) => Path.Combine(run.Path, "information.jsonl");

    private static SweptRun Finished(RunFolder run, SweepPoint point, DataSplits data) =>
        new(point, point.Name, EvaluationFigures.Of(ModelManifest.Read(run.Model).Metrics), InformationPath.Read(PathOf(run)))
        {
            Noun = data.Train.Schema.Noun,
        };

    /// <summary>Returns the runs that no other beats in both: from the smallest x on, each with a smaller y than all before it.</summary>
    public static IReadOnlyList<SweptRun> Frontier(IReadOnlyList<SweptRun> runs, Func<SweptRun, double> x, Func<SweptRun, double> y)
    {
        List<SweptRun> frontier = [];
        foreach (var run in runs.Where(run => double.IsFinite(x(run)) && double.IsFinite(y(run))).OrderBy(x).ThenBy(y))
            if (frontier.Count == 0 || y(run) < y(frontier[^1]))
                frontier.Add(run);
        return frontier;
    }

    private sealed class RunStage(IProgress<SweepProgress>? progress, int run, SweepPoint point, string state) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value)
        {
            if (value.Training is { Epoch: > 0 } training)
                progress?.Report(new(run, point, state, training));
        }
    }

    private static Dictionary<string, string> Settings(SweepDefinition definition, SweepPoint point)
    {
        var settings = definition.Fixed.ToDictionary();
        foreach (var (key, value) in point.Settings)
            if (!settings.TryAdd(key, value))
                throw new InvalidInputException($"Setting {OptionNames.Key(key)}", "is varied and fixed", "give it once", OptionNames.Key(key));
        return settings;
    }

    private static void Claim(SweepDefinition definition, string folder)
    {
        var path = Path.Combine(folder, "sweep.json");
        var text = JsonSerializer.Serialize(definition, JsonFormat.Indented) + "\n";
        // Another process may be writing the same at this moment, under a name that begins with a point.
        if (!File.Exists(path) && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry)[0] != '.'))
            throw new InvalidInputException(
                folder,
                "holds other files, and a sweep's folder holds its runs alone",
                $"give another {OptionNames.Folder}",
                OptionNames.Folder
            );
        if (!File.Exists(path))
            AtomicFile.WriteText(path, text);
        else if (File.ReadAllText(path) != text)
            throw new InvalidInputException(
                folder,
                $"holds another sweep, as {path} says",
                $"start it with the same data, model, grid and seeds to go on with it, or give another {OptionNames.Folder}",
                OptionNames.Folder
            );
    }
}
