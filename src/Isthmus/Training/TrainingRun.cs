using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>A trained model with the course of its training.</summary>
/// <param name="Model">The model with its best weights.</param>
/// <param name="Epochs">The figures of each epoch.</param>
public sealed record TrainingRun(TrainedModel Model, IReadOnlyList<EpochMetrics> Epochs)
{
    private static readonly TimeSpan MetricsEvery = TimeSpan.FromSeconds(1);

    /// <summary>Name and version of this library.</summary>
    internal static string Software =>
        $"Isthmus {typeof(TrainingRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}";

    /// <summary>Trains a preset on <paramref name="data"/>.</summary>
    /// <param name="preset">A preset's name: <c>vae</c>, <c>ae</c>, <c>sparse</c>, <c>denoising</c>.</param>
    /// <param name="data">Fitted on Train, the best epoch chosen on Validation; Test is not touched.</param>
    /// <param name="options">Settings, seed, folder and the rest.</param>
    /// <param name="progress">Receives how far training is, from the training thread: before the first step, a few times a second, at each epoch's end.</param>
    /// <param name="cancellationToken">Stops between two steps, after a checkpoint.</param>
    /// <exception cref="InvalidInputException">Unknown preset or setting, data that do not fit, a batch larger than the data, a checkpoint of another
    /// run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint is written.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public static TrainingRun Train(
        string preset,
        DataSplits data,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        // Parts know the seed that made them.
        options = options with { SplitSeed = data.Seed ?? options.SplitSeed };
        // Of several processes rank 0 reports.
        var trackers = new RunTrackers(options.Communicator is { Rank: > 0 } ? [] : options.Trackers);
        return trackers.Follow(() => Train(preset, data, options, trackers, progress, cancellationToken), _ => new Dictionary<string, double>());
    }

    private static TrainingRun Train(
        string preset,
        DataSplits data,
        TrainingOptions options,
        RunTrackers trackers,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var ranks = options.Communicator ?? Communicator.Alone;
        var start = options.From is { } from ? new WarmStart(from) : null;
        data = start?.Brought(data) ?? data;
        var standardisation = start is null ? data.Train.Schema.Kind.Standardise(data.Train) : start.Standardisation;
        var specification = start is null
            ? ModelSpecification.Resolve(preset, data.Train.Schema, options.Values, TrainingSettings.All, data.Train.Labels)
            : start.Specification(preset, data.Train.Schema, options.Values);
        var asked = options;
        var checkpoint = ranks.Count > 1 ? CheckpointOfFirst() : Start();
        specification = checkpoint?.Specification ?? specification;
        if (ranks.Rank > 0)
            // Rank 0 alone writes and reports.
            (options, progress) = (options with { Folder = null, Observe = null }, null);
        Dataset Scaled(Dataset part) => specification.Attach(standardisation?.Apply(part) ?? part, isRequired: true);
        TensorLibrary.EnsureLoaded();
        using var threads = TensorThreads.Use(ThreadsOf(options, ranks));
        if (specification.IsClosedForm && ranks.Count > 1)
            throw new InvalidInputException(
                $"{OptionNames.Model(preset)}",
                $"is solved in closed form, which {ranks.Count} processes cannot share",
                "train it in one process"
            );
        if (specification.IsClosedForm)
            return Solve(specification, data, options, trackers, progress, cancellationToken);
        var (train, validation) = (Scaled(data.Train), Scaled(data.Validation));
        using var trainer = new Trainer(start, specification, train, validation, options.Seed, options.Device, checkpoint, options.Clock, ranks);
        if (checkpoint is null)
            options.Folder?.Probe();
        trackers.Begin(specification, data, options, trainer.Threads, trainer.State.Epochs);
        var lastMetrics = options.Clock.GetTimestamp();
        progress?.Report(
            trainer.Start(
                start is not null ? [.. start.Notes(specification.Schema)]
                : standardisation?.ConstantColumns(data.Train.Schema) is { } constant ? [constant]
                : []
            )
        );
        var ended = trainer.Run(
            report =>
            {
                // Small data make hundreds of epochs a second; the file is written whole each time.
                if (report.Finished is not null && options.Clock.GetElapsedTime(lastMetrics) >= MetricsEvery)
                {
                    options.Folder?.WriteMetrics(trainer.State.Epochs);
                    lastMetrics = options.Clock.GetTimestamp();
                }
                if (report.Finished is { } finished)
                {
                    trackers.Epoch(finished);
                    if (options.Observe is { } observe)
                        trainer.WithJudged(() => observe(new(finished.Epoch, trainer.Model, train, validation)));
                }
                progress?.Report(report);
            },
            options.Folder is { } folder ? taken => taken.Save(folder.Checkpoint) : null,
            options.CheckpointEvery,
            cancellationToken
        );
        options.Folder?.WriteMetrics(trainer.State.Epochs);
        if (ranks.Count == 1)
            cancellationToken.ThrowIfCancellationRequested();
        if (!ended)
            throw new OperationCanceledException(cancellationToken);
        if (options.Folder is not null)
            trainer.TakeCheckpoint().Save(options.Folder.Checkpoint);

        var model = trainer.Finish();
        var kind = RecordLearning.Of(specification.Schema);
        return new(
            new TrainedModel(
                specification,
                model,
                standardisation,
                ProvenanceOf(data, options, trainer.State.Epochs.Count, trainer.State.BestEpoch, trainer.State.Seconds, trainer.Threads) with
                {
                    Course = CourseOf(trainer),
                    Origin = start is null ? null : start.Begun with { File = options.FromFile },
                }
            )
            {
                Reference = kind.Reference(data),
                Lines = kind.Lines(data),
                Calibrate = kind.Calibration(data.Train),
            },
            trainer.State.Epochs
        );

        // Of several processes only rank 0 does, and says what the others train.
        Checkpoint? Start()
        {
            var found = asked.Resume ? LoadCheckpoint(specification, asked, start?.Begun) : null;
            if (found is not null && asked.Finish)
                found =
                    found.State.BestEpoch > 0
                        ? found with
                        {
                            State = found.State with { Stopped = true },
                        }
                        : throw new InvalidInputException("The checkpoint", "has no whole epoch yet, and so no best one", "train on, or anew");
            if (found is null)
                specification =
                    TrainingSettings.WithPrecision(specification, asked.Device) is var decided && !decided.IsClosedForm
                        ? decided with
                        {
                            Settings = TrainingShares.Said(decided.Settings, ranks, ThreadsOf(asked, ranks)),
                        }
                        : decided;
            return found;
        }

        Checkpoint? CheckpointOfFirst()
        {
            CheckSame(ranks, data, specification, asked.Seed);
            var file = ranks.FromFirst(() =>
            {
                using var stream = new MemoryStream();
                using var scope = NewDisposeScope();
                Start()?.Save(stream);
                return stream.ToArray();
            });
            var settings = ranks.FromFirst(() => JsonSerializer.SerializeToUtf8Bytes(specification.Settings.Values, JsonFormat.Compact));
            specification = specification with
            {
                Settings = Settings.Empty.Overlay(JsonSerializer.Deserialize<Dictionary<string, string>>(settings, JsonFormat.Compact)!),
            };
            return file.Length > 0 ? Checkpoint.Load(new MemoryStream(file)) : null;
        }
    }

    /// <summary>Returns the threads of a process: one where several train together and no number is said, as they are started on one machine too.</summary>
    internal static int ThreadsOf(TrainingOptions options, Communicator ranks) => ranks.Count > 1 ? Math.Max(1, options.Threads) : options.Threads;

    /// <summary>Throws on every process unless all have read the same records and have the same seed.</summary>
    private static void CheckSame(Communicator ranks, DataSplits data, ModelSpecification specification, int seed)
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{specification.Schema}|{data.Train.Count}|{data.Validation.Count}|{seed}"));
        if (data.Train.Blocks is null)
            hash.AppendData(TensorBatches.Gather(data.Train, [0, data.Train.Count / 2, data.Train.Count - 1]).cpu().contiguous().bytes);
        var all = ranks.Gather(BitConverter.ToInt64(hash.GetHashAndReset()));
        if (Array.FindIndex(all, other => other != all[0]) is > 0 and var rank)
            throw new InvalidInputException(
                $"Rank {rank}",
                $"has other records or another seed than rank 0",
                "give every process the same data, options and version of Isthmus"
            );
    }

    private static TrainingRun Solve(
        ModelSpecification specification,
        DataSplits data,
        TrainingOptions options,
        RunTrackers trackers,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var began = options.Clock.GetTimestamp();
        options.Folder?.Probe();
        trackers.Begin(specification, data, options, get_num_threads(), []);
        progress?.Report(TrainingProgress.Start(1, 0, []));
        var (model, metrics) = ClosedFormTraining.Run(specification, data.Train, data.Validation, options.Seed, options.Device, cancellationToken);
        trackers.Epoch(metrics);
        options.Folder?.WriteMetrics([metrics]);
        return new(
            new TrainedModel(
                specification,
                model,
                null,
                ProvenanceOf(data, options, 1, 1, options.Clock.GetElapsedTime(began).TotalSeconds, get_num_threads())
            ),
            [metrics]
        );
    }

    private static LearningCourse CourseOf(Trainer trainer) =>
        LearningCourse.Of(
            [.. trainer.State.Epochs.Select(epoch => trainer.Model.Objective.Weighed(epoch.ValidationDistortionNats, epoch.ValidationRateNats))],
            trainer.State.Epochs[trainer.State.BestEpoch - 1].ValidationLossNats
        );

    private static Provenance ProvenanceOf(DataSplits data, TrainingOptions options, int epochs, int bestEpoch, double seconds, int threads) =>
        new(
            data.Train.Name,
            data.Train.Count,
            options.Seed,
            options.SplitSeed,
            epochs,
            bestEpoch,
            seconds,
            threads,
            options.Clock.GetUtcNow(),
            Software,
            data.Train.Blocks is not null,
            data.Train.Array
        )
        {
            CommandLine = options.CommandLine,
            Targets = data.Train.Targets,
            Label = data.Train.Schema.Kind.KeepsLabel ? data.Train.Labels.FirstOrDefault()?.Name : null,
            ValidationShare = Unusual(data.Shares.Validation, SplitShares.Usual.Validation),
            TestShare = Unusual(data.Shares.Test, SplitShares.Usual.Test),
        };

    private static double? Unusual(double share, double usual) => share == usual ? null : share;

    /// <summary>Loads the checkpoint to resume from; null if the run was stopped before it wrote one.</summary>
    private static Checkpoint? LoadCheckpoint(ModelSpecification specification, TrainingOptions options, ModelOrigin? origin)
    {
        var path = options.Folder?.Checkpoint
            ?? throw new InvalidInputException(
                "Resuming",
                "needs the folder of the run that was interrupted",
                $"give its {OptionNames.Folder}",
                OptionNames.Folder
            );
        if (!File.Exists(path))
            return File.Exists(options.Folder.Model)
                ? throw new InvalidInputException(
                    options.Folder.Path,
                    "holds a finished run and no checkpoint, so there is nothing to resume",
                    $"to train longer, train anew without {OptionNames.Resume}",
                    OptionNames.Resume
                )
                : null;
        var checkpoint = Checkpoint.Load(path);
        if (checkpoint.Specification.Preset != specification.Preset || !checkpoint.Specification.Schema.Equals(specification.Schema))
            throw new InvalidInputException(
                $"{path}: the checkpoint",
                $"is of {checkpoint.Specification.Preset} on {checkpoint.Specification.Schema}, and this run is {specification.Preset} on "
                    + $"{specification.Schema}",
                $"resume with what it was started with, or give another {OptionNames.Folder}",
                OptionNames.Folder
            );
        var different = specification
            .Settings.Values.Concat(checkpoint.Specification.Settings.Values)
            .Select(pair => pair.Key)
            .Distinct()
            .FirstOrDefault(key =>
                !(key == TrainingSettings.Precision.Key && specification.Settings.Get(TrainingSettings.Precision) == "auto")
                && !(key == TrainingSettings.Shares.Key && specification.Settings.Get(TrainingSettings.Shares) == 0)
                && specification.Settings.Values.GetValueOrDefault(key) != checkpoint.Specification.Settings.Values.GetValueOrDefault(key)
            );
        if (different is not null)
            throw new InvalidInputException(
                $"{path}: the checkpoint",
                $"has {OptionNames.Value(different, checkpoint.Specification.Settings.Values.GetValueOrDefault(different, "(none)"))}, and this "
                    + $"run {specification.Settings.Values.GetValueOrDefault(different, "(none)")}",
                $"resume with what it was started with, or give another {OptionNames.Folder}",
                OptionNames.Key(different)
            );
        if (checkpoint.Origin != origin)
            throw new InvalidInputException(
                $"{path}: the checkpoint",
                checkpoint.Origin is null
                    ? (Wording)$"is of a run that started from random weights, and this one starts from a model"
                    : $"is of a run that started from the model with weights {checkpoint.Origin.WeightsSha256[..12]}..., and this one does not",
                $"resume with what it was started with, or give another {OptionNames.Folder}",
                OptionNames.From
            );
        if (checkpoint.Seed != options.Seed)
            throw new InvalidInputException(
                $"{path}: the checkpoint",
                $"has seed {checkpoint.Seed}, and this run {options.Seed}",
                $"resume with {OptionNames.Seed} {checkpoint.Seed}",
                OptionNames.Seed
            );
        return checkpoint;
    }
}
