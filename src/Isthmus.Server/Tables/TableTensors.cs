using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Onnx;
using Isthmus.Onnx.Tables;
using Isthmus.Server.Protocol;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Server.Tables;

/// <summary>
/// Rows of a table as tensors: an input a column under its own name, FP64 for numbers (dates are seconds since 1970) and BYTES for categories; of windows of a
/// series an input has the column's values of a window. Outputs beside the codes: scores as the graph of a model's score has them, and the columns as they come
/// back.
/// </summary>
/// <param name="schema">Schema of a row.</param>
/// <param name="rows">Scorer of rows; null if the model gives no scores.</param>
/// <param name="encoder">From records to codes; null if the model has no such form.</param>
/// <param name="reconstructor">From records to reconstructions; null if the model has no such form.</param>
internal sealed class TableTensors(TableSchema schema, ServedRows? rows, OnnxModel? encoder, OnnxModel? reconstructor) : RecordTensors(encoder, reconstructor)
{
    // Of a series the columns of one row of it, each with a cell for every row of a window.
    private readonly TableSchema _columns = schema.Series is null ? schema : SeriesRecords.Narrow(schema);
    private readonly long _steps = schema.Series?.Window ?? 1;
    private readonly float _threshold = rows?.Usual.Threshold(ScoreGraph.FalseAlarms) ?? 0;

    /// <inheritdoc/>
    protected override IReadOnlyList<TensorPort> RecordInputs { get; } =
    [.. ColumnInputs.Of(schema).Select(column => new TensorPort(column.Name, TypeOf(column), [-1, schema.Series?.Window ?? 1]))];

    /// <inheritdoc/>
    protected override IReadOnlyList<TensorPort> ScoreOutputs { get; } =
        rows is null
            ? []
            :
            [
                new(ScoreGraph.NameOf(schema, ScoreGraph.Outputs.Bits), TensorType.Fp32, [-1, 1]),
                new(ScoreGraph.NameOf(schema, ScoreGraph.Outputs.PValue), TensorType.Fp64, [-1, 1]),
                new(ScoreGraph.NameOf(schema, ScoreGraph.Outputs.Anomaly), TensorType.Bool, [-1, 1]),
                new(ScoreGraph.NameOf(schema, ScoreGraph.Outputs.ColumnBits), TensorType.Fp32, [-1, schema.Dimension]),
                new(ScoreGraph.NameOf(schema, ScoreGraph.Outputs.OtherBits), TensorType.Fp32, [-1, 1]),
            ];

    /// <inheritdoc/>
    protected override float[] Values(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var buffers = _columns.NewColumns();
        foreach (var buffer in buffers)
            if (buffer.IsText)
                foreach (var text in inputs[buffer.Name].Texts!)
                    buffer.Add(text.Length == 0 ? null : text);
            else
                foreach (var number in inputs[buffer.Name].Numbers!)
                    buffer.Add(
                        double.IsInfinity(number)
                            ? throw new InvalidInputException($"The input '{buffer.Name}'", "has a number that is infinite", "give NaN for a missing value")
                            : number
                    );
        return _columns.Encode(buffers);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, OrtValue Value)> Feed(OnnxModel model, float[] values, int count) =>
        model.Ports.Feed(Dataset.Rows("rows", schema, values), [.. Enumerable.Range(0, count)]);

    /// <inheritdoc/>
    protected override IEnumerable<Tensor> Scores(float[] values, CancellationToken cancellationToken)
    {
        var scored = rows!.Score(values, cancellationToken);
        var outputs = ScoreOutputs;
        yield return new(outputs[0].Name, [scored.Count, 1], scored.Bits);
        yield return new(outputs[1].Name, [scored.Count, 1], Array.ConvertAll(scored.Bits, rows!.Usual.PValue));
        yield return new(outputs[2].Name, [scored.Count, 1], Array.ConvertAll(scored.Bits, bits => bits > _threshold));
        yield return new(outputs[3].Name, [scored.Count, scored.Columns.Count], scored.ColumnBits);
        yield return new(outputs[4].Name, [scored.Count, 1], scored.OtherBits);
    }

    /// <inheritdoc/>
    protected override IEnumerable<TensorPort> ReconstructionOutputs(OnnxModel model) =>
        _columns.Fields.Select(column => new TensorPort(ColumnOutputs.NameOf(column), TypeOf(column), [-1, _steps]));

    /// <inheritdoc/>
    protected override IEnumerable<Tensor> Reconstructed(OnnxModel model, float[] values, int count)
    {
        var width = _columns.Dimension;
        foreach (var (place, column) in _columns.Fields.Index())
        {
            float[] own = [.. Enumerable.Range(0, values.Length / width).Select(row => values[row * width + place])];
            yield return new(
                ColumnOutputs.NameOf(column),
                [count, _steps],
                column is FittedNumbers numbers ? Array.ConvertAll(own, numbers.Number) : Array.ConvertAll(own, index => Text((FittedCategories)column, index))
            );
        }
    }

    private static string Text(FittedCategories column, float index) =>
        float.IsNaN(index) ? ""
        : index < column.Levels.Count ? column.Levels[(int)index]
        : column.Rare.FirstOrDefault("");

    private static TensorType TypeOf(FittedColumn column) => column is FittedNumbers ? TensorType.Fp64 : TensorType.Bytes;
}
