using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>How to train, besides the settings that define the model.</summary>
public sealed record TrainingOptions
{
    /// <summary>Settings that differ from the preset's, by key. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Of the weights, the order of records and all noise. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The seed that the data were split by, for the record. Default 1.</summary>
    public int SplitSeed { get; init; } = 1;

    /// <summary>The words of the command line that trains, kept in the model file for the commands that its figures suggest. Default: none.</summary>
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>Where checkpoints and metrics go; null for nowhere. Default: nowhere.</summary>
    public RunFolder? Folder { get; init; }

    /// <summary>Go on from the folder's checkpoint. Default: begin anew.</summary>
    public bool Resume { get; init; }

    /// <summary>Least time between two checkpoints. Default: 20 seconds.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where to compute. Default: the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Threads of the tensor library; 0 leaves it as it is. The same number gives the same weights. Default: as it is.</summary>
    public int Threads { get; init; }

    /// <summary>Told what should be known of the data before the first step, such as that columns are constant. Default: nobody.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Told when all has been checked and the next thing is the first step. Default: nobody.</summary>
    public Action? Begun { get; init; }

    /// <summary>Told how training goes, a few times a second. Default: nobody.</summary>
    public Action<TrainingProgress>? Report { get; init; }

    /// <summary>Shown the model after each epoch, with the weights of its last step; it may be asked for codes, but not changed. Default: nobody.</summary>
    public Action<ObservedEpoch>? Observe { get; init; }

    /// <summary>The clock of times spent and left. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Stops between two steps, after a checkpoint. Default: never.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>A model in training, as it is after an epoch.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Model">With the weights of the last step.</param>
/// <param name="Train">The records that it trains on, on its own scale and with the labels that it knows.</param>
/// <param name="Validation">The records that choose the epoch, likewise.</param>
public sealed record ObservedEpoch(int Epoch, Autoencoder Model, Dataset Train, Dataset Validation);
