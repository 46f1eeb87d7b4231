using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Reporting.Experiments;

/// <summary>Result of an experiment. Disposing of it disposes of the model.</summary>
/// <param name="Model">The model with its best weights and its figures.</param>
/// <param name="Epochs">The figures of each epoch.</param>
/// <param name="Evaluation">Evaluation on the test records.</param>
/// <param name="Folder">Folder of model, metrics and report; null if nothing was written.</param>
public sealed record ExperimentResult(TrainedModel Model, IReadOnlyList<EpochMetrics> Epochs, EvaluationReport Evaluation, RunFolder? Folder) : IDisposable
{
    /// <summary>Reason why this model was chosen, to follow "for"; null if the caller named it.</summary>
    public string? Why { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
