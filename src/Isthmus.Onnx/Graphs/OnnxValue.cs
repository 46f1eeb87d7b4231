namespace Isthmus.Onnx.Graphs;

/// <summary>A value in a graph: an input, a constant or what a node gives. Arithmetic on it adds nodes.</summary>
public sealed record OnnxValue
{
    internal OnnxValue(OnnxGraph graph, string name) => (Graph, Name) = (graph, name);

    /// <summary>Graph that it is a value of.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>Name in the graph.</summary>
    public string Name { get; }

    /// <summary>Dimensions after the first, which is the number of records; null if they are not known.</summary>
    public IReadOnlyList<long>? Shape { get; init; }

    /// <summary>Adds a node of which this is the first input.</summary>
    /// <param name="operation">Operator: <c>Sigmoid</c>.</param>
    /// <param name="others">Its other inputs.</param>
    public OnnxValue Apply(string operation, params OnnxValue[] others) => Graph.Node(operation, [this, .. others]);

    /// <summary>Adds a node of which this is the only input.</summary>
    /// <param name="operation">Operator: <c>Flatten</c>.</param>
    /// <param name="attributes">Attributes, as of <see cref="OnnxGraph.Node"/>.</param>
    public OnnxValue With(string operation, params (string Name, object Value)[] attributes) => Graph.Node(operation, [this], attributes);

    /// <summary>The sum.</summary>
    public static OnnxValue operator +(OnnxValue left, OnnxValue right) => left.Apply("Add", right);

    /// <summary>The sum with a number.</summary>
    public static OnnxValue operator +(OnnxValue left, double right) => left + left.Graph.Constant(right);

    /// <summary>The difference.</summary>
    public static OnnxValue operator -(OnnxValue left, OnnxValue right) => left.Apply("Sub", right);

    /// <summary>The difference from a number.</summary>
    public static OnnxValue operator -(OnnxValue left, double right) => left - left.Graph.Constant(right);

    /// <summary>The value with the other sign.</summary>
    public static OnnxValue operator -(OnnxValue value) => value.Apply("Neg");

    /// <summary>The product, number by number.</summary>
    public static OnnxValue operator *(OnnxValue left, OnnxValue right) => left.Apply("Mul", right);

    /// <summary>The product with a number.</summary>
    public static OnnxValue operator *(OnnxValue left, double right) => left * left.Graph.Constant(right);

    /// <summary>The quotient, number by number.</summary>
    public static OnnxValue operator /(OnnxValue left, OnnxValue right) => left.Apply("Div", right);

    /// <summary>The quotient by a number.</summary>
    public static OnnxValue operator /(OnnxValue left, double right) => left / left.Graph.Constant(right);

    /// <summary>The matrix product.</summary>
    public OnnxValue MatMul(OnnxValue right) => Apply("MatMul", right);

    /// <summary>e to its power.</summary>
    public OnnxValue Exp() => Apply("Exp");

    /// <summary>The logistic function, 1 / (1 + exp(-x)).</summary>
    public OnnxValue Sigmoid() => Apply("Sigmoid");

    /// <summary>x sigmoid(x).</summary>
    public OnnxValue Silu() => this * Sigmoid();

    /// <summary>ln(x + sqrt(x^2 + 1)); the operator's own loses all digits of large negative numbers in ONNX Runtime.</summary>
    public OnnxValue Asinh()
    {
        // Of the size, in 64 bits, so that neither a small nor a large one loses digits.
        var (size, one) = (Apply("Abs").Cast(OnnxElement.Double), Graph.Constant((double[])[1], []));
        return (size + (size * size + one).Apply("Sqrt")).Apply("Log").Cast(OnnxElement.Float) * Apply("Sign");
    }

    /// <summary>The larger of 0 and x.</summary>
    public OnnxValue Relu() => Apply("Relu");

    /// <summary>exp(x) over its sum along an axis.</summary>
    /// <param name="axis">The axis; negative from the end.</param>
    public OnnxValue Softmax(int axis = -1) => With("Softmax", ("axis", axis));

    /// <summary>The numbers held within bounds.</summary>
    public OnnxValue Clip(double least, double most) => Apply("Clip", Graph.Constant(least), Graph.Constant(most));

    /// <summary>True where it is more than the other.</summary>
    public OnnxValue Above(OnnxValue other) => Apply("Greater", other);

    /// <summary>The elements in another type.</summary>
    public OnnxValue Cast(OnnxElement element) => With("Cast", ("to", (long)element));

    /// <summary>The numbers in other dimensions.</summary>
    /// <param name="shape">All dimensions: 0 keeps the one at that place, -1 takes what is left.</param>
    public OnnxValue Reshape(params long[] shape) => Apply("Reshape", Graph.Constant((ReadOnlySpan<long>)shape, [shape.Length], "shape"));

    /// <summary>A run of the numbers along an axis.</summary>
    /// <param name="axis">The axis; negative from the end.</param>
    /// <param name="start">First of them.</param>
    /// <param name="length">Number of them.</param>
    public OnnxValue Narrow(int axis, long start, long length) => Apply("Slice", Whole(start, "start"), Whole(start + length, "end"), Whole(axis, "axis"));

    /// <summary>Equal parts along the last axis.</summary>
    public IReadOnlyList<OnnxValue> Chunk(int parts) => Graph.Nodes("Split", [this], parts, [("axis", -1)]);

    /// <summary>The sum along an axis.</summary>
    /// <param name="axis">The axis; negative from the end.</param>
    /// <param name="keep">True to keep it, with length 1.</param>
    public OnnxValue Sum(int axis, bool keep = false) => Graph.Node("ReduceSum", [this, Whole(axis, "axis")], [("keepdims", keep ? 1 : 0)]);

    /// <summary>Values side by side along an axis.</summary>
    /// <param name="values">The values, one at least.</param>
    /// <param name="axis">The axis; negative from the end.</param>
    public static OnnxValue Concat(IReadOnlyList<OnnxValue> values, int axis = -1) =>
        values.Count == 1 ? values[0] : values[0].Graph.Node("Concat", [.. values], [("axis", axis)]);

    private OnnxValue Whole(long number, string hint) => Graph.Constant((long[])[number], [1], hint);
}
