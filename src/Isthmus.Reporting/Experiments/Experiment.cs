using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Processes;
using Isthmus.Reporting.Pages;
using Isthmus.Training;

namespace Isthmus.Reporting.Experiments;

/// <summary>
/// Trains a model on data, evaluates it and writes its report: resolves the model's settings with the labels of the data, trains, saves, evaluates,
/// saves again with the figures, writes the report, and clears the checkpoint. The command line and sweeps run this and nothing else.
/// </summary>
public static class Experiment
{
    /// <summary>Runs one experiment on data that have been read.</summary>
    /// <param name="data">Fitted on Train, the best epoch chosen on Validation, evaluated on Test.</param>
    /// <param name="model">A preset's name; null for <see cref="RecordKind.Model"/> of the data's kind, which the result and the first report of training
    /// then say.</param>
    /// <param name="options">Options; null for the defaults, which write nothing.</param>
    /// <param name="progress">Receives how far it is, from the thread that works.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The model, which the caller disposes of, and its figures.</returns>
    /// <exception cref="InvalidInputException">Unknown preset or setting, data that do not fit, a checkpoint of another run, a folder that cannot be written
    /// to.</exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled. While it trains the checkpoint is written first; afterwards the trained model is saved, and what cannot be stopped from inside
    /// runs out by itself in the background.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public static ExperimentResult Run(
        DataSplits data,
        string? model = null,
        ExperimentOptions? options = null,
        IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        model ??= options.Training.From?.Specification.Preset;
        var choice = model is null ? ModelChoice.For(data.Train.Schema) : null;
        var note = choice is null ? null : $"no model named: {choice.Preset}, for {choice.Why}.";
        return Complete(data, model ?? choice!.Preset, options, note, progress, cancellationToken) with { Why = choice?.Why };
    }

    /// <summary>Runs one experiment with a model of <see cref="Autoencoders"/>.</summary>
    /// <param name="data">Fitted on Train, the best epoch chosen on Validation, evaluated on Test.</param>
    /// <param name="model">The model and where it differs from its preset.</param>
    /// <param name="options">Options; null for the defaults, which write nothing.</param>
    /// <param name="progress">Receives how far it is, from the thread that works.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The model, which the caller disposes of, and its figures.</returns>
    /// <inheritdoc cref="Run(DataSplits, string?, ExperimentOptions?, IProgress{ExperimentProgress}?, CancellationToken)" path="/exception"/>
    public static ExperimentResult Run(
        DataSplits data,
        ModelOptions model,
        ExperimentOptions? options = null,
        IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return Run(data, model.Preset, options with { Training = model.With(options.Training) }, progress, cancellationToken);
    }

    /// <summary>Reads data and runs one experiment on them.</summary>
    /// <param name="nameOrPath">A catalogue name or a path.</param>
    /// <param name="model">A preset's name; null for the one that <see cref="ModelChoice"/> takes by what the data hold.</param>
    /// <param name="options">Options; null for the defaults, which write nothing.</param>
    /// <param name="reading">Options for reading the data, with the seed of their split; null for the defaults and
    /// <see cref="TrainingOptions.SplitSeed"/>.</param>
    /// <param name="progress">Receiver of the progress, on the thread that works.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The model, which the caller disposes of, and its figures.</returns>
    /// <exception cref="InvalidInputException">Data that cannot be read or do not fit, an unknown preset or setting, a checkpoint of another run, a folder that
    /// cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, as with data that have been read.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public static ExperimentResult Run(
        string nameOrPath,
        string? model = null,
        ExperimentOptions? options = null,
        DataOptions? reading = null,
        IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        reading ??= new() { Seed = options.Training.SplitSeed };
        // The model keeps the seed that its data were split by.
        options = options with { Training = options.Training with { SplitSeed = reading.Seed } };
        var choice = options.Training.From is { } from
            ? new(model ?? from.Specification.Preset, ModelData.Reading(from.Manifest, nameOrPath, reading), null)
            : ModelChoice.Of(model, nameOrPath, reading, reading.Table ?? new());
        var note =
            choice.Why is not { } why ? null
            : model is null ? $"no model named: {choice.Preset}, for {why}."
            : $"{why}.";
        var data = DataSource.Load(nameOrPath, choice.Options, cancellationToken: cancellationToken);
        return Complete(data, choice.Preset, options, note, progress, cancellationToken) with { Why = choice.Why };
    }

    /// <summary>Returns true if a run that is to be resumed is finished.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="model">The preset that is asked for.</param>
    /// <param name="training">The settings and the seed that are asked for.</param>
    /// <exception cref="InvalidInputException">It is finished, but was another training than the one asked for.</exception>
    public static bool IsFinished(RunFolder folder, string model, TrainingOptions training)
    {
        if (!File.Exists(folder.Report) || !File.Exists(folder.Model) || File.Exists(folder.Checkpoint))
            return false;
        var made = ModelManifest.Read(folder.Model);
        if (made.Preset != model)
            throw new InvalidInputException(
                folder.Path,
                $"holds a finished {made.Preset}, and {OptionNames.Resume} asks for {model}",
                $"leave {OptionNames.Resume} out to train it, or give another {OptionNames.Folder}",
                OptionNames.Resume
            );
        if (made.Provenance.Seed != training.Seed)
            throw new InvalidInputException(
                folder.Path,
                $"is finished with seed {made.Provenance.Seed}, and {OptionNames.Resume} asks for {training.Seed}",
                $"leave {OptionNames.Resume} out to train it, or give another {OptionNames.Folder}",
                OptionNames.Resume
            );
        if (made.Provenance.Origin?.WeightsSha256 != (training.From is { } from ? new WarmStart(from).Begun.WeightsSha256 : null))
            throw new InvalidInputException(
                folder.Path,
                made.Provenance.Origin is null
                    ? (Wording)$"is finished and started from random weights, and this run is to start from a model"
                    : $"is finished and started from the model with weights {made.Provenance.Origin.WeightsSha256[..12]}..., and this run is not to",
                $"leave {OptionNames.Resume} out to train it, or give another {OptionNames.Folder}",
                OptionNames.Resume
            );
        foreach (var (key, value) in training.Values)
            if (value != "auto" && made.Settings.TryGetValue(key, out var own) && own != value)
                throw new InvalidInputException(
                    folder.Path,
                    $"is finished with {OptionNames.Value(key, own)}, and {OptionNames.Value(key, value)} cannot be reached from there",
                    $"leave {OptionNames.Resume} out to train anew",
                    OptionNames.Resume
                );
        return true;
    }

    private static ExperimentResult Complete(
        DataSplits data,
        string model,
        ExperimentOptions options,
        string? note,
        IProgress<ExperimentProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        // The run ends with its figures, and not with its training. Of several processes rank 0 reports.
        var trackers = new RunTrackers(options.Training.Communicator is { Rank: > 0 } ? [] : options.Training.Trackers);
        options = options with { Training = options.Training with { Trackers = [trackers.WithoutEnd] } };
        return trackers.Follow(() => Stages(data, model, options, note, progress, cancellationToken), result => result.Evaluation.Values);
    }

    private static ExperimentResult Stages(
        DataSplits data,
        string model,
        ExperimentOptions options,
        string? note,
        IProgress<ExperimentProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var training = options.Training;
        if (training.From is { } from)
            data = new WarmStart(from).Brought(data);
        var trained = TrainingRun.Train(model, data, training, new TrainingStage(progress, note), cancellationToken);
        // Of several processes rank 0 writes and reports; the others take a part of the evaluation.
        var folder = training.Communicator is { Rank: > 0 } ? null : training.Folder;
        if (training.Communicator is { Rank: > 0 })
            progress = null;
        // Saved before it is evaluated, so that an interrupt costs the figures and not the training.
        if (folder is not null)
            trained.Model.Save(folder.Model);
        progress?.Report(new() { Trained = trained });
        var evaluating = new EvaluationOptions
        {
            ImportanceSamples = options.ImportanceSamples,
            Seed = training.Seed,
            Device = training.Device,
            Communicator = training.Communicator,
            ModelPath = folder?.Path ?? new EvaluationOptions().ModelPath,
        };
        // As many threads as it was trained with, for figures that are the same by whatever it is started.
        using var threads = TensorThreads.Use(TrainingRun.ThreadsOf(training, training.Communicator ?? Communicator.Alone));
        // A model that such work may still compute with is left to the collector.
        var evaluation = Detached.Run(
            () => Evaluator.Evaluate(trained.Model, data.Test, data.Train, evaluating, new EvaluationStage(progress), cancellationToken),
            cancellationToken
        );
        var complete = trained with { Model = trained.Model.WithMetrics(evaluation.Values) };
        if (folder is not null)
        {
            complete.Model.Save(folder.Model);
            if (options.Report)
                ReportPage.Write(
                    folder.Report,
                    Detached.Run(() => ReportContent.Collect(Path.GetFileName(folder.Path), complete, data, evaluation, training.Seed), cancellationToken)
                );
            folder.Finish();
        }
        return new(complete.Model, complete.Epochs, evaluation, folder);
    }

    /// <summary>Reports of training as reports of the experiment, the first with a note of the experiment's own.</summary>
    private sealed class TrainingStage(IProgress<ExperimentProgress>? progress, string? note) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) =>
            progress?.Report(new() { Training = value.Epoch == 0 && note is not null ? value with { Notes = [note, .. value.Notes] } : value });
    }

    private sealed class EvaluationStage(IProgress<ExperimentProgress>? progress) : IProgress<double>
    {
        public void Report(double value) => progress?.Report(new() { Evaluated = value });
    }
}
