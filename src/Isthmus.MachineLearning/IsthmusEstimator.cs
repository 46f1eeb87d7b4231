using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.MachineLearning;

/// <summary>
/// A model in a pipeline: codes, scores or filled rows. <see cref="Fit"/> learns nothing; it fits the model to the types of the view's columns. The pipeline
/// is made of transforms of ML.NET and carries the model: saved, it loads in another process. Safe to use from several threads, as far as its <see
/// cref="MLContext"/> is.
/// </summary>
public sealed class IsthmusEstimator : IEstimator<ITransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly ModelPart _part;
    private readonly PipelineOutputs _outputs;
    private readonly string? _featureColumn;

    internal IsthmusEstimator(TransformsCatalog catalog, ModelPart part, PipelineOutputs outputs, string? featureColumn = null)
    {
        (_catalog, _part, _outputs, _featureColumn) = (catalog, part, outputs, featureColumn);
        if (part.IsOfColumns != featureColumn is null)
            throw new InvalidInputException(
                part.Name,
                $"is of {part.Schema}",
                outputs is not CodeOutputs ? "take a model of rows"
                    : featureColumn is null ? "name the column of vectors that it is to take"
                    : "leave the column out: it takes the columns that it was trained on, by their names"
            );
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A column of the model is missing, of another type or of another length.</exception>
    public ITransformer Fit(IDataView input)
    {
        var graph = new PipelineGraph(_part, input.Schema, _featureColumn);
        OutputColumn[] made = [.. _outputs.Declare(graph, _part)];
        var steps = new EstimatorChain<ITransformer>();
        foreach (var (name, column, conversion) in graph.Conversions)
            steps = steps.Append<ITransformer>(
                conversion switch
                {
                    Conversion.Text => _catalog.Conversion.MapKeyToValue(name, column),
                    Conversion.Ticks => _catalog.Conversion.ConvertType(name, column, DataKind.Int64),
                    _ => _catalog.Conversion.ConvertType(name, column, DataKind.Double),
                }
            );
        using var file = new MemoryStream(graph.ToBytes());
        // All arguments, as two overloads take fewer.
        steps = steps.Append<ITransformer>(_catalog.ApplyOnnxModel([.. graph.Outputs], graph.Inputs, file, null, null, false, 100));
        foreach (var output in made)
            steps = steps.Append(
                output.IsScalar
                    ? ScalarMappings.Of(_catalog, output.Name, PipelineGraph.OwnName(output.Name), output.Type)
                    : _catalog.CopyColumns(output.Name, PipelineGraph.OwnName(output.Name))
            );
        return steps.Append<ITransformer>(_catalog.DropColumns([.. graph.Outputs, .. graph.Conversions.Select(conversion => conversion.Name)])).Fit(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ColumnShapes.With(inputSchema, _outputs.Columns(ColumnShapes.Fillable(inputSchema)));
}
