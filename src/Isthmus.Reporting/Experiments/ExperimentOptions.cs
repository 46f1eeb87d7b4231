using Isthmus.Training;

namespace Isthmus.Reporting.Experiments;

/// <summary>Options of an experiment: training, evaluation and output.</summary>
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
}

/// <summary>Progress of an experiment; one of the three members is set.</summary>
public sealed record ExperimentProgress
{
    /// <summary>Progress of training; its first report has the notes on data and model.</summary>
    public TrainingProgress? Training { get; init; }

    /// <summary>Trained model, once it is saved and before it is evaluated.</summary>
    public TrainingRun? Trained { get; init; }

    /// <summary>Fraction done of the evaluation's slow part, 0 to 1.</summary>
    public double? Evaluated { get; init; }
}
