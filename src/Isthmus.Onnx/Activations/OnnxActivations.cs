using Google.Protobuf;
using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Onnx.Wire;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx.Activations;

/// <summary>
/// The values of one node of any ONNX network on records, as vectors: for sparse dictionaries of its features, or any other model of vectors. The network's
/// file is read with that node as its only output, so that what lies behind it is not computed. Run by ONNX Runtime on the processor.
/// </summary>
/// <remarks>Safe to use from several threads at once, until it is disposed of.</remarks>
public sealed class OnnxActivations : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _path;
    private readonly OnnxActivationOptions _options;

    private OnnxActivations(InferenceSession session, string path, string node, OnnxActivationOptions options) =>
        (_session, _path, Node, _options) = (session, path, node, options);

    /// <summary>Name of the node's value.</summary>
    public string Node { get; }

    /// <summary>Opens a network.</summary>
    /// <param name="path">The .onnx file; tensors that it names in other files are read from its folder.</param>
    /// <param name="node">Name of a value in its graph, or of a node, whose first value is meant.</param>
    /// <param name="options">Options. Default: every position a row, pixels from 0 to 1.</param>
    /// <exception cref="InvalidInputException">Missing, damaged or not ONNX, or no such node: names the nearest.</exception>
    public static OnnxActivations Load(string path, string node, OnnxActivationOptions? options = null)
    {
        options ??= new();
        var file = Read(path);
        var value = ValueOf(file.Graph, node, path);
        file.Graph.Output.Clear();
        file.Graph.Output.Add(new ValueInfoProto { Name = value });
        using var session = new SessionOptions { IntraOpNumThreads = options.Threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        session.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new(new InferenceSession(file.ToByteArray(), session), path, value, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidInputException(path, $"is not run by ONNX Runtime ({Line(e)})", "give another network", cause: e);
        }
    }

    /// <summary>The names that <see cref="Load"/> takes: every value that a network's nodes give, in the file's order.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged or not ONNX.</exception>
    public static IReadOnlyList<string> NodesOf(string path) => Values(Read(path).Graph);

    /// <summary>The rows of every record in order: N rows, or N times the positions of a record.</summary>
    /// <param name="data">Pictures or vectors.</param>
    /// <param name="cancellationToken">Stops between two runs of the network.</param>
    /// <exception cref="InvalidInputException">Records that the network does not take.</exception>
    public float[][] Of(Dataset data, CancellationToken cancellationToken = default) =>
        [.. Batches(data, cancellationToken).SelectMany(batch => batch.Rows.Chunk(batch.Form.Width))];

    /// <summary>
    /// Writes the rows, some records at a time. Columns are <c>a0</c>, <c>a1</c>, ..., after the records' names or row numbers and labels; a .npy file
    /// holds the numbers alone.
    /// </summary>
    /// <param name="path">The file: .npy, .csv or .parquet.</param>
    /// <param name="data">Pictures or vectors.</param>
    /// <param name="progress">Fraction done.</param>
    /// <param name="cancellationToken">Stops between two runs of the network; nothing is left behind.</param>
    /// <returns>Rows written, and the columns of numbers.</returns>
    /// <exception cref="InvalidInputException">Records that the network does not take, or the file cannot be written.</exception>
    public (long Rows, IReadOnlyList<string> Columns) Write(
        string path,
        Dataset data,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        // One record tells the width; it is run again with the others.
        var form = Batches(data.Select([0]), cancellationToken).Single().Form;
        IReadOnlyList<string> names = [.. Enumerable.Range(0, form.Width).Select(unit => FormattableString.Invariant($"a{unit}"))];
        IEnumerable<(int First, int Count, NodeArray Form, float[] Rows)> Reported()
        {
            foreach (var batch in Batches(data, cancellationToken))
            {
                yield return batch;
                progress?.Report((double)(batch.First + batch.Count) / data.Count);
            }
        }
        if (NumpyWriter.IsName(path))
            return (NumpyWriter.Write(path, form.Width, Reported().Select(batch => batch.Rows)), names);
        var rows = 0L;
        TableWriter.Write(path, write =>
        {
            foreach (var (first, count, _, numbers) in Reported())
            {
                var each = numbers.Length / form.Width;
                write([
                    .. data.Select([.. Enumerable.Range(0, each).Select(row => first + row / form.RowsPerRecord)]).PlaceColumns(),
                    .. names.Select((name, unit) => new Column(name, [.. Enumerable.Range(0, each).Select(row => numbers[row * form.Width + unit])])),
                ]);
                rows += each;
            }
        });
        return (rows, names);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private IEnumerable<(int First, int Count, NodeArray Form, float[] Rows)> Batches(Dataset data, CancellationToken cancellationToken)
    {
        var input = new NetworkInput(_session, _path, data, _options);
        NodeArray? form = null;
        for (var first = 0; first < data.Count; first += input.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(input.BatchSize, data.Count - first);
            // A network's own number of records is kept; otherwise the last run is smaller.
            var size = input.IsFixed ? input.BatchSize : count;
            var (shape, numbers) = Run(input, input.Batch(first, count, size), size);
            var found = NodeArray.Of(Node, shape, _options);
            if (shape.Length == 0 || shape[0] != size)
                throw new InvalidInputException(
                    $"{_path}: the node {Node}",
                    $"gives an array of {string.Join(" x ", shape)} for {Counted.Of(size, "record")}, whose first axis is not the records",
                    "give another node"
                );
            if (form is not null && found != form)
                throw new InvalidInputException(
                    $"{_path}: the node {Node}",
                    $"gives {form.Width} numbers for the first records and {found.Width} for others",
                    $"average them: {nameof(ActivationPositions.Mean)}"
                );
            form = found;
            yield return (first, count, form, form.Rows(numbers, count));
        }
    }

    private (long[] Shape, float[] Numbers) Run(NetworkInput input, float[] numbers, int size)
    {
        using var given = OrtValue.CreateTensorValueFromMemory(numbers, [size, .. input.Shape]);
        using var options = new RunOptions();
        try
        {
            using var made = _session.Run(options, [input.Name], [given], [Node]);
            var type = made[0].GetTensorTypeAndShape();
            return type.ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float
                ? (type.Shape, made[0].GetTensorDataAsSpan<float>().ToArray())
                : throw new InvalidInputException($"{_path}: the node {Node}", $"gives {type.ElementDataType}, not 32-bit floats", "give another node");
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidInputException(_path, $"fails on these records ({Line(e)})", "give the records that the network is for", cause: e);
        }
    }

    private static ModelProto Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > Array.MaxLength)
                throw new InvalidInputException(path, "is larger than 2 GB", "save the network with its tensors in other files");
            using var stream = File.OpenRead(path);
            var file = ModelProto.Parser.ParseFrom(stream);
            return file.Graph is { Node.Count: > 0 } ? file : throw NotOnnx(path, "it holds no graph", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw e is InvalidProtocolBufferException
                ? NotOnnx(path, Line(e), e)
                : new InvalidInputException(path, $"cannot be read ({Line(e)})", "give an ONNX file", cause: e);
        }
    }

    private static InvalidInputException NotOnnx(string path, string why, Exception? cause) =>
        new(path, $"is no ONNX network ({why})", "give a file that an ONNX exporter wrote", cause: cause);

    private static string ValueOf(GraphProto graph, string node, string path)
    {
        var values = Values(graph);
        if (values.Contains(node))
            return node;
        if (graph.Node.FirstOrDefault(known => known.Name == node) is { } named)
            return named.Output[0];
        string[] known = [.. values, .. graph.Node.Select(known => known.Name).Where(name => name.Length > 0)];
        // Names of layers often differ in a number, or are part of longer ones.
        string[] near =
        [
            .. NearestName.Several(node, known).Concat(known.Where(name => name.Contains(node, StringComparison.OrdinalIgnoreCase))).Distinct().Take(8),
        ];
        throw new InvalidInputException(
            $"{path}: the node {node}",
            "does not exist",
            near.Length > 0
                ? $"did you mean {string.Join(", ", near)}?"
                : $"its {values.Count} values are {string.Join(", ", values.Take(4))}, ..., {string.Join(", ", values.TakeLast(4))}"
        );
    }

    private static IReadOnlyList<string> Values(GraphProto graph) => [.. graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0)];

    private static string Line(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
