using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Isthmus.Onnx.Wire;
using static TorchSharp.torch;
using AttributeType = Isthmus.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace Isthmus.Onnx.Graphs;

/// <summary>
/// A graph under construction: named inputs, nodes in the order in which they are computed, constants and named outputs. Operator set 17, IR version 8. The
/// same calls give the same bytes. Not safe for use by several threads at once.
/// </summary>
/// <param name="name">Name of the graph.</param>
public sealed class OnnxGraph(string name)
{
    /// <summary>Version of the standard operators.</summary>
    internal const int OperatorSet = 17;

    // The newest that readers of operator set 17 know.
    private const int IrVersion = 8;

    // The first dimension of every input and output: any number of records.
    internal const string Batch = "N";

    // A protobuf message must stay below 2 GiB.
    private const long MostBytes = int.MaxValue - (1 << 20);

    private readonly GraphProto _graph = new() { Name = name };
    private readonly Dictionary<string, int> _named = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _operatorSets = new(StringComparer.Ordinal) { [""] = OperatorSet };
    private readonly Dictionary<Tensor, OnnxValue> _weights = new(ReferenceEqualityComparer.Instance);

    /// <summary>Names of the weights of the model, by which constants of the same tensors are called. Default: empty.</summary>
    internal IReadOnlyDictionary<Tensor, string> WeightNames { get; init; } = new Dictionary<Tensor, string>();

    /// <summary>Device of those weights. Default: the processor.</summary>
    internal Device Device { get; init; } = CPU;

    /// <summary>Declares an input, N x <paramref name="shape"/> elements.</summary>
    /// <param name="name">Name of the input.</param>
    /// <param name="element">Type of its elements.</param>
    /// <param name="shape">Dimensions after the first, which is the number of records N; -1 where any length goes.</param>
    public OnnxValue Input(string name, OnnxElement element, params long[] shape)
    {
        _graph.Input.Add(Described(name, element, shape));
        return new(this, Unique(name)) { Shape = shape.Any(length => length < 0) ? null : shape };
    }

    /// <summary>Declares an output, N x <paramref name="shape"/> elements.</summary>
    /// <param name="name">Name of the output.</param>
    /// <param name="value">The value that is given out under that name.</param>
    /// <param name="element">Type of its elements.</param>
    /// <param name="shape">Dimensions after the first, which is the number of records N; -1 where any length goes.</param>
    /// <exception cref="InvalidInputException">An input has that name.</exception>
    public void Output(string name, OnnxValue value, OnnxElement element, params long[] shape)
    {
        if (_graph.Input.Any(input => input.Name == name))
            throw new InvalidInputException(
                $"The column '{name}'",
                "has the name of an output of the ONNX file",
                "export with one input of scaled rows, or rename the column and train again"
            );
        _graph.Output.Add(Described(name, element, shape));
        _graph.Node.Add(
            new NodeProto
            {
                Name = $"output_{name}",
                OpType = "Identity",
                Input = { value.Name },
                Output = { Unique(name) },
            }
        );
    }

    /// <summary>Adds a constant of 32-bit floating-point numbers.</summary>
    /// <param name="numbers">Its numbers, the last dimension running fastest.</param>
    /// <param name="shape">All dimensions; none for a single number.</param>
    /// <param name="hint">Name, which is made unique by a number where it is taken.</param>
    public OnnxValue Constant(ReadOnlySpan<float> numbers, ReadOnlySpan<long> shape, string hint = "constant") =>
        Constant(OnnxElement.Float, MemoryMarshal.AsBytes(numbers), shape, hint);

    /// <summary>Adds a constant of 64-bit whole numbers.</summary>
    /// <inheritdoc cref="Constant(ReadOnlySpan{float}, ReadOnlySpan{long}, string)"/>
    public OnnxValue Constant(ReadOnlySpan<long> numbers, ReadOnlySpan<long> shape, string hint = "constant") =>
        Constant(OnnxElement.Int64, MemoryMarshal.AsBytes(numbers), shape, hint);

    /// <summary>Adds a constant of 64-bit floating-point numbers.</summary>
    /// <inheritdoc cref="Constant(ReadOnlySpan{float}, ReadOnlySpan{long}, string)"/>
    public OnnxValue Constant(ReadOnlySpan<double> numbers, ReadOnlySpan<long> shape, string hint = "constant") =>
        Constant(OnnxElement.Double, MemoryMarshal.AsBytes(numbers), shape, hint);

    /// <summary>Adds a constant of texts.</summary>
    /// <param name="texts">Its texts.</param>
    /// <param name="shape">All dimensions.</param>
    /// <param name="hint">Name, which is made unique by a number where it is taken.</param>
    public OnnxValue Constant(IEnumerable<string> texts, ReadOnlySpan<long> shape, string hint = "constant")
    {
        var tensor = NewTensor(OnnxElement.Text, shape, hint);
        tensor.StringData.AddRange(texts.Select(ByteString.CopyFromUtf8));
        _graph.Initializer.Add(tensor);
        return new(this, tensor.Name);
    }

    /// <summary>Adds a constant of one 32-bit floating-point number, which broadcasts.</summary>
    public OnnxValue Constant(double number) => Constant((float[])[(float)number], []);

    /// <summary>Adds a tensor as a constant; a weight of the model under its own name, and once only.</summary>
    /// <param name="tensor">A tensor of numbers, which are converted to 32-bit floating-point ones.</param>
    /// <param name="hint">Name if it is no weight of the model, made unique by a number where it is taken.</param>
    public OnnxValue Constant(Tensor tensor, string hint = "constant")
    {
        if (_weights.TryGetValue(tensor, out var known))
            return known;
        using var scope = NewDisposeScope();
        using var plain = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        if (plain.numel() * sizeof(float) + _graph.CalculateSize() > MostBytes)
            throw new InvalidInputException(
                "The ONNX file",
                $"would be larger than {MostBytes} bytes, the most that the format holds",
                "export another part, or a smaller model"
            );
        var value = Constant(OnnxElement.Float, plain.bytes, plain.shape, WeightNames.GetValueOrDefault(tensor) ?? hint);
        if (WeightNames.ContainsKey(tensor))
            _weights.Add(tensor, value);
        return value;
    }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">Operator: <c>Gemm</c>.</param>
    /// <param name="inputs">Its inputs; null for an optional one that is left out.</param>
    /// <param name="attributes">Attributes: whole and floating-point numbers, texts, and arrays of these.</param>
    /// <param name="domain">Operators' domain; empty for the standard one, <c>ai.onnx.ml</c> for those of traditional models.</param>
    public OnnxValue Node(string operation, OnnxValue?[] inputs, (string Name, object Value)[]? attributes = null, string domain = "") =>
        Nodes(operation, inputs, 1, attributes, domain)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <param name="operation">Operator: <c>Split</c>.</param>
    /// <param name="inputs">Its inputs; null for an optional one that is left out.</param>
    /// <param name="outputs">Number of its outputs.</param>
    /// <param name="attributes">Attributes: whole and floating-point numbers, texts, and arrays of these.</param>
    /// <param name="domain">Operators' domain; empty for the standard one, <c>ai.onnx.ml</c> for those of traditional models.</param>
    /// <exception cref="ArgumentException">An attribute of another type, or a domain that is not known here.</exception>
    public IReadOnlyList<OnnxValue> Nodes(
        string operation,
        OnnxValue?[] inputs,
        int outputs,
        (string Name, object Value)[]? attributes = null,
        string domain = ""
    )
    {
        _operatorSets[domain] = domain switch
        {
            "" => OperatorSet,
            // Of the release that operator set 17 came with.
            "ai.onnx.ml" => 3,
            _ => throw new ArgumentException($"Operators of domain '{domain}' are in no file that Isthmus writes; use '' or 'ai.onnx.ml'.", nameof(domain)),
        };
        var name = Unique(operation);
        var node = new NodeProto
        {
            Name = name,
            OpType = operation,
            Input = { inputs.Select(input => input?.Name ?? "") },
            Attribute = { (attributes ?? []).Select(Attribute) },
        };
        if (domain.Length > 0)
            node.Domain = domain;
        OnnxValue[] values = [.. Enumerable.Range(0, outputs).Select(place => new OnnxValue(this, outputs == 1 ? name : Unique($"{name}_{Text(place)}")))];
        node.Output.Add(values.Select(value => value.Name));
        _graph.Node.Add(node);
        return values;
    }

    /// <summary>Returns the whole as a model.</summary>
    /// <param name="metadata">Metadata, in this order.</param>
    /// <param name="description">Description for people.</param>
    internal ModelProto ToModel(IEnumerable<KeyValuePair<string, string>> metadata, string description) =>
        new()
        {
            IrVersion = IrVersion,
            OpsetImport = { _operatorSets.Select(set => new OperatorSetIdProto { Domain = set.Key, Version = set.Value }) },
            ProducerName = "Isthmus",
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version?.ToString(3) ?? "",
            DocString = description,
            Graph = _graph,
            MetadataProps = { metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }) },
        };

    private OnnxValue Constant(OnnxElement element, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape, string hint)
    {
        // The format is little-endian, and so is every processor that libtorch and ONNX Runtime are built for.
        var tensor = NewTensor(element, shape, hint);
        tensor.RawData = ByteString.CopyFrom(bytes);
        _graph.Initializer.Add(tensor);
        return new(this, tensor.Name);
    }

    private TensorProto NewTensor(OnnxElement element, ReadOnlySpan<long> shape, string hint) =>
        new()
        {
            Name = Unique(hint),
            DataType = (int)element,
            Dims = { shape.ToArray() },
        };

    private static AttributeProto Attribute((string Name, object Value) attribute)
    {
        var made = new AttributeProto { Name = attribute.Name };
        switch (attribute.Value)
        {
            case int whole:
                (made.Type, made.I) = (AttributeType.Int, whole);
                break;
            case long whole:
                (made.Type, made.I) = (AttributeType.Int, whole);
                break;
            case float number:
                (made.Type, made.F) = (AttributeType.Float, number);
                break;
            case double number:
                (made.Type, made.F) = (AttributeType.Float, (float)number);
                break;
            case string text:
                (made.Type, made.S) = (AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] wholes:
                made.Type = AttributeType.Ints;
                made.Ints.AddRange(wholes);
                break;
            case float[] numbers:
                made.Type = AttributeType.Floats;
                made.Floats.AddRange(numbers);
                break;
            case string[] texts:
                made.Type = AttributeType.Strings;
                made.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                break;
            default:
                throw new ArgumentException(
                    $"Attribute '{attribute.Name}' is a {attribute.Value.GetType().Name}; give whole or floating-point numbers, texts, or arrays of these.",
                    nameof(attribute)
                );
        }
        return made;
    }

    private static ValueInfoProto Described(string name, OnnxElement element, long[] shape)
    {
        var tensor = new TypeProto.Types.Tensor
        {
            ElemType = (int)element,
            Shape = new()
            {
                Dim =
                {
                    new TensorShapeProto.Types.Dimension { DimParam = Batch },
                    shape.Select(length => length < 0 ? new TensorShapeProto.Types.Dimension() : new() { DimValue = length }),
                },
            },
        };
        return new()
        {
            Name = name,
            Type = new() { TensorType = tensor },
        };
    }

    /// <summary>Returns the name, with a number if it is taken.</summary>
    private string Unique(string name)
    {
        for (var made = name; ; made = $"{name}_{Text(_named[name] = _named.GetValueOrDefault(name) + 1)}")
            if (_named.TryAdd(made, 0))
                return made;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
