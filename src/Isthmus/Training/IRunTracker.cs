namespace Isthmus.Training;

/// <summary>
/// An observer of trainings that records them elsewhere: in TensorBoard, in MLflow, or in a place of one's own. Named in <see
/// cref="TrainingOptions.Trackers"/>. One tracker may follow several runs, one after the other.
/// </summary>
/// <remarks>All calls of a run come one after the other: <see cref="Begin"/>, <see cref="Epoch"/> for each epoch, <see cref="End"/>. An exception thrown here
/// ends the training.</remarks>
public interface IRunTracker
{
    /// <summary>Begins a run, after all checks and before its first step; a resumed run begins again.</summary>
    void Begin(TrackedRun run);

    /// <summary>Takes the figures of an epoch that has ended: those that <c>metrics.jsonl</c> gets.</summary>
    void Epoch(EpochMetrics epoch);

    /// <summary>Ends the run.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="figures">Figures of the evaluation on the test records, by key with its unit such as <c>elbo_bits</c>; empty where nothing was
    /// evaluated.</param>
    void End(RunOutcome outcome, IReadOnlyDictionary<string, double> figures);
}

/// <summary>A training run, as trackers see it.</summary>
/// <param name="Name">Name of the run: that of its folder, or else the model and the data.</param>
/// <param name="Settings">Hyperparameters by key, such as <c>learning-rate</c>: model, data, number of records, seeds, and every setting with its
/// value.</param>
/// <param name="Folder">Folder of the run; null if it has none.</param>
/// <param name="IsResumed">True if it goes on with an interrupted run of the same folder.</param>
/// <param name="Epochs">Epochs done before; empty unless it is resumed.</param>
public sealed record TrackedRun(
    string Name,
    IReadOnlyDictionary<string, string> Settings,
    RunFolder? Folder,
    bool IsResumed,
    IReadOnlyList<EpochMetrics> Epochs
);

/// <summary>Outcome of a run.</summary>
public enum RunOutcome
{
    /// <summary>All was done.</summary>
    Finished,

    /// <summary>Stopped by an error.</summary>
    Failed,

    /// <summary>Cancelled; it may be resumed.</summary>
    Interrupted,
}
