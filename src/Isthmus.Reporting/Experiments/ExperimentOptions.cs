using Isthmus.Training;

namespace Isthmus.Reporting.Experiments;

/// <summary>Options of an experiment: training, evaluation, output and progress.</summary>
public sealed record ExperimentOptions
{
    /// <summary>
    /// Options of training: settings, seed, device, and the run's folder. Default: those of <see cref="TrainingOptions"/> without a folder, so that nothing is
    /// written.
    /// </summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Number of samples of the importance-sampled likelihood, K, for variational models; 0 leaves it out. Default 100.</summary>
    public int ImportanceSamples { get; init; } = 100;

    /// <summary>True to write the report of the run into its folder. Default true.</summary>
    public bool Report { get; init; } = true;

    /// <summary>Called with the trained model, once it is saved and before it is evaluated. Default null.</summary>
    public Action<TrainingRun>? Trained { get; init; }

    /// <summary>Receiver of the fraction done of the evaluation's slow part. Default null.</summary>
    public IProgress<double>? Evaluating { get; init; }
}
