using Isthmus.Models;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>Options of an evaluation: its parts and their effort.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Number of samples of the importance-sampled likelihood, K; 0 leaves it out. Default 100.</summary>
    public int ImportanceSamples { get; init; } = 100;

    /// <summary>Number of distributions of annealed importance sampling; 0 (the default) leaves it out.</summary>
    public int AnnealedDistributions { get; init; }

    /// <summary>Number of records for it, from the first on. Default 100.</summary>
    public int AnnealedRecords { get; init; } = 100;

    /// <summary>Number of samples to compare with as many test pictures; 0 (the default) leaves it out.</summary>
    public int Samples { get; init; }

    /// <summary>Required beginning of the reference encoder's hash; null (the default) for any.</summary>
    public string? ReferenceHash { get; init; }

    /// <summary>Random seed. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Largest number of records that probes are fitted on. Default 60,000.</summary>
    public int ProbeRecords { get; init; } = 60_000;

    /// <summary>Path of the model's file, for the command at the end of the verdict. Default model.isthmus.</summary>
    public string ModelPath { get; init; } = "model.isthmus";

    /// <summary>
    /// Processes that evaluate together, all with the same model, records and options: each takes a part of the importance sampling, and all return the same
    /// figures, those of one process. Default null: this process alone.
    /// </summary>
    public Communicator? Communicator { get; init; }

    /// <summary>
    /// Language model of the same lines of text (<c>lstm-lm</c>), for models of lines: its -ln p(x) stands beside the model's, and the verdict compares them.
    /// Default null.
    /// </summary>
    public TrainedModel? Baseline { get; init; }

    /// <summary>Device for the computation. Default null: the CPU.</summary>
    public Device? Device { get; init; }
}
