using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Dictionaries;

/// <summary>A record that turns a feature on.</summary>
/// <param name="Record">Its index, 0 for the first.</param>
/// <param name="Strength">Largest strength of the feature in the record's rows, in the unit of the code.</param>
public readonly record struct FeatureRecord(int Record, double Strength);

/// <summary>A feature that writes in a similar direction.</summary>
/// <param name="Feature">Its index.</param>
/// <param name="Cosine">Cosine of the angle between what the two write, from -1 to 1.</param>
public readonly record struct FeatureNeighbour(int Feature, double Cosine);

/// <summary>One feature of a sparse dictionary on data: how often and how strongly it is on, where, and what it is like.</summary>
/// <param name="Index">Its index in the code.</param>
/// <param name="RowsOn">Number of rows in which it is above 0.</param>
/// <param name="Frequency">Fraction of rows in which it is above 0.</param>
/// <param name="MeanStrength">Mean over those rows, in the unit of the code; 0 if there are none.</param>
/// <param name="LargestStrength">Largest strength.</param>
/// <param name="Histogram">Rows in which it is above 0, by strength in bins of equal width from 0 to the largest.</param>
/// <param name="Top">Records with its largest strengths, the largest first; each record once.</param>
/// <param name="Neighbours">Features with the largest cosines, the largest first; empty where the decoder is not one affine map.</param>
public sealed record DictionaryFeature(
    int Index,
    long RowsOn,
    double Frequency,
    double MeanStrength,
    double LargestStrength,
    IReadOnlyList<long> Histogram,
    IReadOnlyList<FeatureRecord> Top,
    IReadOnlyList<FeatureNeighbour> Neighbours
)
{
    /// <summary>True if no row turns it on.</summary>
    public bool IsDead => RowsOn == 0;
}

/// <summary>Options of a look at features.</summary>
public sealed record FeatureOptions
{
    /// <summary>Records kept for each feature, 1 to 1,000. Default 8.</summary>
    public int TopRecords
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw Refused(nameof(TopRecords), value);
    } = 8;

    /// <summary>Neighbours of each feature, 0 to 1,000. Default 5.</summary>
    public int Neighbours
    {
        get;
        init => field = value is >= 0 and <= 1000 ? value : throw Refused(nameof(Neighbours), value);
    } = 5;

    /// <summary>Bins of a histogram, 1 to 1,000. Default 20.</summary>
    public int Bins
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw Refused(nameof(Bins), value);
    } = 20;

    /// <summary>
    /// Rows of activations that one record gives, one after another, such as the positions of a picture in a convolution. At least 1. Default 1.
    /// </summary>
    public int RowsPerRecord
    {
        get;
        init => field = value >= 1 ? value : throw Refused(nameof(RowsPerRecord), value);
    } = 1;

    /// <summary>Fraction of rows above which a feature counts as dense. Default 0.1.</summary>
    public double DenseAbove { get; init; } = 0.1;

    /// <summary>Device of the model. Default null: the CPU.</summary>
    public Device? Device { get; init; }

    private static InvalidInputException Refused(string name, int value) => new($"{name} = {value}", "is out of range", "give a whole number in its range");
}

/// <summary>The features of a sparse dictionary on data: two passes over the codes, and the angles between what features write.</summary>
/// <param name="Rows">Rows of activations.</param>
/// <param name="Records">Records that they are of.</param>
/// <param name="All">Every feature, by index.</param>
/// <param name="Dead">Indices of the features that no row turns on.</param>
/// <param name="Dense">Indices of the features that are on in more than <paramref name="DenseAbove"/> of the rows, the most frequent first.</param>
/// <param name="DenseAbove">Fraction of rows above which a feature counts as dense.</param>
/// <param name="MeanOn">Features that are on in a row, in the mean (L0).</param>
/// <remarks>Safe to use from several threads.</remarks>
public sealed record DictionaryFeatures(
    long Rows,
    int Records,
    IReadOnlyList<DictionaryFeature> All,
    IReadOnlyList<int> Dead,
    IReadOnlyList<int> Dense,
    double DenseAbove,
    double MeanOn
)
{
    private const int BatchRows = 1000;

    /// <summary>Looks at the features of a model on data.</summary>
    /// <param name="model">A model with a sparse code.</param>
    /// <param name="data">Activations as read; they may stay in their file.</param>
    /// <param name="options">Options. Default: one row a record, 8 records and 5 neighbours a feature.</param>
    /// <param name="progress">Fraction done.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A code that is not sparse, data of another shape, or rows that are no whole number of records.</exception>
    public static DictionaryFeatures Of(
        TrainedModel model,
        Dataset data,
        FeatureOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        if (!model.Network.Bottleneck.IsSparse)
            throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                "has no sparse code, so its units are no features",
                $"give a sparse dictionary, such as {OptionNames.Model("top-k-sae")}"
            );
        if (data.Count % options.RowsPerRecord != 0)
            throw new InvalidInputException(
                data.Name,
                $"has {data.Count} rows, which are no whole number of records of {options.RowsPerRecord} rows",
                "give the records that these activations are of"
            );
        var prepared = model.Prepare(data);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var strengths = new Strengths(model.Network.Bottleneck.Latent, options);
        // Whole records in a batch.
        var batch = Math.Max(1, BatchRows / options.RowsPerRecord) * options.RowsPerRecord;
        foreach (var pass in (Action<Tensor, int>[])[strengths.Add, strengths.AddToHistogram])
        {
            var row = 0;
            foreach (var codes in RecordCodes.InOrder(model.Network, prepared, options.Device, batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                pass(codes, row);
                row += (int)codes.shape[0];
                progress?.Report((pass == strengths.Add ? 0 : 0.5) + 0.5 * row / data.Count);
            }
        }
        var features = strengths.Features(data.Count, Neighbours(model, options, cancellationToken));
        return new(
            data.Count,
            data.Count / options.RowsPerRecord,
            features,
            [.. features.Where(feature => feature.IsDead).Select(feature => feature.Index)],
            [
                .. features
                    .Where(feature => feature.Frequency > options.DenseAbove)
                    .OrderByDescending(feature => feature.Frequency)
                    .Select(feature => feature.Index),
            ],
            options.DenseAbove,
            features.Sum(feature => feature.Frequency)
        );
    }

    /// <summary>Returns the features whose directions are nearest, some at a time, so that memory grows with the features alone.</summary>
    private static FeatureNeighbour[][] Neighbours(TrainedModel model, FeatureOptions options, CancellationToken cancellationToken)
    {
        var latent = model.Network.Bottleneck.Latent;
        var wanted = Math.Min(options.Neighbours, latent - 1);
        if (wanted == 0 || !LinearDictionary.IsIn(model.Specification))
            return [.. Enumerable.Repeat<FeatureNeighbour[]>([], latent)];
        var directions = nn.functional.normalize(LinearDictionary.Of(model).Decoder.t(), dim: 1).to(float32).contiguous();
        var neighbours = new List<FeatureNeighbour[]>(latent);
        for (var first = 0; first < latent; first += BatchRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var count = Math.Min(BatchRows, latent - first);
            var cosines = directions.narrow(0, first, count).mm(directions.t());
            // Not itself.
            cosines.diagonal(first).FillInPlace(double.NegativeInfinity);
            var (values, places) = cosines.topk(wanted, 1);
            var (angles, features) = (values.contiguous().data<float>().ToArray(), places.contiguous().data<long>().ToArray());
            for (var row = 0; row < count; row++)
                neighbours.Add([.. Enumerable.Range(row * wanted, wanted).Select(i => new FeatureNeighbour((int)features[i], angles[i]))]);
        }
        return [.. neighbours];
    }

    /// <summary>Sums over rows of codes.</summary>
    private sealed class Strengths
    {
        private readonly FeatureOptions _options;
        private readonly int _latent;
        private readonly Tensor _rowsOn,
            _sums,
            _largest,
            _bins,
            _topStrengths,
            _topRecords;

        public Strengths(int latent, FeatureOptions options)
        {
            (_latent, _options) = (latent, options);
            (_rowsOn, _sums, _largest) = (zeros(latent, int64), zeros(latent, float64), zeros(latent));
            _bins = zeros((long)latent * options.Bins, int64);
            (_topStrengths, _topRecords) = (zeros(options.TopRecords, latent), zeros([options.TopRecords, latent], int64));
        }

        public void Add(Tensor codes, int firstRow)
        {
            _rowsOn.AddInPlace(codes.Above(0).sum([0L]));
            _sums.AddInPlace(codes.sum([0L], type: float64));
            var records = codes.view([-1, _options.RowsPerRecord, _latent]).amax([1L]);
            _largest.copy_(maximum(_largest, records.amax([0L])));
            var first = firstRow / _options.RowsPerRecord;
            var places = ScalarOperations.Range(first, first + records.shape[0], int64).unsqueeze(1).expand(records.shape);
            var (values, order) = cat([_topStrengths, records]).topk(_options.TopRecords, 0);
            var chosen = cat([_topRecords, places]).gather(0, order);
            _topStrengths.copy_(values);
            _topRecords.copy_(chosen);
        }

        public void AddToHistogram(Tensor codes, int firstRow)
        {
            var width = _largest.Over(_options.Bins).ClampMin(float.Epsilon);
            var bins = (codes / width).floor().to(int64).Clamp(0, _options.Bins - 1);
            var places = bins.Plus(ScalarOperations.Range(_latent, int64).Times(_options.Bins));
            _bins.AddInPlace(places.masked_select(codes.Above(0)).bincount(null, _bins.numel()));
        }

        public IReadOnlyList<DictionaryFeature> Features(int rows, FeatureNeighbour[][] neighbours)
        {
            var (rowsOn, sums, largest) = (_rowsOn.data<long>().ToArray(), _sums.data<double>().ToArray(), _largest.data<float>().ToArray());
            var (bins, strengths, records) = (_bins.data<long>().ToArray(), _topStrengths.data<float>().ToArray(), _topRecords.data<long>().ToArray());
            return
            [
                .. Enumerable
                    .Range(0, _latent)
                    .Select(feature => new DictionaryFeature(
                        feature,
                        rowsOn[feature],
                        (double)rowsOn[feature] / rows,
                        rowsOn[feature] == 0 ? 0 : sums[feature] / rowsOn[feature],
                        largest[feature],
                        bins[(feature * _options.Bins)..((feature + 1) * _options.Bins)],
                        [
                            .. Enumerable
                                .Range(0, _options.TopRecords)
                                .Select(rank => rank * _latent + feature)
                                .Where(place => strengths[place] > 0)
                                .Select(place => new FeatureRecord((int)records[place], strengths[place])),
                        ],
                        neighbours[feature]
                    )),
            ];
        }
    }
}
