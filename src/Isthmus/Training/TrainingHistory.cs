namespace Isthmus.Training;

/// <summary>Metrics of one epoch: a line of <c>metrics.jsonl</c>. All in nats a record.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="TrainDistortionNats">-ln p(x|z), mean over the epoch's batches.</param>
/// <param name="TrainRateNats">The bottleneck's charge, likewise.</param>
/// <param name="ValidationDistortionNats">-ln p(x|z) on the validation records with the averaged weights.</param>
/// <param name="ValidationRateNats">The bottleneck's charge, likewise.</param>
/// <param name="LearningRate">Step size of the epoch's last step.</param>
public sealed record EpochMetrics(
    int Epoch,
    double TrainDistortionNats,
    double TrainRateNats,
    double ValidationDistortionNats,
    double ValidationRateNats,
    double LearningRate
)
{
    /// <summary>Distortion + rate on the training records.</summary>
    public double TrainLossNats => TrainDistortionNats + TrainRateNats;

    /// <summary>Distortion + rate on the validation records, unweighted, for early stopping.</summary>
    public double ValidationLossNats => ValidationDistortionNats + ValidationRateNats;
}

/// <summary>
/// Progress of training between two steps. With the weights and moments it is all that a resumed run needs: the randomness of step t depends on the seed and t
/// alone.
/// </summary>
/// <param name="Step">Steps done.</param>
/// <param name="DistortionSum">Sum of the batches' mean distortions in the current epoch.</param>
/// <param name="RateSum">Sum of the batches' mean rates in the current epoch.</param>
/// <param name="PlateauFactor">Factor of the learning rate by schedule=plateau.</param>
/// <param name="BestLossNats">Best validation figure so far; null before the first.</param>
/// <param name="BestEpoch">Epoch of the best loss; 0 before the first.</param>
/// <param name="Epochs">Figures of the epochs done.</param>
/// <param name="Seconds">Time spent training.</param>
/// <param name="Stopped">True if training has ended (epoch limit or patience).</param>
public sealed record TrainingState(
    long Step,
    double DistortionSum,
    double RateSum,
    double PlateauFactor,
    double? BestLossNats,
    int BestEpoch,
    IReadOnlyList<EpochMetrics> Epochs,
    double Seconds,
    bool Stopped
)
{
    /// <summary>Moving mean of the gradient's norms, each as it was clipped, where spikes are clipped; 0 before the first.</summary>
    public double GradientNorm { get; init; }

    /// <summary>State before the first step.</summary>
    public static TrainingState Start { get; } = new(0, 0, 0, 1, null, 0, [], 0, false);
}

/// <summary>Progress of a training: reported before the first step, a few times a second, and at each epoch's end.</summary>
/// <param name="Epoch">1 for the first; 0 in the report before the first step, after all checks.</param>
/// <param name="Epochs">The limit.</param>
/// <param name="Fraction">Fraction of all steps to the limit.</param>
/// <param name="DistortionNats">Mean of the current epoch so far.</param>
/// <param name="RateNats">Likewise.</param>
/// <param name="RecordsPerSecond">Since this process began training.</param>
/// <param name="Remaining">To the epoch limit, at that pace.</param>
/// <param name="Finished">The epoch's figures, at its end only.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    double Fraction,
    double DistortionNats,
    double RateNats,
    double RecordsPerSecond,
    TimeSpan Remaining,
    EpochMetrics? Finished
)
{
    /// <summary>Notes on the data, such as constant columns: in the report before the first step; empty in all others.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The report before the first step of a run that has done a fraction of its steps already, 0 if it is new.</summary>
    internal static TrainingProgress Start(int epochs, double fraction, IReadOnlyList<string> notes) =>
        new(0, epochs, fraction, 0, 0, 0, TimeSpan.Zero, null) { Notes = notes };
}
