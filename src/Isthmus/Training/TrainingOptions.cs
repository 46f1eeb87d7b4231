using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// Options of training. A typed setting that is null keeps the value of the named model, or else its default. Values are checked when they are set.
/// </summary>
public sealed record TrainingOptions
{
    private Settings _settings = Models.Primitives.Settings.Empty;

    /// <summary>
    /// Settings of the model's parts and of training by key, as in files and on the command line: the text form of what the typed members set. A typed
    /// member has precedence. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>All settings that are said, typed members over <see cref="Settings"/>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Values => Models.Primitives.Settings.Empty.Overlay(Settings).Overlay(_settings.Values).Values;

    /// <summary>Maximum passes over the training records; 0: 60, or on small data as many as make 5,000 steps. Whole, at least 0. Default 0.</summary>
    public int? Epochs
    {
        get => _settings.Said(TrainingSettings.Epochs);
        init => _settings = _settings.With(TrainingSettings.Epochs, value);
    }

    /// <summary>Records in a step; 0: 128, or on small data an eighth of the records. Whole, at least 0. Default 0.</summary>
    public int? BatchSize
    {
        get => _settings.Said(TrainingSettings.BatchSize);
        init => _settings = _settings.With(TrainingSettings.BatchSize, value);
    }

    /// <summary>Optimisation algorithm. Default <see cref="Optimizer.AdamW"/>.</summary>
    public Optimizer? Optimizer
    {
        get => _settings.SaidChoice<Optimizer>(TrainingSettings.Optimiser);
        init => _settings = _settings.WithChoice(TrainingSettings.Optimiser, value);
    }

    /// <summary>Step size, before the schedule. At least 0. Default 0.001.</summary>
    public double? LearningRate
    {
        get => _settings.Said(TrainingSettings.LearningRate);
        init => _settings = _settings.With(TrainingSettings.LearningRate, value);
    }

    /// <summary>Steps over which the step size grows from 0; at most a tenth of all steps. Whole, at least 0. Default 200.</summary>
    public int? LearningRateWarmUp
    {
        get => _settings.Said(TrainingSettings.LearningRateWarmUp);
        init => _settings = _settings.With(TrainingSettings.LearningRateWarmUp, value);
    }

    /// <summary>
    /// Course of the step size: constant, cosine to zero at the epoch limit, or halved on a plateau of the validation loss. Default <see
    /// cref="LearningRateSchedule.Cosine"/>.
    /// </summary>
    public LearningRateSchedule? Schedule
    {
        get => _settings.SaidChoice<LearningRateSchedule>(TrainingSettings.Schedule);
        init => _settings = _settings.WithChoice(TrainingSettings.Schedule, value);
    }

    /// <summary>Epochs without improvement before schedule=plateau halves the step size. Whole, at least 1. Default 5.</summary>
    public int? PlateauEpochs
    {
        get => _settings.Said(TrainingSettings.PlateauEpochs);
        init => _settings = _settings.With(TrainingSettings.PlateauEpochs, value);
    }

    /// <summary>Decay of the weights of layers: decoupled for adamw, L2 otherwise. At least 0. Default 0.1.</summary>
    public double? WeightDecay
    {
        get => _settings.Said(TrainingSettings.WeightDecay);
        init => _settings = _settings.With(TrainingSettings.WeightDecay, value);
    }

    /// <summary>Momentum of sgd. From 0 to 1. Default 0.9.</summary>
    public double? Momentum
    {
        get => _settings.Said(TrainingSettings.Momentum);
        init => _settings = _settings.With(TrainingSettings.Momentum, value);
    }

    /// <summary>Decay of the mean of gradients in adam and adamw. From 0 to 0.9999. Default 0.9.</summary>
    public double? Beta1
    {
        get => _settings.Said(TrainingSettings.Beta1);
        init => _settings = _settings.With(TrainingSettings.Beta1, value);
    }

    /// <summary>Maximum Euclidean norm of the gradient; 0: unlimited. At least 0. Default 0.</summary>
    public double? Clip
    {
        get => _settings.Said(TrainingSettings.Clip);
        init => _settings = _settings.With(TrainingSettings.Clip, value);
    }

    /// <summary>
    /// Maximum norm of the gradient in moving means of the norms before it, against a single batch that throws the weights far; 0: unlimited. At least 0.
    /// Default 0.
    /// </summary>
    public double? ClipSpikes
    {
        get => _settings.Said(TrainingSettings.ClipSpikes);
        init => _settings = _settings.With(TrainingSettings.ClipSpikes, value);
    }

    /// <summary>Decay of the exponential moving average of weights, which is validated and kept; 0: none. From 0 to 0.999999. Default 0.999.</summary>
    public double? Average
    {
        get => _settings.Said(TrainingSettings.Average);
        init => _settings = _settings.With(TrainingSettings.Average, value);
    }

    /// <summary>Epochs without improvement on the validation records before training stops; 0: a third of the limit. Whole, at least 0. Default 0.</summary>
    public int? Patience
    {
        get => _settings.Said(TrainingSettings.Patience);
        init => _settings = _settings.With(TrainingSettings.Patience, value);
    }

    /// <summary>
    /// Arithmetic of matrix products in training; auto: bfloat16 where the processor multiplies it in hardware and records are not real numbers, whose fit 8
    /// bits of mantissa would limit. Default <see cref="MatrixPrecision.Auto"/>.
    /// </summary>
    public MatrixPrecision? Precision
    {
        get => _settings.SaidChoice<MatrixPrecision>(TrainingSettings.Precision);
        init => _settings = _settings.WithChoice(TrainingSettings.Precision, value);
    }

    /// <summary>Epochs that train the encoder alone before each epoch that trains the decoder alone; 0: both together. Whole, at least 0. Default 0.</summary>
    public int? EncoderEpochs
    {
        get => _settings.Said(TrainingSettings.EncoderEpochs);
        init => _settings = _settings.With(TrainingSettings.EncoderEpochs, value);
    }

    /// <summary>
    /// Steps that train the encoder alone before each step that trains the decoder alone, until the rate of the validation records no longer grows (He et al.
    /// 2019); 0: both together. Whole, at least 0. Default 0.
    /// </summary>
    public int? EncoderSteps
    {
        get => _settings.Said(TrainingSettings.EncoderSteps);
        init => _settings = _settings.With(TrainingSettings.EncoderSteps, value);
    }

    /// <summary>
    /// Work that threads share: the records of a batch, each thread a slice, or each operation in turn; auto: records, where these do not depend on each other
    /// and there are 16 a thread. Default <see cref="Parallelism.Auto"/>.
    /// </summary>
    public Parallelism? Parallel
    {
        get => _settings.SaidChoice<Parallelism>(TrainingSettings.Parallel);
        init => _settings = _settings.WithChoice(TrainingSettings.Parallel, value);
    }

    /// <summary>
    /// Parts of a batch whose gradients are computed apart and summed in order, so that the weights do not depend on threads and processes; 0: one a thread,
    /// and one a thread of every process where several train together. Whole, 0 to 4096. Default 0.
    /// </summary>
    public int? Shares
    {
        get => _settings.Said(TrainingSettings.Shares);
        init => _settings = _settings.With(TrainingSettings.Shares, value);
    }

    /// <summary>
    /// Trained model whose weights training starts from, on more data of its schema (warm start). Its parts and the scale of its numbers stay, settings that
    /// contradict them are refused, and settings of training that are not said are its own; items and categories that are new to it (<see
    /// cref="DataOptions.Grow"/>) are added. It is not changed. Default null: weights are random.
    /// </summary>
    public TrainedModel? From { get; init; }

    /// <summary>File or folder of <see cref="From"/>, for the new model's provenance. Default null: not said.</summary>
    internal string? FromFile { get; init; }

    /// <summary>Random seed for weights, shuffling and noise. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Seed that the data were split by, kept in the model file. Default 1. Parts made by <c>Dataset.Split</c> or <c>DataSource.Load</c> know theirs, which is
    /// kept instead.
    /// </summary>
    public int SplitSeed { get; init; } = 1;

    /// <summary>Words of the training command line, kept in the model file for the commands that its evaluation suggests. Default null.</summary>
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>Folder for checkpoints and metrics. Default null: none is written.</summary>
    public RunFolder? Folder { get; init; }

    /// <summary>True to resume from the folder's checkpoint. Default false: begin anew.</summary>
    public bool Resume { get; init; }

    /// <summary>Smallest time between two checkpoints. Default 20 seconds.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Device for training. Default null: the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Number of threads of the tensor library; 0 (the default) leaves it unchanged. The same number gives the same weights.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Processes that train this model together, each on its shares of every batch; all give the same data and options. Rank
    /// 0 alone writes files and reports progress, and all return the same model. Default null: this process alone.
    /// </summary>
    public Communicator? Communicator { get; init; }

    /// <summary>
    /// Called after each epoch, on the training thread, with the model and the weights by which the epoch is judged: their average, where there is one. The
    /// model may be used for codes, but not changed, and only until the call returns. Default null.
    /// </summary>
    public Action<ObservedEpoch>? Observe { get; init; }

    /// <summary>With <see cref="Resume"/>: trains no further, and takes the best weights so far. Default false.</summary>
    internal bool Finish { get; init; }

    /// <summary>Receivers of the run's settings, of each epoch's figures, and of its end, such as TensorBoard and MLflow. Default: none.</summary>
    public IReadOnlyList<IRunTracker> Trackers { get; init; } = [];

    /// <summary>Clock of times spent and left. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A model in training, after an epoch.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Model">Model with the weights by which the epoch is judged: their moving average, where there is one.</param>
/// <param name="Train">The records that it trains on, on its own scale and with the labels that it knows.</param>
/// <param name="Validation">The records that choose the epoch, likewise.</param>
public sealed record ObservedEpoch(int Epoch, Autoencoder Model, Dataset Train, Dataset Validation);
