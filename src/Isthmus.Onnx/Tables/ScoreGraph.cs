using System.Globalization;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Onnx.Graphs;
using Isthmus.Tables;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx.Tables;

/// <summary>The graph of a model's default score: from rows to bits, p-value, anomaly, bits of each column and bits that belong to none.</summary>
internal static class ScoreGraph
{
    /// <summary>Name of the constant of kept training rows.</summary>
    public const string KeptRows = "kept_rows";

    /// <summary>Fraction of usual rows that the output <c>anomaly</c> takes for anomalies.</summary>
    public const double FalseAlarms = 0.01;

    /// <summary>Declares the outputs.</summary>
    /// <param name="row">N x D 32-bit floats on the model's scale.</param>
    /// <param name="model">A model of a table.</param>
    /// <param name="areScaled">True if rows enter on the model's scale.</param>
    /// <returns>Further metadata.</returns>
    /// <exception cref="InvalidInputException">A model of other records, or one that keeps no rows.</exception>
    public static IReadOnlyDictionary<string, string> Declare(OnnxValue row, TrainedModel model, bool areScaled)
    {
        var scorer = new RowScorer([model]);
        var (graph, schema, train) = (row.Graph, scorer.Schema, model.Reference!.Train);
        var hairs = schema.Fields.Select(column => areScaled ? ColumnPrecision.Scaled.Hair : ColumnPrecision.Of(column).Hair).ToArray();
        var count = train.Length / schema.Dimension;
        var kept = graph.Floats(train, [count, schema.Dimension], KeptRows);
        var score = new ScoreNodes(new(row, schema), kept, scorer.Combined!, scorer.Usual, hairs);
        var threshold = scorer.Usual.Threshold(FalseAlarms);
        graph.Output(NameOf(schema, Outputs.Bits), score.Bits, OnnxElement.Float, 1);
        graph.Output(NameOf(schema, Outputs.PValue), score.PValue, OnnxElement.Float, 1);
        graph.Output(NameOf(schema, Outputs.Anomaly), score.Bits.Above(graph.Constant(threshold)), OnnxElement.Boolean, 1);
        graph.Output(NameOf(schema, Outputs.ColumnBits), score.ColumnBits, OnnxElement.Float, schema.Dimension);
        graph.Output(NameOf(schema, Outputs.OtherBits), score.OtherBits, OnnxElement.Float, 1);
        return new Dictionary<string, string>
        {
            ["score"] = "combined",
            ["false_alarms"] = FalseAlarms.ToString(CultureInfo.InvariantCulture),
            ["threshold_bits"] = threshold.ToString(CultureInfo.InvariantCulture),
            ["usual_rows"] = scorer.Usual.Ascending.Count.ToString(CultureInfo.InvariantCulture),
            ["kept_rows"] = count.ToString(CultureInfo.InvariantCulture),
            ["privacy"] = Note(model),
        };
    }

    /// <summary>Returns the bits of rows, each followed by those of its columns, N x (1 + D).</summary>
    /// <param name="schema">Schema of a row.</param>
    /// <param name="outputs">Outputs by name.</param>
    public static float[] Read(TableSchema schema, IReadOnlyDictionary<string, OrtValue> outputs) =>
        Joined(
            outputs[NameOf(schema, Outputs.Bits)].GetTensorDataAsSpan<float>().ToArray(),
            outputs[NameOf(schema, Outputs.ColumnBits)].GetTensorDataAsSpan<float>().ToArray()
        );

    /// <summary>Returns the same of the model's own scorer.</summary>
    /// <param name="scorer">The scorer.</param>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    public static float[] Expected(RowScorer scorer, float[] rows)
    {
        var scored = scorer.Score(rows);
        return Joined(scored.Bits, scored.ColumnBits);
    }

    private static float[] Joined(float[] bits, float[] columns)
    {
        var width = columns.Length / bits.Length;
        return [.. bits.Index().SelectMany(row => (float[])[row.Item, .. columns.AsSpan(row.Index * width, width)])];
    }

    /// <summary>A sentence on the training rows in the file.</summary>
    public static string Note(TrainedModel model)
    {
        var (schema, train) = (model.Specification.Schema, model.Reference!.Train);
        return $"the file holds {Counted.Of(train.Length / schema.Dimension, schema.Kind.Noun(schema))} of the training table, which can be read from it";
    }

    /// <summary>Name of an output; with _ behind it where a column has that name.</summary>
    public static string NameOf(TableSchema schema, string output) =>
        ColumnInputs.Of(schema).Any(column => column.Name == output) ? NameOf(schema, $"{output}_") : output;

    /// <summary>Names of the outputs.</summary>
    public static class Outputs
    {
        /// <summary>N x 1 scores in bits; NaN for a row without any value.</summary>
        public const string Bits = "bits";

        /// <summary>N x 1 fractions of usual rows that score at least as high.</summary>
        public const string PValue = "p_value";

        /// <summary>N x 1 truth values: over the threshold.</summary>
        public const string Anomaly = "anomaly";

        /// <summary>N x D bits of the columns.</summary>
        public const string ColumnBits = "column_bits";

        /// <summary>N x 1 bits that belong to no column.</summary>
        public const string OtherBits = "other_bits";
    }
}
