using Isthmus.Data.Records;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Records;

/// <summary>
/// Form in which records enter a graph and leave it: by default one input <c>record</c> of N x D numbers on the data's own scale, and one output
/// <c>reconstruction</c> likewise. A kind of record whose numbers have types of their own extends it.
/// </summary>
/// <param name="schema">Schema of a record.</param>
internal class RecordPorts(DataSchema schema)
{
    /// <summary>Name of the input, records.</summary>
    public const string Record = "record";

    /// <summary>Name of the output, records as they come back.</summary>
    public const string Reconstruction = "reconstruction";

    /// <summary>Schema of a record.</summary>
    public DataSchema Schema { get; } = schema;

    /// <summary>Further metadata on the inputs.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> Metadata => [];

    /// <summary>Declares the inputs, and returns N x D numbers on the model's scale.</summary>
    public virtual OnnxValue Inputs(OnnxGraph graph, Standardisation? standardisation)
    {
        var given = graph.Input(Record, OnnxElement.Float, Schema.Dimension);
        if (standardisation is null)
            return given;
        // In double, as Standardisation does it: a column of times has more digits before its point than a float holds.
        var centred = given.Cast(OnnxElement.Double) - PerColumn(graph, standardisation.Means, "means");
        return (centred / PerColumn(graph, standardisation.Scales.Select(scale => scale > 0 ? scale : 1), "deviations")).Cast(OnnxElement.Float) with
        {
            Shape = given.Shape,
        };
    }

    /// <summary>Declares the outputs of records on the model's scale, N x D.</summary>
    public virtual void Outputs(OnnxGraph graph, Standardisation? standardisation, OnnxValue mean)
    {
        if (standardisation is not null)
            mean = (mean.Cast(OnnxElement.Double) * PerColumn(graph, standardisation.Scales, "scales") + PerColumn(graph, standardisation.Means, "means")).Cast(
                OnnxElement.Float
            );
        graph.Output(Reconstruction, mean, OnnxElement.Float, Schema.Dimension);
    }

    private static OnnxValue PerColumn(OnnxGraph graph, IEnumerable<double> numbers, string hint)
    {
        double[] all = [.. numbers];
        return graph.Constant((ReadOnlySpan<double>)all, [all.Length], hint);
    }
}
