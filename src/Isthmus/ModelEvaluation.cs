using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;

namespace Isthmus;

/// <summary>Measures of a model on data, with their errors.</summary>
public static class ModelEvaluation
{
    /// <summary>Evaluates a model on records that it was not fitted on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="test">The records.</param>
    /// <param name="train">Records that probes of the code are fitted on, such as the training part. Default null: no probes.</param>
    /// <param name="options">Effort and seed. Default: 100 importance samples, seed 1.</param>
    /// <param name="progress">Receives the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops early.</param>
    /// <exception cref="InvalidInputException">The records are not what the model was trained on, or too few.</exception>
    public static EvaluationReport Evaluate(
        this TrainedModel model,
        Dataset test,
        Dataset? train = null,
        EvaluationOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var schema = model.Specification.Schema;
        return Evaluator.Evaluate(model, test.BroughtTo(schema), train?.BroughtTo(schema), options ?? new(), progress, cancellationToken);
    }
}
