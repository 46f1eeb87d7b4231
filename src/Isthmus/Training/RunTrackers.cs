using System.Globalization;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Training;

/// <summary>Several trackers as one. A run that begins in <see cref="Follow"/> ends there, exactly once, however it ends.</summary>
internal sealed class RunTrackers(IReadOnlyList<IRunTracker> trackers) : IRunTracker
{
    private readonly Queue<IRunTracker> _begun = new();

    /// <summary>Does the work of a run. Where it throws, the run has failed or was interrupted.</summary>
    public T Follow<T>(Func<T> work, Func<T, IReadOnlyDictionary<string, double>> figures)
    {
        try
        {
            var result = work();
            End(RunOutcome.Finished, figures(result));
            return result;
        }
        catch (Exception e) when (_begun.Count > 0)
        {
            End(e is OperationCanceledException ? RunOutcome.Interrupted : RunOutcome.Failed, new Dictionary<string, double>());
            throw;
        }
    }

    /// <summary>Begins the run of a training.</summary>
    public void Begin(ModelSpecification specification, DataSplits data, TrainingOptions options, int threads, IReadOnlyList<EpochMetrics> done)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        Begin(
            new(
                options.Folder is { } folder
                    ? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path))
                    : $"{specification.Preset} on {data.Train.Name}",
                new Dictionary<string, string>(specification.Settings.Values)
                {
                    ["model"] = specification.Preset,
                    ["data"] = data.Train.Name,
                    ["train-records"] = Text(data.Train.Count),
                    ["validation-records"] = Text(data.Validation.Count),
                    ["seed"] = Text(options.Seed),
                    ["split-seed"] = Text(options.SplitSeed),
                    ["threads"] = Text(threads),
                },
                options.Folder,
                options.Resume,
                done
            )
        );
    }

    public void Begin(TrackedRun run)
    {
        foreach (var tracker in trackers)
        {
            tracker.Begin(run);
            _begun.Enqueue(tracker);
        }
    }

    public void Epoch(EpochMetrics epoch)
    {
        foreach (var tracker in _begun)
            tracker.Epoch(epoch);
    }

    public void End(RunOutcome outcome, IReadOnlyDictionary<string, double> figures)
    {
        while (_begun.TryDequeue(out var tracker))
            tracker.End(outcome, figures);
    }

    /// <summary>These trackers for a part of the run that is not its end.</summary>
    public IRunTracker WithoutEnd => new Unended(this);

    private sealed class Unended(IRunTracker tracker) : IRunTracker
    {
        public void Begin(TrackedRun run) => tracker.Begin(run);

        public void Epoch(EpochMetrics epoch) => tracker.Epoch(epoch);

        public void End(RunOutcome outcome, IReadOnlyDictionary<string, double> figures) { }
    }
}
