using Isthmus.Training;

namespace Isthmus.Reporting.Experiments;

/// <summary>How to run an experiment: how to train, what to evaluate, what to write, and who is told how it goes.</summary>
public sealed record ExperimentOptions
{
    /// <summary>
    /// Settings, seed, device, cancellation, and the run's folder. Default: what <see cref="TrainingOptions"/> says, and no folder, so that nothing is written.
    /// </summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>K of the importance-sampled likelihood of variational models; 0 leaves it out. Default 100.</summary>
    public int ImportanceSamples { get; init; } = 100;

    /// <summary>Write the page of the run into its folder. Default: yes.</summary>
    public bool Report { get; init; } = true;

    /// <summary>Shown the trained model, once it is saved and before it is evaluated. Default: nobody.</summary>
    public Action<TrainingRun>? Trained { get; init; }

    /// <summary>Told the share done of the evaluation's slow part. Default: nobody.</summary>
    public IProgress<double>? Evaluating { get; init; }
}
