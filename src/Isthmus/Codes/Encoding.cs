using Isthmus.Compute;
using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Shares;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>Codes of records, or outputs of a hidden layer of the encoder, as a table of features.</summary>
public static class Encoding
{
    private const int BatchRecords = 1000;

    /// <summary>
    /// Returns the records' names or row numbers, a table's identifiers and the labels, then one column a unit, <c>z0</c>, <c>z1</c>, ...: the mean of q(z|x),
    /// or z itself if there is no q.
    /// </summary>
    /// <param name="trained">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <exception cref="InvalidInputException">The data is of another shape than the model's.</exception>
    public static IReadOnlyList<Column> Of(TrainedModel trained, Dataset data, Device? device = null)
    {
        using var scope = NewDisposeScope();
        return Columns(data, RecordCodes.Of(trained.Network, trained.Prepare(data), device), "z");
    }

    /// <summary>
    /// Writes the codes, some records at a time, so that memory does not grow with them. Columns of a hidden layer are <c>h0</c>, <c>h1</c>, ...; a convolution
    /// gives a row for each position of a record, and a column for each channel. A .npy file holds the numbers alone.
    /// </summary>
    /// <param name="path">The file: .npy, .csv or .parquet.</param>
    /// <param name="trained">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="layer">Number of the hidden layer of the encoder, 1 for the first; null for the code.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="cancellationToken">Stops between two batches; nothing is left behind.</param>
    /// <returns>Rows, and the columns of numbers.</returns>
    /// <exception cref="InvalidInputException">The data is of another shape than the model's, no such layer, or the file cannot be written.</exception>
    public static (long Rows, IReadOnlyList<string> Columns) Write(
        string path,
        TrainedModel trained,
        Dataset data,
        int? layer,
        Device? device = null,
        CancellationToken cancellationToken = default
    ) => Write(path, trained, data, layer, device, Communicator.Alone, cancellationToken);

    /// <summary>Writes them by several processes, all with the same model and records: each encodes every n-th batch, and rank 0 writes.</summary>
    internal static (long Rows, IReadOnlyList<string> Columns) Write(
        string path,
        TrainedModel trained,
        Dataset data,
        int? layer,
        Device? device,
        Communicator ranks,
        CancellationToken cancellationToken
    )
    {
        var codes = new WrittenCodes(trained, data, layer, device, ranks, cancellationToken);
        if (ranks.Rank > 0)
            return (codes.Batches().Sum(batch => batch.Vectors.shape[0]), codes.Names);
        if (NumpyWriter.IsName(path))
            return (NumpyWriter.Write(path, codes.Names.Count, codes.Batches().Select(batch => batch.Vectors.data<float>().ToArray())), codes.Names);
        var rows = 0L;
        TableWriter.Write(path, write => rows = codes.Pass(write));
        return (rows, codes.Names);
    }

    /// <summary>Writes the codes of a share of the records as a part of a file, by the processes that work together.</summary>
    internal static void WriteShare(
        string path,
        TrainedModel trained,
        Dataset data,
        int? layer,
        Device? device,
        Communicator ranks,
        Share share,
        WorkParts parts,
        CancellationToken cancellationToken
    )
    {
        // Batches are those of one process, as what a product rounds to may depend on its size.
        var (first, end) = share.Of(data.Count, BatchRecords);
        var codes = new WrittenCodes(trained, data, layer, device, ranks, cancellationToken, ((int)first, (int)end));
        if (ranks.Rank > 0)
            codes.Batches().Count();
        else
            parts.Write(share, write => codes.Pass(write, withPlaces: !NumpyWriter.IsName(path)), () => codes.Names);
    }

    /// <summary>Codes on their way to a file: those of some records, batch by batch.</summary>
    private sealed class WrittenCodes
    {
        private readonly TrainedModel _trained;
        private readonly Dataset _data,
            _prepared;
        private readonly int? _layer;
        private readonly Device? _device;
        private readonly Communicator _ranks;
        private readonly int _places,
            _records;
        private readonly CancellationToken _cancellationToken;

        public WrittenCodes(
            TrainedModel trained,
            Dataset data,
            int? layer,
            Device? device,
            Communicator ranks,
            CancellationToken cancellationToken,
            (int First, int End)? only = null
        )
        {
            (_trained, _layer, _device, _ranks, _cancellationToken) = (trained, layer, device, ranks, cancellationToken);
            var prepared = trained.Prepare(data);
            (_places, var width) = Encoding
                .Batches(trained.Network, prepared.Select([0]), layer, device)
                .Select(batch => ((int)batch.Vectors.shape[0], (int)batch.Vectors.shape[1]))
                .First();
            Names = [.. Enumerable.Range(0, width).Select(unit => $"{Prefix}{unit}")];
            _records = only is { } range ? range.End - range.First : data.Count;
            Dataset Chosen(Dataset all) => only is { } range && _records > 0 ? all.Select([.. Enumerable.Range(range.First, _records)]) : all;
            (_data, _prepared) = (Chosen(data), Chosen(prepared));
        }

        /// <summary>Names of the units.</summary>
        public IReadOnlyList<string> Names { get; }

        private string Prefix => _layer is null ? "z" : "h";

        /// <summary>Returns the batches, which all ranks have to ask for.</summary>
        public IEnumerable<(int First, int Count, Tensor Vectors)> Batches() =>
            _records == 0 ? []
            : _ranks.Count == 1 ? Encoding.Batches(_trained.Network, _prepared, _layer, _device, _cancellationToken)
            : Dealt(_trained.Network, _prepared, _layer, _device, _places, Names.Count, _ranks, _cancellationToken);

        /// <summary>Passes on the batches as columns, and returns the number of rows.</summary>
        public long Pass(Action<IReadOnlyList<Column>> write, bool withPlaces = true)
        {
            var rows = 0L;
            foreach (var (first, count, vectors) in Batches())
            {
                var places = (int)vectors.shape[0] / count;
                var units = Units(vectors, Prefix);
                write(
                    withPlaces
                        ? [.. _data.Select([.. Enumerable.Range(0, (int)vectors.shape[0]).Select(row => first + row / places)]).PlaceColumns(), .. units]
                        : [.. units]
                );
                rows += vectors.shape[0];
            }
            return rows;
        }
    }

    private static IEnumerable<(int First, int Count, Tensor Vectors)> Batches(
        Autoencoder model,
        Dataset prepared,
        int? layer,
        Device? device,
        CancellationToken cancellationToken = default
    )
    {
        var first = 0;
        if (layer is null)
        {
            foreach (var codes in RecordCodes.InOrder(model, prepared, device, BatchRecords))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return (first, (int)codes.shape[0], codes);
                first += (int)codes.shape[0];
            }
            yield break;
        }
        foreach (var x in TensorBatches.InOrder(prepared, BatchRecords, device))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var vectors = LayerOf(model, x, layer.Value);
            yield return (first, (int)x.shape[0], vectors);
            first += (int)x.shape[0];
        }
    }

    /// <summary>Returns all batches, of which each process computes every n-th.</summary>
    private static IEnumerable<(int First, int Count, Tensor Vectors)> Dealt(
        Autoencoder model,
        Dataset prepared,
        int? layer,
        Device? device,
        int places,
        int width,
        Communicator ranks,
        CancellationToken cancellationToken
    )
    {
        var numbers = BatchRecords * places * width;
        var all = new float[ranks.Count * numbers];
        for (var group = 0; group < prepared.Count; group += ranks.Count * BatchRecords)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int CountOf(int rank) => Math.Clamp(prepared.Count - group - rank * BatchRecords, 0, BatchRecords);
            if (CountOf(ranks.Rank) is > 0 and var own)
                foreach (
                    var batch in Batches(
                        model,
                        prepared.Select([.. Enumerable.Range(group + ranks.Rank * BatchRecords, own)]),
                        layer,
                        device,
                        CancellationToken.None
                    )
                )
                    batch.Vectors.data<float>().CopyTo(all.AsSpan(ranks.Rank * numbers));
            ranks.AllGather(all, numbers);
            for (var rank = 0; rank < ranks.Count && CountOf(rank) is > 0 and var count; rank++)
            {
                using var vectors = tensor(all.AsSpan(rank * numbers, count * places * width).ToArray(), [count * places, width]);
                yield return (group + rank * BatchRecords, count, vectors);
            }
        }
    }

    private static Tensor LayerOf(Autoencoder model, Tensor x, int layer)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return HiddenLayer.Of(model, x, layer).cpu().contiguous().MoveToOuterDisposeScope();
    }

    private static IReadOnlyList<Column> Columns(Dataset data, Tensor vectors, string prefix) => [.. data.PlaceColumns(), .. Units(vectors, prefix)];

    private static IEnumerable<Column> Units(Tensor vectors, string prefix) =>
        Enumerable
            .Range(0, (int)vectors.shape[1])
            .Select(unit =>
            {
                using var inner = NewDisposeScope();
                return new Column($"{prefix}{unit}", vectors.select(1, unit).contiguous().cpu().data<float>().ToArray());
            });
}
