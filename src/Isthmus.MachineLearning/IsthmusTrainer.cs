using Microsoft.ML;

namespace Isthmus.MachineLearning;

/// <summary>
/// Trains an autoencoder on a view, a step of a pipeline. It needs the tensor library (package <c>Isthmus.Cpu</c>); the pipeline that it makes does not. Safe
/// to use from several threads, as far as its <see cref="MLContext"/> is.
/// </summary>
public sealed class IsthmusTrainer : IEstimator<IsthmusTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly ModelOptions _model;
    private readonly IsthmusTrainerOptions _options;
    private readonly string? _featureColumn;
    private readonly PipelineOutputs _outputs;

    internal IsthmusTrainer(TransformsCatalog catalog, ModelOptions model, IsthmusTrainerOptions options, string? featureColumn)
    {
        (_catalog, _model, _options, _featureColumn) = (catalog, model, options, featureColumn);
        if (featureColumn is not null && options.Output != IsthmusOutput.Codes)
            throw new InvalidInputException("A model of vectors", $"gives codes, and no {options.Output}", "train one of rows, whose columns are scalars");
        if (options.Rows.Time is { } time)
            throw new InvalidInputException(
                "A pipeline",
                $"sees a row at a time, and no windows of a series by '{time}'",
                "train by Fit(view.ToRows(options).Split()) and score by ScoreSeries"
            );
        _outputs = options.Output switch
        {
            IsthmusOutput.Codes => new CodeOutputs(options.OutputColumnName),
            IsthmusOutput.Anomalies => new AnomalyOutputs("Score", "PredictedLabel", "PValue", "ColumnBits"),
            IsthmusOutput.FilledRows => new FilledOutputs(),
            _ => throw new InvalidInputException("The output of training", $"is {options.Output}, which is none", "take a member of IsthmusOutput"),
        };
    }

    /// <summary>Trains the model on 80 % of the records; 10 % choose the epoch.</summary>
    /// <param name="input">The view, which is read once.</param>
    /// <exception cref="InvalidInputException">A column is missing or of another type, fewer than three records, or parts of the model that do not fit the
    /// data.</exception>
    /// <exception cref="Training.TrainingDivergedException">A loss or gradient is not finite.</exception>
    public IsthmusTransformer Fit(IDataView input)
    {
        var data = _featureColumn is null ? input.ToRows(_options.Rows) : input.ToVectors(_featureColumn, _options.Rows.Label);
        var model = _model.Fit(data.Split(_options.SplitSeed), _options.Training, _options.Progress, _options.CancellationToken);
        try
        {
            return new(new IsthmusEstimator(_catalog, ModelPart.Of(model, _outputs.Part), _outputs, _featureColumn).Fit(input), model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ColumnShapes.With(inputSchema, _outputs.Columns(ColumnShapes.Fillable(inputSchema)));
}
