using Isthmus.Codes;
using Isthmus.Compression.Integer;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Quantisation;
using Isthmus.Server.Drift;
using Isthmus.Server.Protocol;
using Isthmus.Server.Runtime;
using Isthmus.Server.Settings;
using Isthmus.Server.Tables;
using Isthmus.Training;

namespace Isthmus.Server.Models;

/// <summary>
/// A model as it was read from its file once: the model, the parts of it that run on ONNX Runtime, and its version. It never changes; a file that is replaced
/// gives another one. Safe to use from several threads until it is disposed of, which the registry does after the last use.
/// </summary>
internal sealed class ServedModel : IDisposable
{
    private readonly TensorQueue _queue;
    private readonly Batcher? _codes,
        _records;
    private IntegerModel? _integers;

    private ServedModel(string name, TrainedModel trained, TensorQueue queue, ServerOptions options)
    {
        (Name, Trained, _queue) = (name, trained, queue);
        Encoder = Part(OnnxPart.Encoder);
        Reconstructor = trained.Network.Likelihood.IsOfRecord ? Part(OnnxPart.Reconstruct) : null;
        _codes = Batches(Encoder, model => model.Encode, options);
        _records = Batches(Reconstructor, model => model.Reconstruct, options);
        Rows = RegisteredRows.Of(trained);
        Tensors = RegisteredTensors.Of(this);
        Version = OnnxMetadata.Of(trained, OnnxPart.Encoder, "", "").WeightsSha256[..12];
    }

    /// <summary>Name under which it is served.</summary>
    public string Name { get; }

    /// <summary>First 12 hexadecimal digits of the SHA-256 of the weights.</summary>
    public string Version { get; }

    /// <summary>The model; what uses its tensors goes through <see cref="WithTensorsAsync"/>.</summary>
    public TrainedModel Trained { get; }

    /// <summary>Schema of a record.</summary>
    public DataSchema Schema => Trained.Specification.Schema;

    /// <summary>From records to codes, on ONNX Runtime; null if the model's encoder has no form there.</summary>
    public OnnxModel? Encoder { get; }

    /// <summary>From records to reconstructions, on ONNX Runtime; null if the model has none, or no form there.</summary>
    public OnnxModel? Reconstructor { get; }

    /// <summary>Scorer of rows; null for a model of other records.</summary>
    public ServedRows? Rows { get; }

    /// <summary>Form of records as tensors.</summary>
    public RecordTensors Tensors { get; }

    /// <summary>Scores and columns of the rows that it was given, beside those of training; nothing for other records.</summary>
    public ModelObservation Observation => Rows?.Observation ?? ModelObservation.Nothing;

    /// <summary>Reads a model, and makes all that is made once.</summary>
    /// <param name="name">Name under which it is served.</param>
    /// <param name="path">Its file.</param>
    /// <param name="queue">Queue of the tensor library.</param>
    /// <param name="options">Sizes of batches.</param>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign or newer.</exception>
    public static ServedModel Load(string name, string path, TensorQueue queue, ServerOptions options)
    {
        var trained = TrainedModel.Load(path);
        try
        {
            return new(name, trained, queue, options);
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    /// <summary>The model's file; of a run's folder, the one in it.</summary>
    public static string FileOf(string path) => Directory.Exists(path) ? new RunFolder(path).Model : path;

    /// <summary>Codes of records of the model's schema, L numbers each.</summary>
    public Task<float[][]> EncodeAsync(Dataset data, CancellationToken cancellationToken) =>
        _codes is not null ? RunAsync(_codes, Encoder!, data.BroughtTo(Schema), cancellationToken)
        : Encoder is not null ? Task.Run(() => Encoder.Encode(data, cancellationToken), cancellationToken)
        : WithTensorsAsync(model => model.Encode(data, cancellationToken), cancellationToken);

    /// <summary>Records as they come back, on their own scale.</summary>
    /// <exception cref="InvalidInputException">The model makes no records.</exception>
    public async Task<RecordValues> ReconstructAsync(Dataset data, CancellationToken cancellationToken)
    {
        Trained.DemandRecords();
        return _records is not null
                ? new(Schema.Output, [.. (await RunAsync(_records, Reconstructor!, data.BroughtTo(Schema), cancellationToken)).SelectMany(record => record)])
            : Reconstructor is not null ? await Task.Run(() => Reconstructor.Reconstruct(data, cancellationToken), cancellationToken)
            : await WithTensorsAsync(model => model.Reconstruct(data, cancellationToken), cancellationToken);
    }

    /// <summary>Does work that uses the tensor library, in its turn.</summary>
    /// <exception cref="QueueFullException">As many requests wait as may.</exception>
    public Task<T> WithTensorsAsync<T>(Func<TrainedModel, T> work, CancellationToken cancellationToken) =>
        _queue.RunAsync(() => work(Trained), cancellationToken);

    /// <summary>The model in integers, as archives need it; made at the first use.</summary>
    /// <exception cref="InvalidInputException">It has no such form, or its file keeps no calibration.</exception>
    public async Task<IntegerModel> IntegersAsync(CancellationToken cancellationToken) =>
        _integers ??= await WithTensorsAsync(
            model =>
            {
                ModelCalibration.Demand(model);
                return _integers
                    ?? IntegerForm.From(
                        model,
                        model.Calibration ?? throw new InvalidInputException("The model's file", "keeps no calibration", "train it again")
                    );
            },
            cancellationToken
        );

    /// <summary>Calls a function with the number of records of each batch.</summary>
    public void OnBatch(Action<int> ran)
    {
        foreach (var batches in new[] { _codes, _records })
            if (batches is not null)
                batches.Ran = ran;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _codes?.Dispose();
        _records?.Dispose();
        Encoder?.Dispose();
        Reconstructor?.Dispose();
        Trained.Dispose();
    }

    private OnnxModel? Part(OnnxPart part)
    {
        try
        {
            using var file = new MemoryStream();
            Trained.ExportOnnx(file, part);
            file.Position = 0;
            return OnnxModel.Load(file, threads: 1);
        }
        catch (InvalidInputException)
        {
            // No form in ONNX; the model itself answers then.
            return null;
        }
    }

    // Records that are arrays of numbers enter together; rows of columns, and records with labels, enter as one request has them.
    private static Batcher? Batches(
        OnnxModel? model,
        Func<OnnxModel, Func<IReadOnlyList<float[]>, IReadOnlyList<string>, float[][]>> run,
        ServerOptions options
    ) =>
        model is { Given.Count: 0, Metadata.Schema.Kind.MayHaveMissingNumbers: false }
            ? new(records => run(model)(records, []), options.MaxBatch, options.MaxWait)
            : null;

    private static Task<float[][]> RunAsync(Batcher batches, OnnxModel model, Dataset data, CancellationToken cancellationToken)
    {
        var values = model.Ports.Values(data, [.. Enumerable.Range(0, data.Count)]);
        return batches.RunAsync([.. values.Chunk(values.Length / data.Count)], cancellationToken);
    }
}
