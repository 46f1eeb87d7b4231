using Google.Protobuf;
using Isthmus.Onnx.Tables;
using Isthmus.Onnx.Wire;
using Isthmus.Tables;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx;

/// <summary>
/// A part of a model in an ONNX file, run by ONNX Runtime on the processor; libtorch is not needed. Safe to use from several threads at once, until it is
/// disposed of.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    // Numbers that enter at once, so that the values between layers stay small.
    private const int MostNumbers = 1 << 20,
        MostRecords = 512;

    private readonly InferenceSession _session;

    private readonly IRowScorer? _scorer;

    private OnnxModel(InferenceSession session, ModelProto file, OnnxMetadata metadata)
    {
        (_session, Metadata) = (session, metadata);
        if (metadata.Part == OnnxPart.Score)
            _scorer = OnnxRowScorer.Of(session, file.Graph, metadata.Schema);
    }

    /// <summary>Description of the model in the file.</summary>
    public OnnxMetadata Metadata { get; }

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
    /// <inheritdoc cref="Load(string, int)"/>
    public static OnnxModel Load(Stream stream, int threads = 0)
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return Of(whole.ToArray(), "stream", threads);
    }

    /// <summary>The codes of records, L numbers each.</summary>
    /// <param name="records">Records in the units of <see cref="OnnxMetadata.Units"/>, D numbers each.</param>
    /// <exception cref="InvalidInputException">The file holds another part, or a record has another number of numbers.</exception>
    public float[][] Encode(IReadOnlyList<float[]> records) => Map(OnnxPart.Encoder, records, Metadata.Schema.Dimension, Metadata.Latent);

    /// <summary>The code of one record, L numbers.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{float[]})"/>
    public float[] Encode(float[] record) => Encode([record])[0];

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private float[][] Map(OnnxPart part, IReadOnlyList<float[]> rows, int inputs, int outputs)
    {
        Demand(part);
        var results = new float[rows.Count][];
        var together = Math.Clamp(MostNumbers / inputs, 1, MostRecords);
        for (var first = 0; first < rows.Count; first += together)
        {
            var count = Math.Min(together, rows.Count - first);
            var given = new float[count * inputs];
            for (var row = 0; row < count; row++)
                Checked(rows[first + row], inputs, first + row).CopyTo(given, row * inputs);
            var made = Run(given, count);
            for (var row = 0; row < count; row++)
                results[first + row] = made.AsSpan(row * outputs, outputs).ToArray();
        }
        return results;
    }

    private float[] Run(float[] given, int count)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(given, [count, given.Length / count]);
        using var options = new RunOptions();
        using var made = _session.Run(options, _session.InputNames, [input], _session.OutputNames);
        return made[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private void Demand(OnnxPart part)
    {
        if (Metadata.Part != part)
            throw new InvalidInputException("The ONNX file", $"holds the part '{Metadata.Part}' of a model, and this asks for '{part}'", $"export that part");
    }

    private static float[] Checked(float[] row, int length, int place) =>
        row.Length == length
            ? row
            : throw new InvalidInputException($"Record {place + 1}", $"has {row.Length} numbers, and the model takes {length}", "give as many");

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
        if (file.Graph.Initializer.Any(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External))
            throw new InvalidInputException(name, "names other files for its tensors, which no file of Isthmus does", "export the model again");
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            return new(new InferenceSession(bytes, options), file, metadata);
        }
        catch (OnnxRuntimeException e)
        {
            throw NotReadable(name, e);
        }
    }

    private static InvalidInputException NotReadable(string name, Exception cause) =>
        new(
            name,
            $"is no ONNX file that can be read ({cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}); it is damaged or another program's",
            "export the model again",
            cause: cause
        );
}
