using Google.Protobuf;
using Isthmus.Codes;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models.Primitives;
using Isthmus.Onnx.Records;
using Isthmus.Onnx.Tables;
using Isthmus.Onnx.Wire;
using Isthmus.Tables;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isthmus.Onnx;

/// <summary>
/// A part of a model in an ONNX file, run by ONNX Runtime on the processor; libtorch is not needed. Safe to use from several threads at once, until it is
/// disposed of.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    /// <summary>Name of the codes, as input and as output.</summary>
    internal const string Code = "code";

    /// <summary>Name of the output of models whose output is no record: probabilities of items, words or classes.</summary>
    internal const string Probabilities = "probabilities";

    // Records that enter at once: as few as keep the values between the nodes small.
    private const int MostNumbers = 1 << 20,
        MostRecords = 512;

    private readonly InferenceSession _session;
    private readonly RecordPorts _ports;

    private readonly IRowScorer? _scorer;

    private OnnxModel(InferenceSession session, ModelProto file, OnnxMetadata metadata)
    {
        (_session, Metadata) = (session, metadata);
        // Only rows of tables on the model's scale lack the entry on their columns.
        var ports = RegisteredPorts.Of(metadata.Schema, scaledRows: false);
        _ports = ports.Metadata.All(entry => metadata.More.ContainsKey(entry.Key)) ? ports : RegisteredPorts.Of(metadata.Schema, scaledRows: true);
        foreach (var (name, width) in Expected())
            if (
                (session.InputMetadata.GetValueOrDefault(name) ?? session.OutputMetadata.GetValueOrDefault(name)) is not { IsTensor: true } found
                || found.ElementDataType != TensorElementType.Float
                || !found.Dimensions.AsSpan().SequenceEqual([-1, width])
            )
                throw new InvalidDataException($"it has no '{name}' of {width} 32-bit numbers a record");
        if (metadata.Part == OnnxPart.Score)
            _scorer = OnnxRowScorer.Of(session, file.Graph, metadata.Schema, areScaled: _ports is not TablePorts);
    }

    /// <summary>Returns names and widths of the inputs and outputs that the metadata promise, but for columns of tables.</summary>
    private IEnumerable<(string Name, int Width)> Expected()
    {
        if (Metadata.More.ContainsKey(DenoiserGraph.Sizes))
            yield break;
        if (Metadata.Part is OnnxPart.Encoder or OnnxPart.Decoder)
            yield return (Code, Metadata.Latent);
        if (_ports.Metadata.Any())
            yield break;
        if (Metadata.Part is OnnxPart.Encoder or OnnxPart.Reconstruct)
            yield return (RecordPorts.Record, Metadata.Schema.Input.Dimension);
        if ((Metadata.Part is OnnxPart.Decoder or OnnxPart.Reconstruct) && !Outputs.Contains(Probabilities))
            yield return (RecordPorts.Reconstruction, Metadata.Schema.Output.Dimension);
    }

    /// <summary>Description of the model in the file.</summary>
    public OnnxMetadata Metadata { get; }

    /// <summary>Names of the inputs, in their order.</summary>
    public IReadOnlyList<string> Inputs => _session.InputNames;

    /// <summary>Names of the outputs, in their order.</summary>
    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <summary>Reads a file that <c>isthmus export</c> or <c>ExportOnnx</c> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads of one call; 0 for as many as there are cores. Default 0.</param>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign, newer, or with tensors in other files.</exception>
    public static OnnxModel Load(string path, int threads = 0)
    {
        try
        {
            return Of(File.ReadAllBytes(path), path, threads);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})", "give an ONNX file", cause: e);
        }
    }

    /// <summary>Reads such a file from a stream, to its end; it need not seek, and stays open.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="threads">Threads of one call; 0 for as many as there are cores. Default 0.</param>
    /// <exception cref="InvalidInputException">Damaged, foreign, newer, or with tensors in other files.</exception>
    public static OnnxModel Load(Stream stream, int threads = 0)
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return Of(whole.ToArray(), "stream", threads);
    }

    /// <summary>The code of one record, L numbers.</summary>
    /// <param name="record">D numbers, in the units of <see cref="OnnxMetadata.Units"/>.</param>
    /// <param name="classes">For a model that is given labels the record's class of each, by name. Default: none.</param>
    /// <exception cref="InvalidInputException">The file holds another part, the record has more or fewer numbers, or a class is not known.</exception>
    public float[] Encode(float[] record, params IReadOnlyList<string> classes) => Encode([record], classes)[0];

    /// <summary>The codes of records, L numbers each.</summary>
    /// <param name="records">Records of D numbers, in the units of <see cref="OnnxMetadata.Units"/>.</param>
    /// <param name="classes">For a model that is given labels the records' class of each, by name. Default: none.</param>
    /// <exception cref="InvalidInputException">The file holds another part, a record has more or fewer numbers, or a class is not known.</exception>
    public float[][] Encode(IReadOnlyList<float[]> records, params IReadOnlyList<string> classes)
    {
        Demand(OnnxPart.Encoder);
        return Map(records, _ports.Schema.Input.Dimension, _ports.Feed, classes);
    }

    /// <summary>The codes of data, L numbers each in their order.</summary>
    /// <param name="data">Records like those that the model was trained on; with their labels, for a model that is given those.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">The file holds another part, or the data are not what the model was trained on.</exception>
    public float[][] Encode(Dataset data, CancellationToken cancellationToken = default)
    {
        Demand(OnnxPart.Encoder);
        return [.. Map(data, cancellationToken).SelectMany(batch => batch.Chunk(Metadata.Latent))];
    }

    /// <summary>The codes of records of any type that data are made of: arrays of bytes, texts, objects, dictionaries.</summary>
    /// <param name="records">Records like those that the model was trained on.</param>
    /// <exception cref="InvalidInputException">The file holds another part, or the records are not what the model was trained on.</exception>
    public float[][] Encode<T>(IEnumerable<T> records) => Encode(ModelRecords.Of(Metadata.Schema, records));

    /// <summary>The record of one code, E[x|z], D numbers in the units of <see cref="OnnxMetadata.Units"/>; or probabilities.</summary>
    /// <param name="code">L numbers.</param>
    /// <param name="classes">For a model that is given labels the record's class of each, by name. Default: none.</param>
    /// <exception cref="InvalidInputException">The file holds another part, the code has more or fewer numbers, or a class is not known.</exception>
    public float[] Decode(float[] code, params IReadOnlyList<string> classes) => Decode([code], classes)[0];

    /// <summary>The records of codes, as <see cref="Decode(float[], IReadOnlyList{string})"/>.</summary>
    /// <param name="codes">Codes of L numbers.</param>
    /// <param name="classes">For a model that is given labels the records' class of each, by name. Default: none.</param>
    /// <exception cref="InvalidInputException">The file holds another part, a code has more or fewer numbers, or a class is not known.</exception>
    public float[][] Decode(IReadOnlyList<float[]> codes, params IReadOnlyList<string> classes)
    {
        Demand(OnnxPart.Decoder);
        return Map(codes, Metadata.Latent, FeedCodes, classes);
    }

    /// <summary>One record as it comes back, E[x|z], z its mean code: D numbers in the units of <see cref="OnnxMetadata.Units"/>, or probabilities.</summary>
    /// <param name="record">D numbers.</param>
    /// <param name="classes">For a model that is given labels the record's class of each, by name. Default: none.</param>
    /// <exception cref="InvalidInputException">The file holds another part, the record has more or fewer numbers, or a class is not known.</exception>
    public float[] Reconstruct(float[] record, params IReadOnlyList<string> classes) => Reconstruct([record], classes)[0];

    /// <summary>Records as they come back, as <see cref="Reconstruct(float[], IReadOnlyList{string})"/>.</summary>
    /// <param name="records">Records of D numbers.</param>
    /// <param name="classes">For a model that is given labels the records' class of each, by name. Default: none.</param>
    /// <exception cref="InvalidInputException">The file holds another part, a record has more or fewer numbers, or a class is not known.</exception>
    public float[][] Reconstruct(IReadOnlyList<float[]> records, params IReadOnlyList<string> classes)
    {
        Demand(OnnxPart.Reconstruct);
        return Map(records, _ports.Schema.Input.Dimension, _ports.Feed, classes);
    }

    /// <summary>Data as they come back, on their own scale.</summary>
    /// <param name="data">Records like those that the model was trained on; with their labels, for a model that is given those.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">The file holds another part, or the data are not what the model was trained on.</exception>
    public RecordValues Reconstruct(Dataset data, CancellationToken cancellationToken = default)
    {
        Demand(OnnxPart.Reconstruct);
        return new(Metadata.Schema.Output, [.. Map(data, cancellationToken).SelectMany(batch => batch)]);
    }

    /// <summary>One restored picture, C x H x W numbers that may lie beyond 0 and 1, of a file that holds a denoiser of photographs.</summary>
    /// <param name="picture">The noisy picture, C x H x W pixels from 0 (black) to 1 (full), row after row, channel after channel.</param>
    /// <param name="height">H, pixels.</param>
    /// <param name="width">W, pixels.</param>
    /// <param name="levels">
    /// Levels of its noise, in pixels of 0 to 255, as many as the model takes: standard deviation (poisson: of white ones); jpeg: 100 - quality;
    /// salt-and-pepper: percent of the pixels.
    /// </param>
    /// <exception cref="InvalidInputException">The file holds another model, or the picture has more or fewer numbers.</exception>
    public float[] Restore(float[] picture, int height, int width, params IReadOnlyList<double> levels)
    {
        if (!Metadata.More.ContainsKey(DenoiserGraph.Sizes))
            throw new InvalidInputException(
                "The ONNX file",
                "holds no denoiser of pictures of any size",
                "export one of a model of denoiser, noise2void or noise2noise"
            );
        var channels = _session.InputMetadata[DenoiserGraph.Picture].Dimensions[1];
        if (height < 1 || width < 1 || picture.Length != (long)channels * height * width)
            throw new InvalidInputException(
                $"A picture of {picture.Length} numbers",
                $"is not {channels} x {height} x {width}",
                $"give {channels} channels of {height} rows and {width} columns"
            );
        var told = _session.InputMetadata.TryGetValue(DenoiserGraph.Levels, out var input) ? input.Dimensions[1] : 0;
        if (levels.Count != told)
            throw new InvalidInputException(
                $"{Counted.Of(levels.Count, "level")} of noise",
                told == 0 ? "cannot be used, as the model is not told the level" : $"cannot be used, as the model takes {told}",
                told == 0 ? "give none" : "give as many"
            );
        float[] scaled = [.. levels.Select(level => (float)(level / 255))];
        (string, OrtValue)[] more = told == 0 ? [] : [(DenoiserGraph.Levels, OrtValue.CreateTensorValueFromMemory(scaled, [1, told]))];
        return Run([(DenoiserGraph.Picture, OrtValue.CreateTensorValueFromMemory(picture, [1, channels, height, width])), .. more], outputs =>
            outputs[DenoiserGraph.Restored].GetTensorDataAsSpan<float>().ToArray()
        );
    }

    /// <summary>Runs the graph on numbers, for files whose inputs and outputs are all 32-bit floating-point numbers.</summary>
    /// <param name="inputs">The numbers of each input by its name, record after record.</param>
    /// <returns>The numbers of each output by its name, record after record.</returns>
    /// <exception cref="InvalidInputException">An input is missing, unknown, of no whole number of records or of another type.</exception>
    public IReadOnlyDictionary<string, float[]> Run(IReadOnlyDictionary<string, float[]> inputs)
    {
        if (inputs.Keys.Except(_session.InputNames).FirstOrDefault() is { } unknown)
            throw new InvalidInputException("The ONNX file", $"has no input '{unknown}'", $"it has {string.Join(", ", _session.InputNames)}");
        return Run(
            inputs.Select(input =>
            {
                var expected = _session.InputMetadata[input.Key];
                var width = Math.Max(1, expected.Dimensions[1..].Aggregate(1, (product, length) => product * length));
                if (expected.ElementDataType != TensorElementType.Float || input.Value.Length % width != 0 || input.Value.Length == 0)
                    throw new InvalidInputException(
                        $"The input '{input.Key}'",
                        $"takes {width} numbers a record of type {expected.ElementDataType}, and here are {input.Value.Length} of type "
                            + $"{TensorElementType.Float}",
                        "give whole records of that type"
                    );
                return (
                    input.Key,
                    OrtValue.CreateTensorValueFromMemory(input.Value, [input.Value.Length / width, .. expected.Dimensions[1..].Select(length => (long)length)])
                );
            }),
            outputs => outputs.ToDictionary(output => output.Key, output => output.Value.GetTensorDataAsSpan<float>().ToArray())
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>The scorer of a file of the part <see cref="OnnxPart.Score"/>.</summary>
    /// <exception cref="InvalidInputException">The file holds another part.</exception>
    internal IRowScorer Scorer
    {
        get
        {
            Demand(OnnxPart.Score);
            return _scorer!;
        }
    }

    /// <summary>Form in which records enter and leave.</summary>
    internal RecordPorts Ports => _ports;

    /// <summary>Runs the graph once.</summary>
    /// <param name="inputs">Inputs by name, which are disposed of.</param>
    /// <param name="read">Takes what is wanted from the outputs, which are then disposed of.</param>
    /// <exception cref="InvalidInputException">Inputs that the graph does not take.</exception>
    internal T Run<T>(IEnumerable<(string Name, OrtValue Value)> inputs, Func<IReadOnlyDictionary<string, OrtValue>, T> read)
    {
        (string Name, OrtValue Value)[] given = [.. inputs];
        try
        {
            if (_session.InputNames.Except(given.Select(input => input.Name)).FirstOrDefault() is { } missing)
                throw new InvalidInputException("The ONNX file", $"has an input '{missing}', and nothing is given for it", "give every input");
            using var options = new RunOptions();
            using var made = _session.Run(
                options,
                Array.ConvertAll(given, input => input.Name),
                Array.ConvertAll(given, input => input.Value),
                _session.OutputNames
            );
            return read(_session.OutputNames.Zip(made).ToDictionary(output => output.First, output => output.Second));
        }
        catch (Exception e) when (e is OnnxRuntimeException or KeyNotFoundException)
        {
            throw new InvalidInputException("The ONNX file", $"does not take this input ({OneLine(e)})", "give records like those of training", cause: e);
        }
        finally
        {
            foreach (var (_, value) in given)
                value.Dispose();
        }
    }

    /// <summary>Returns the numbers of the file's output: codes, records, probabilities, or bits of rows and columns.</summary>
    internal float[] Read(IReadOnlyDictionary<string, OrtValue> outputs) =>
        Metadata.Part == OnnxPart.Score ? ScoreGraph.Read((TableSchema)Metadata.Schema, outputs)
        : outputs.GetValueOrDefault(Code) is { } code ? code.GetTensorDataAsSpan<float>().ToArray()
        : outputs.GetValueOrDefault(Probabilities) is { } probabilities ? probabilities.GetTensorDataAsSpan<float>().ToArray()
        : _ports.Read(outputs);

    /// <summary>Returns the inputs of a decoder.</summary>
    internal static IEnumerable<(string Name, OrtValue Value)> FeedCodes(float[] codes, int count) =>
        [(Code, OrtValue.CreateTensorValueFromMemory(codes, [count, codes.Length / count]))];

    /// <summary>Labels that the graph takes: a label that is predicted enters nowhere.</summary>
    internal IReadOnlyList<KnownLabel> Given =>
        Metadata.Labels.Count > 0 && _session.InputNames.Contains(LabelPorts.NameOf(Metadata.Labels, 0)) ? Metadata.Labels : [];

    private float[][] Map(IReadOnlyList<float[]> rows, int width, Func<float[], int, IEnumerable<(string, OrtValue)>> feed, IReadOnlyList<string> classes)
    {
        var results = new List<float[]>(rows.Count);
        foreach (var (first, count) in Batches(rows.Count, width))
        {
            var given = new float[count * width];
            for (var row = 0; row < count; row++)
            {
                var own = rows[first + row];
                if (own.Length != width)
                    throw new InvalidInputException($"Record {first + row + 1}", $"has {own.Length} numbers, and the file takes {width}", "give as many");
                own.CopyTo(given, row * width);
            }
            var made = Run([.. feed(given, count), .. LabelPorts.Feed(Given, classes, count)], Read);
            results.AddRange(made.Chunk(made.Length / count));
        }
        return [.. results];
    }

    private IEnumerable<float[]> Map(Dataset data, CancellationToken cancellationToken)
    {
        var prepared = KnownLabel.Attach(Given, data.BroughtTo(Metadata.Schema), isRequired: true);
        foreach (var (first, count) in Batches(prepared.Count, Metadata.Schema.Dimension))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] records = [.. Enumerable.Range(first, count)];
            yield return Run(Feed(prepared, records), Read);
        }
    }

    /// <summary>Returns the inputs for records that have the labels attached which the graph takes.</summary>
    internal IEnumerable<(string Name, OrtValue Value)> Feed(Dataset prepared, int[] records) =>
        [.. _ports.Feed(prepared, records), .. LabelPorts.Feed(prepared.Attached, Given, records)];

    private static IEnumerable<(int First, int Count)> Batches(int count, int width)
    {
        var together = Math.Clamp(MostNumbers / width, 1, MostRecords);
        for (var first = 0; first < count; first += together)
            yield return (first, Math.Min(together, count - first));
    }

    private void Demand(OnnxPart part)
    {
        if (Metadata.Part != part)
            throw new InvalidInputException(
                "The ONNX file",
                $"holds the part '{OnnxMetadata.NameOf(Metadata.Part)}' of a model, and this asks for '{OnnxMetadata.NameOf(part)}'",
                "export that part"
            );
    }

    /// <summary>Reads a file from memory.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">Name of the file in error messages.</param>
    /// <param name="threads">Threads of one call; 0 for as many as there are cores.</param>
    internal static OnnxModel Of(byte[] bytes, string name, int threads = 0)
    {
        ModelProto file;
        try
        {
            file = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NotReadable(name, e);
        }
        var metadata = OnnxMetadata.Read(
            file.MetadataProps.GroupBy(entry => entry.Key).ToDictionary(entries => entries.Key, entries => entries.Last().Value),
            name
        );
        if (file.Graph is not { } graph)
            throw NotReadable(name, new InvalidDataException("it has no graph"));
        if (TensorsOf(graph).Any(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0))
            throw new InvalidInputException(name, "names other files for its tensors, which no file of Isthmus does", "export the model again");
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        InferenceSession? session = null;
        try
        {
            session = new InferenceSession(bytes, options);
            return new(session, file, metadata);
        }
        catch (Exception e) when (e is OnnxRuntimeException or InvalidDataException or KeyNotFoundException or InvalidCastException or ArgumentException)
        {
            session?.Dispose();
            throw NotReadable(name, e);
        }
    }

    private static IEnumerable<TensorProto> TensorsOf(GraphProto graph) =>
        graph.Initializer.Concat(
            graph
                .Node.SelectMany(node => node.Attribute)
                .SelectMany(attribute =>
                    attribute
                        .Tensors.Concat(attribute.T is { } tensor ? [tensor] : [])
                        .Concat(attribute.Graphs.Concat(attribute.G is { } inner ? [inner] : []).SelectMany(TensorsOf))
                )
        );

    private static InvalidInputException NotReadable(string name, Exception cause) =>
        new(name, $"is no ONNX file that can be read ({OneLine(cause)}); it is damaged or another program's", "export the model again", cause: cause);

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
