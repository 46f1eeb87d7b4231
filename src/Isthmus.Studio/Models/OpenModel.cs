using System.Collections.Concurrent;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Server.Models;
using Isthmus.Server.Runtime;
using Isthmus.Studio.Folders;
using Isthmus.Tables;
using static TorchSharp.torch;

namespace Isthmus.Studio.Models;

/// <summary>
/// A trained model that pages look at. All that uses the tensor library goes through one queue; codes are decoded on ONNX Runtime where the decoder has a form
/// there, so that a slider waits for no long work. Safe to use from several threads.
/// </summary>
internal sealed class OpenModel : IDisposable
{
    private readonly StudioFolder _folder;
    private readonly TensorQueue _queue;
    private readonly Action<OpenModel> _release;
    private readonly Lazy<Task<OnnxModel?>> _decoder;
    private readonly Lazy<Task<RowScorer?>> _scorer;
    private readonly ConcurrentDictionary<DataPart, Lazy<Task<ModelData>>> _data = [];
    private readonly ConcurrentDictionary<(DataPart, int), Lazy<Task<RecordsInCode>>> _codes = [];

    public OpenModel(string run, string path, DateTime stamp, TrainedModel trained, StudioFolder folder, TensorQueue queue, Action<OpenModel> release)
    {
        (Run, Path, Stamp, Trained) = (run, path, stamp, trained);
        (_folder, _queue, _release) = (folder, queue, release);
        _decoder = new(() => WithTensorsAsync(Exported));
        // Managed code: it needs no turn of the tensor library.
        _scorer = new(() => Task.Run(() => RegisteredRows.Of(trained)?.Scorer));
    }

    /// <summary>Name of the run.</summary>
    public string Run { get; }

    /// <summary>The model's file.</summary>
    public string Path { get; }

    /// <summary>Time at which the file was written.</summary>
    public DateTime Stamp { get; }

    /// <summary>The model; what uses its tensors goes through <see cref="WithTensorsAsync"/>.</summary>
    public TrainedModel Trained { get; }

    /// <summary>Schema of a record.</summary>
    public DataSchema Schema => Trained.Specification.Schema;

    /// <summary>Pages that hold the model.</summary>
    public int Users { get; set; }

    /// <summary>Gives the model back.</summary>
    public void Release() => _release(this);

    /// <summary>Does work that uses the tensor library, in its turn.</summary>
    public Task<T> WithTensorsAsync<T>(Func<T> work, CancellationToken cancellationToken = default) => _queue.RunAsync(work, cancellationToken);

    /// <summary>Records of a part of the data that the model was trained on, read once.</summary>
    /// <exception cref="InvalidInputException">The data are not there any more, or lie outside the opened folder.</exception>
    public Task<ModelData> DataAsync(DataPart part) => _data.GetOrAdd(part, _ => new(() => WithTensorsAsync(() => Load(part)))).Value;

    /// <summary>Codes, rates and distortions of the records of a part, computed once for each limit.</summary>
    /// <param name="part">The part.</param>
    /// <param name="most">Largest number of records; of more, some at random.</param>
    /// <param name="progress">Receiver of the fraction done, for the first caller.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<RecordsInCode> CodesAsync(DataPart part, int most, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var data = await DataAsync(part);
        var key = (part, most);
        var computed = _codes.GetOrAdd(key, _ => new(() => RecordsInCode.OfAsync(this, data.Records, most, progress)));
        try
        {
            return await computed.Value.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _codes.TryRemove(key, out Lazy<Task<RecordsInCode>>? _);
            throw;
        }
    }

    /// <summary>Scorer of rows, made once; null for a model of other records.</summary>
    public Task<RowScorer?> ScorerAsync() => _scorer.Value;

    /// <summary>The scorer, and the scores of rows, bits; null for a model of other records.</summary>
    /// <param name="data">Rows as read.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public async Task<(RowScorer? Scorer, float[]? Scores)> ScoresAsync(Dataset data, CancellationToken cancellationToken)
    {
        if (await ScorerAsync() is not { } scorer)
            return (null, null);
        var rows = new float[data.Count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], rows);
        return (scorer, (await Task.Run(() => scorer.Score(rows, cancellationToken), cancellationToken)).Bits);
    }

    /// <summary>Records of codes, E[x|z], on the data's own scale.</summary>
    /// <param name="codes">Codes of L numbers.</param>
    /// <param name="label">Class of a label that the model has as condition; null for its classes in turn.</param>
    /// <param name="cancellationToken">Gives up while the codes wait.</param>
    /// <exception cref="InvalidInputException">The model makes no records.</exception>
    public async Task<RecordValues> DecodeAsync(IReadOnlyList<float[]> codes, string? label, CancellationToken cancellationToken)
    {
        Trained.DemandRecords();
        if (await AloneAsync() is { } decoder)
            return new(Schema.Output, [.. (await Task.Run(() => decoder.Decode(codes), cancellationToken)).SelectMany(record => record)]);
        return await WithTensorsAsync(() => Generation.Decode(Trained, codes, label), cancellationToken);
    }

    /// <summary>Codes drawn from the prior, N x L, one after another; the model has one.</summary>
    /// <param name="count">Number of codes, N.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="cancellationToken">Gives up while they wait.</param>
    public Task<float[]> DrawCodesAsync(int count, int seed, CancellationToken cancellationToken) =>
        WithTensorsAsync(
            () =>
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                using var draws = RandomDraws.Seeded(seed);
                return Trained.Network.Bottleneck.Prior!.Sample(count).to(float32).cpu().contiguous().data<float>().ToArray();
            },
            cancellationToken
        );

    /// <summary>True if codes are decoded on ONNX Runtime, and wait for no other work.</summary>
    public async Task<bool> DecodesAloneAsync() => await AloneAsync() is not null;

    // Rows of a table leave the graph in columns of their own types; labels need their own inputs.
    private async Task<OnnxModel?> AloneAsync() =>
        !Schema.Kind.MayHaveMissingNumbers && Trained.Network.Condition is null && await _decoder.Value is { } decoder && decoder.Outputs is [RecordOutput]
            ? decoder
            : null;

    private const string RecordOutput = "reconstruction";

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_decoder is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            _decoder.Value.Result?.Dispose();
        Trained.Dispose();
    }

    private OnnxModel? Exported()
    {
        try
        {
            using var file = new MemoryStream();
            Trained.ExportOnnx(file, OnnxPart.Decoder);
            file.Position = 0;
            return OnnxModel.Load(file, threads: 1);
        }
        catch (InvalidInputException)
        {
            // No form in ONNX; the model itself answers then.
            return null;
        }
    }

    private ModelData Load(DataPart part)
    {
        var provenance = Trained.Provenance;
        var name = provenance.Data;
        if (DataSource.Names.Contains(name) || Catalogue.FromEnvironment().Contains(name))
            return ModelData.Load(Trained.Manifest, name, new DataOptions(), part);
        // A run's command names its data as seen from the folder that it was given in.
        var path = _folder.Resolve(name);
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new InvalidInputException(
                $"{Run}: its data, {name},",
                $"are not below {_folder.Path}",
                "open the studio on the folder that the training was started in"
            );
        return ModelData.Load(Trained.Manifest with { Provenance = provenance with { Data = path } }, path, new DataOptions(), part);
    }
}
