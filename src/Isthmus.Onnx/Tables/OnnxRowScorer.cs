using System.Runtime.InteropServices;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Records;
using Isthmus.Onnx.Wire;
using Isthmus.Tables;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx.Tables;

/// <summary>Scores rows by a file of the part 'score', without libtorch. Safe for use by several threads at once.</summary>
internal sealed class OnnxRowScorer : IRowScorer
{
    // As many rows as keep the distances of 2,000 kept ones in the second-level cache.
    private const int Together = 128;
    private readonly InferenceSession _session;
    private readonly TableSchema _schema;
    private readonly IReadOnlyList<FittedColumn> _columns;
    private readonly bool _areScaled;

    private OnnxRowScorer(InferenceSession session, GraphProto graph, TableSchema schema, bool areScaled)
    {
        (_session, _schema, _columns, _areScaled) = (session, schema, ColumnInputs.Of(schema), areScaled);
        var constants = graph.Initializer.ToDictionary(constant => constant.Name);
        Usual = new(RankNodes.Numbers(MemoryMarshal.Cast<byte, double>(constants[ScoreNodes.UsualBits].RawData.Span)));
        var kept = MemoryMarshal.Cast<byte, float>(constants[ScoreGraph.KeptRows].RawData.Span).ToArray();
        if (Usual.Ascending.Count == 0 || kept.Length == 0 || kept.Length % schema.Dimension != 0)
            throw new InvalidDataException("its usual scores or its kept rows are missing, or of another width");
        Usually = new(schema, kept);
    }

    /// <summary>Reads what is usual from a file.</summary>
    /// <param name="session">The file's session.</param>
    /// <param name="graph">Its graph.</param>
    /// <param name="schema">Schema of a row.</param>
    /// <param name="areScaled">True if rows enter on the model's scale.</param>
    /// <exception cref="InvalidDataException">Usual scores or kept rows are missing.</exception>
    public static OnnxRowScorer Of(InferenceSession session, GraphProto graph, DataSchema schema, bool areScaled) =>
        new(session, graph, (TableSchema)schema, areScaled);

    /// <inheritdoc/>
    public ReferenceScores Usual { get; }

    /// <inheritdoc/>
    public UsualCells Usually { get; }

    /// <inheritdoc/>
    public ScoredRows Score(TablePart part, CancellationToken cancellationToken)
    {
        var (width, count) = (_schema.Dimension, part.Rows.Length / _schema.Dimension);
        var (bits, cells, other) = (new float[count], new float[count * width], new float[count]);
        string[] outputs =
        [
            .. new[] { ScoreGraph.Outputs.Bits, ScoreGraph.Outputs.ColumnBits, ScoreGraph.Outputs.OtherBits }.Select(name => ScoreGraph.NameOf(_schema, name)),
        ];
        for (var first = 0; first < count; first += Together)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = Math.Min(Together, count - first);
            using var options = new RunOptions();
            var inputs = Inputs(part, first, size).ToArray();
            try
            {
                using var made = _session.Run(options, inputs.Select(input => input.Name).ToArray(), inputs.Select(input => input.Value).ToArray(), outputs);
                made[0].GetTensorDataAsSpan<float>().CopyTo(bits.AsSpan(first));
                made[1].GetTensorDataAsSpan<float>().CopyTo(cells.AsSpan(first * width));
                made[2].GetTensorDataAsSpan<float>().CopyTo(other.AsSpan(first));
            }
            catch (OnnxRuntimeException e)
            {
                throw new InvalidInputException(
                    "The ONNX file",
                    $"does not take these rows ({e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')})",
                    "export the model again",
                    cause: e
                );
            }
            finally
            {
                foreach (var (_, value) in inputs)
                    value.Dispose();
            }
        }
        return new([.. _columns.Select(column => column.Name)], bits, cells, other);
    }

    private IEnumerable<(string Name, OrtValue Value)> Inputs(TablePart part, int first, int size)
    {
        if (_areScaled)
            yield return (
                RecordPorts.Record,
                OrtValue.CreateTensorValueFromMemory(part.Rows.AsSpan(first * _schema.Dimension, size * _schema.Dimension).ToArray(), [size, _schema.Dimension])
            );
        else
            foreach (var (place, column) in _columns.Index())
                yield return (column.Name, Cells(part, place, column, first, size));
    }

    private OrtValue Cells(TablePart part, int place, FittedColumn column, int first, int size)
    {
        long[] shape = [size, 1];
        var rows = Enumerable.Range(first, size);
        if (column is FittedNumbers)
            return ColumnPrecision.Of(column).Element == OnnxElement.Double
                ? OrtValue.CreateTensorValueFromMemory([.. rows.Select(row => part.Number(place, row))], shape)
                : OrtValue.CreateTensorValueFromMemory([.. rows.Select(row => (float)part.Number(place, row))], shape);
        // Another spelling of a category, as the reader found it, enters as the category's own.
        var levels = ((FittedCategories)column).Levels;
        var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
        foreach (var (at, row) in rows.Index())
            if (part.Rows[row * _schema.Dimension + place] is var index && !float.IsNaN(index))
                texts.StringTensorSetElementAt((index < levels.Count ? levels[(int)index] : part.Text(place, row) ?? "").AsSpan(), at);
        return texts;
    }
}
