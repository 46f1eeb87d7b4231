using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>What to evaluate, and with how much effort.</summary>
public sealed record EvaluationOptions
{
    /// <summary>K of the importance-sampled likelihood; 0 leaves it out. Default 100.</summary>
    public int ImportanceSamples { get; init; } = 100;

    /// <summary>Distributions that annealed importance sampling passes through; 0, the default, leaves it out.</summary>
    public int AnnealedDistributions { get; init; }

    /// <summary>Records that it is done for, the first of them. Default 100.</summary>
    public int AnnealedRecords { get; init; } = 100;

    /// <summary>Samples that are compared with as many test pictures; 0, the default, leaves it out.</summary>
    public int Samples { get; init; }

    /// <summary>What the hash of the reference encoder must begin with; null, the default, for any.</summary>
    public string? ReferenceHash { get; init; }

    /// <summary>Of every random draw. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Records that probes are fitted on at most. Default 60,000.</summary>
    public int ProbeRecords { get; init; } = 60_000;

    /// <summary>Where the model's file lies, for the command that the verdict ends with. Default: model.isthmus.</summary>
    public string ModelPath { get; init; } = "model.isthmus";

    /// <summary>Where to compute. Default: the CPU.</summary>
    public Device? Device { get; init; }
}
