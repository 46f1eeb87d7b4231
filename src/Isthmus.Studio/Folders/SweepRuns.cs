using System.Text.Json;
using Isthmus.Evaluation;
using Isthmus.Reporting.Experiments;

namespace Isthmus.Studio.Folders;

/// <summary>A run of a sweep, begun or not.</summary>
/// <param name="Point">Settings and seed.</param>
/// <param name="Name">Name of the run below the opened folder.</param>
/// <param name="Entry">The run as its files tell of it; null before it begins.</param>
public sealed record SweepRun(SweepPoint Point, string Name, RunEntry? Entry)
{
    /// <summary>Figures of its evaluation; null before it.</summary>
    public EvaluationFigures? Figures { get; } = Entry is { Metrics.Count: > 0 } ? EvaluationFigures.Of(Entry.Metrics) : null;

    /// <summary>Settings for display, with the seed.</summary>
    public string Words => $"{Point.Words} seed {Point.Seed}".TrimStart();
}

/// <summary>A sweep of the folder with all its runs, begun or not. Immutable, and safe to use from several threads.</summary>
/// <param name="Name">Name of its folder below the opened one.</param>
/// <param name="Definition">Its settings.</param>
/// <param name="Runs">Its runs in their order.</param>
public sealed record SweepRuns(string Name, SweepDefinition Definition, IReadOnlyList<SweepRun> Runs)
{
    private const string FileName = "sweep.json";

    /// <summary>Number of runs that are evaluated.</summary>
    public int Done => Runs.Count(run => run.Figures is not null);

    /// <summary>True while one is trained.</summary>
    public bool IsRunning => Runs.Any(run => run.Entry?.State == RunState.Running);

    /// <summary>Settings that vary, with their values; the seed at the end where there are several.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Varied =>
        [
            .. Definition.Grid.Values.Select(setting => (setting.Key, (IReadOnlyList<string>)setting.Value)),
            .. Definition.Grid.Seeds.Count > 1 ? new (string, IReadOnlyList<string>)[] { ("seed", [.. Definition.Grid.Seeds.Select(seed => $"{seed}")]) } : [],
        ];

    /// <summary>Returns the value of a varied setting in a run.</summary>
    public static string ValueOf(SweepRun run, string setting) =>
        setting == "seed" ? $"{run.Point.Seed}" : run.Point.Settings.First(own => own.Key == setting).Value;

    /// <summary>Returns names of sweeps below the folder, the latest first.</summary>
    public static IReadOnlyList<string> Found(StudioFolder folder) =>
        [
            .. Directory
                .EnumerateFiles(
                    folder.Path,
                    FileName,
                    new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        MaxRecursionDepth = 2,
                        AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
                    }
                )
                .OrderByDescending(File.GetLastWriteTimeUtc)
                .Select(file => folder.NameOf(Path.GetDirectoryName(file)!)),
        ];

    /// <summary>Reads a sweep.</summary>
    /// <param name="name">Name of its folder.</param>
    /// <param name="folder">The opened folder.</param>
    /// <param name="catalog">Its runs.</param>
    /// <exception cref="InvalidInputException">It leads outside, there is none, or its file cannot be read.</exception>
    public static SweepRuns Read(string name, StudioFolder folder, RunCatalog catalog)
    {
        var path = Path.Combine(folder.Resolve(name), FileName);
        if (!File.Exists(path))
            throw new InvalidInputException(name, "is no sweep of this folder", "choose one of the list");
        SweepDefinition? definition;
        try
        {
            definition = JsonSerializer.Deserialize<SweepDefinition>(File.ReadAllText(path), JsonFormat.Indented);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"{name}/{FileName}",
                $"cannot be read ({e.Message.TrimEnd('.')})",
                "start the sweep anew in another folder",
                cause: e
            );
        }
        if (definition?.Grid is not { Values: not null, Seeds.Count: > 0 })
            throw new InvalidInputException($"{name}/{FileName}", "says no grid", "start the sweep anew in another folder");
        var known = catalog.Runs().ToDictionary(run => run.Name);
        return new(
            name,
            definition,
            [.. definition.Grid.Points().Select(point => new SweepRun(point, $"{name}/{point.Name}", known.GetValueOrDefault($"{name}/{point.Name}")))]
        );
    }
}
