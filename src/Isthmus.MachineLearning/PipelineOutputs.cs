using Isthmus.Data.Tables;
using Isthmus.Onnx;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Tables;
using Microsoft.ML.Data;

namespace Isthmus.MachineLearning;

/// <summary>What a pipeline makes of records: codes, scores, or rows without missing values.</summary>
internal abstract record PipelineOutputs
{
    /// <summary>The part of a model that makes it.</summary>
    public abstract OnnxPart Part { get; }

    /// <summary>The columns, as far as they are known before there are data.</summary>
    /// <param name="fillable">Types of the columns whose cells can be missing, by name.</param>
    public abstract IEnumerable<OutputColumn> Columns(IReadOnlyDictionary<string, DataViewType> fillable);

    /// <summary>Declares the outputs: a column each, whose value in the graph has <see cref="PipelineGraph.Own"/> before its name.</summary>
    public abstract IEnumerable<OutputColumn> Declare(PipelineGraph graph, ModelPart part);
}

/// <summary>Codes, the mean of q(z|x) or z itself.</summary>
/// <param name="Name">Name of the column.</param>
internal sealed record CodeOutputs(string Name) : PipelineOutputs
{
    /// <inheritdoc/>
    public override OnnxPart Part => OnnxPart.Encoder;

    /// <inheritdoc/>
    public override IEnumerable<OutputColumn> Columns(IReadOnlyDictionary<string, DataViewType> fillable) => [new(Name, NumberDataViewType.Single, false)];

    /// <inheritdoc/>
    public override IEnumerable<OutputColumn> Declare(PipelineGraph graph, ModelPart part)
    {
        graph.Output(PipelineGraph.OwnName(Name), graph.Made(OnnxModel.Code), OnnxElement.Float, part.Latent);
        return Columns(new Dictionary<string, DataViewType>());
    }
}

/// <summary>Score, verdict, p-value and bits of each column.</summary>
internal sealed record AnomalyOutputs(string Score, string PredictedLabel, string PValue, string ColumnBits) : PipelineOutputs
{
    /// <inheritdoc/>
    public override OnnxPart Part => OnnxPart.Score;

    /// <inheritdoc/>
    public override IEnumerable<OutputColumn> Columns(IReadOnlyDictionary<string, DataViewType> fillable) =>
        [
            new(Score, NumberDataViewType.Single, true),
            new(PredictedLabel, BooleanDataViewType.Instance, true),
            new(PValue, NumberDataViewType.Single, true),
            new(ColumnBits, NumberDataViewType.Single, false),
        ];

    /// <inheritdoc/>
    public override IEnumerable<OutputColumn> Declare(PipelineGraph graph, ModelPart part)
    {
        var table = (TableSchema)part.Schema;
        OnnxValue Made(string output) => graph.Made(ScoreGraph.NameOf(table, output));
        graph.Output(PipelineGraph.OwnName(Score), Made(ScoreGraph.Outputs.Bits), OnnxElement.Float, 1);
        graph.Output(PipelineGraph.OwnName(PredictedLabel), Made(ScoreGraph.Outputs.Anomaly), OnnxElement.Boolean, 1);
        graph.Output(PipelineGraph.OwnName(PValue), Made(ScoreGraph.Outputs.PValue), OnnxElement.Float, 1);
        graph.Output(
            PipelineGraph.OwnName(ColumnBits),
            Made(ScoreGraph.Outputs.ColumnBits),
            OnnxElement.Float,
            table.Dimension,
            [.. table.Fields.Select(column => column.Name)]
        );
        return Columns(new Dictionary<string, DataViewType>());
    }
}

/// <summary>The model's columns, missing values filled by the row's reconstruction. Columns whose type has no missing values stay as they are.</summary>
internal sealed record FilledOutputs : PipelineOutputs
{
    /// <inheritdoc/>
    public override OnnxPart Part => OnnxPart.Reconstruct;

    /// <inheritdoc/>
    public override IEnumerable<OutputColumn> Columns(IReadOnlyDictionary<string, DataViewType> fillable) =>
        fillable.Select(column => new OutputColumn(column.Key, column.Value, true));

    /// <inheritdoc/>
    public override IEnumerable<OutputColumn> Declare(PipelineGraph graph, ModelPart part)
    {
        foreach (var field in ((TableSchema)part.Schema).Fields)
            if (
                graph.Columns[field.Name] is { Slot: null, Column: { Name: var name, Type: var type } }
                && (ViewColumn.IsReal(type) || type is TextDataViewType)
            )
            {
                var (given, made) = (graph.Given(name), graph.Made(ColumnOutputs.NameOf(field)));
                var element =
                    type is TextDataViewType ? OnnxElement.Text
                    : type == NumberDataViewType.Single ? OnnxElement.Float
                    : OnnxElement.Double;
                graph.Output(
                    PipelineGraph.OwnName(name),
                    graph.IsMissing(field.Name).Choose(As(element, made, graph.ElementOf(field.Name)), given),
                    element,
                    1
                );
                yield return new(name, type, true);
            }
    }

    // A category that the view has as a number comes back as one.
    private static OnnxValue As(OnnxElement wanted, OnnxValue made, OnnxElement has) =>
        wanted == has ? made
        : (wanted, has) == (OnnxElement.Double, OnnxElement.Float) ? PipelineGraph.Widened(made)
        : made.Cast(wanted);
}
