using Isthmus.Models;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.MachineLearning;

/// <summary>
/// A trained model as a step of a pipeline. Saved, it is a chain of ML.NET's own transforms that carries the model in its form for ONNX Runtime; <see
/// cref="Model"/> is not saved with it. Safe to use from several threads, until it is disposed of.
/// </summary>
public sealed class IsthmusTransformer : ITransformer, IDisposable
{
    private readonly ITransformer _steps;

    internal IsthmusTransformer(ITransformer steps, TrainedModel model) => (_steps, Model) = (steps, model);

    /// <summary>The model: <c>Model.Save("customers.isthmus")</c> keeps it, and <c>Model.Score</c> gives reasons. Disposed of with this.</summary>
    public TrainedModel Model { get; }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => _steps.IsRowToRowMapper;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _steps.Transform(input);

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _steps.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _steps.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public void Dispose()
    {
        (_steps as IDisposable)?.Dispose();
        Model.Dispose();
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => _steps.Save(ctx);
}
