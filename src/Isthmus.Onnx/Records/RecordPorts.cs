using Isthmus.Data.Records;
using Isthmus.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx.Records;

/// <summary>
/// Form in which records enter a graph and leave it: by default one input <c>record</c> of N x D numbers on the data's own scale, and one output
/// <c>reconstruction</c> likewise. A kind of record whose numbers have types of their own extends it. No member needs libtorch.
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

    /// <summary>Units of the numbers that enter and leave.</summary>
    public virtual string Units =>
        Schema.Kind.HighestLevel(Schema) is not null ? "pixels from 0 (black) to 1 (full)"
        : Schema.Kind.IsSparse ? $"counts of each {Schema.Kind.Unit}"
        : "those of the columns";

    /// <summary>Declares the inputs, and returns N x D numbers on the model's scale.</summary>
    public virtual OnnxValue Inputs(OnnxGraph graph, Standardisation? standardisation)
    {
        var width = Schema.Input.Dimension;
        var given = graph.Input(Record, OnnxElement.Float, width);
        if (standardisation is null)
            return given;
        standardisation = standardisation.First(width);
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
        var width = Schema.Output.Dimension;
        standardisation = standardisation?.Last(width);
        if (standardisation is not null)
            mean = (mean.Cast(OnnxElement.Double) * PerColumn(graph, standardisation.Scales, "scales") + PerColumn(graph, standardisation.Means, "means")).Cast(
                OnnxElement.Float
            );
        graph.Output(Reconstruction, mean, OnnxElement.Float, width);
    }

    /// <summary>Returns the inputs for some records.</summary>
    /// <param name="data">Records of the schema, as read.</param>
    /// <param name="records">Indices of those that enter.</param>
    public virtual IEnumerable<(string Name, OrtValue Value)> Feed(Dataset data, int[] records) => Feed(Values(data, records), records.Length);

    /// <summary>Returns records as N x D numbers on the data's own scale, without targets.</summary>
    /// <param name="data">Records of the schema, as read.</param>
    /// <param name="records">Indices of the records.</param>
    public float[] Values(Dataset data, int[] records)
    {
        var values = new float[records.Length * data.Schema.Dimension];
        if (Schema.Kind.HighestLevel(Schema) is { } highest)
        {
            var pixels = new byte[values.Length];
            data.CopyPixels(records, pixels);
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)pixels[i] / highest;
        }
        else
            data.CopyValues(records, values);
        // Targets, the last numbers of a record, are seen by no encoder.
        return data.Schema.Dimension == Schema.Input.Dimension
            ? values
            : [.. values.Chunk(data.Schema.Dimension).SelectMany(record => record.Take(Schema.Input.Dimension))];
    }

    /// <summary>Returns the inputs for some records.</summary>
    /// <param name="values">N x D numbers on the data's own scale, without targets.</param>
    /// <param name="count">N.</param>
    /// <exception cref="InvalidInputException">Records of this kind are no arrays of numbers.</exception>
    public virtual IEnumerable<(string Name, OrtValue Value)> Feed(float[] values, int count) =>
        [(Record, OrtValue.CreateTensorValueFromMemory(values, [count, Schema.Input.Dimension]))];

    /// <summary>Returns records from the outputs, N x D numbers on the scale of <see cref="Dataset.CopyValues"/>, pixels in [0, 1].</summary>
    /// <param name="outputs">Outputs by name.</param>
    public virtual float[] Read(IReadOnlyDictionary<string, OrtValue> outputs) => outputs[Reconstruction].GetTensorDataAsSpan<float>().ToArray();

    /// <summary>
    /// Returns the difference of a number as the file gives it from the model's: in pixels from 0 to 1, or in standard deviations of a column, less the last
    /// bit of a 32-bit number, which in a column's own unit may be much of it, such as 128 seconds of a time.
    /// </summary>
    /// <param name="place">Index of the number in its record.</param>
    /// <param name="expected">The model's.</param>
    /// <param name="found">The file's, as <see cref="Read"/> gives it.</param>
    /// <param name="standardisation">The model's standardisation of columns.</param>
    public virtual double Difference(int place, float expected, float found, Standardisation? standardisation)
    {
        var difference = Math.Abs((double)expected - found);
        if (standardisation?.Last(Schema.Output.Dimension).Scales[place] is not { } scale)
            return difference;
        var bit = MathF.BitIncrement(Math.Abs(expected)) - (double)Math.Abs(expected);
        return difference <= bit ? 0 : (difference - bit) / (scale > 0 ? scale : 1);
    }

    private static OnnxValue PerColumn(OnnxGraph graph, IEnumerable<double> numbers, string hint)
    {
        double[] all = [.. numbers];
        return graph.Constant((ReadOnlySpan<double>)all, [all.Length], hint);
    }
}
