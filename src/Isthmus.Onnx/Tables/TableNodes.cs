using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Tables;

/// <summary>Nodes that the graphs of tables have in common. Scores are computed in 64-bit floats, as the scorer does.</summary>
internal static class TableNodes
{
    /// <summary>A constant of one 64-bit float, which broadcasts.</summary>
    public static OnnxValue Double(this OnnxGraph graph, double number) => graph.Doubles([number], []);

    /// <summary>A constant of 64-bit floats.</summary>
    public static OnnxValue Doubles(this OnnxGraph graph, IEnumerable<double> numbers, ReadOnlySpan<long> shape, string hint = "constant") =>
        graph.Constant((ReadOnlySpan<double>)numbers.ToArray(), shape, hint);

    /// <summary>A constant of 32-bit floats.</summary>
    public static OnnxValue Floats(this OnnxGraph graph, IEnumerable<float> numbers, ReadOnlySpan<long> shape, string hint = "constant") =>
        graph.Constant((ReadOnlySpan<float>)numbers.ToArray(), shape, hint);

    /// <summary>A constant of whole numbers.</summary>
    public static OnnxValue Wholes(this OnnxGraph graph, IEnumerable<long> numbers, ReadOnlySpan<long> shape, string hint = "constant") =>
        graph.Constant((ReadOnlySpan<long>)numbers.ToArray(), shape, hint);

    /// <summary>Truth where a number is missing, NaN.</summary>
    public static OnnxValue IsMissing(this OnnxValue value) => value.Apply("IsNaN");

    /// <summary>The other truth value.</summary>
    public static OnnxValue Not(this OnnxValue value) => value.Apply("Not");

    /// <summary>One value where this is true, and another where it is not.</summary>
    public static OnnxValue Choose(this OnnxValue condition, OnnxValue then, OnnxValue otherwise) => condition.Apply("Where", then, otherwise);

    /// <summary>Chosen places along an axis.</summary>
    public static OnnxValue Gather(this OnnxValue value, OnnxValue places, int axis) => value.Graph.Node("Gather", [value, places], [("axis", axis)]);

    /// <summary>Chosen columns, the last axis, unless they are all in their order.</summary>
    public static OnnxValue Columns(this OnnxValue value, IReadOnlyList<int> columns, int width) =>
        columns.Count == width && columns.SequenceEqual(Enumerable.Range(0, width))
            ? value
            : value.Gather(value.Graph.Wholes(columns.Select(column => (long)column), [columns.Count], "columns"), -1);

    /// <summary>One more axis of length 1.</summary>
    public static OnnxValue Unsqueeze(this OnnxValue value, int axis) => value.Apply("Unsqueeze", value.Graph.Wholes([axis], [1], "axis"));

    /// <summary>The least along an axis, which stays with length 1.</summary>
    public static OnnxValue Least(this OnnxValue value, int axis) => value.With("ReduceMin", ("axes", (long[])[axis]), ("keepdims", 1));

    /// <summary>The greatest along an axis, which stays with length 1.</summary>
    public static OnnxValue Greatest(this OnnxValue value, int axis) => value.With("ReduceMax", ("axes", (long[])[axis]), ("keepdims", 1));

    /// <summary>The base-2 logarithm of 64-bit floats.</summary>
    public static OnnxValue Log2(this OnnxValue value) => value.Apply("Log") / value.Graph.Double(Math.Log(2));
}
