using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Tables;

/// <summary>Kind of a row's score. All are sums of contributions of the columns, in nats, shown in bits.</summary>
public enum RowScoreKind
{
    /// <summary>
    /// -ln of the fraction of usual rows that are at least as odd, by the test that finds the row oddest: its distance from known rows, its single cells, its
    /// pairs of cells.
    /// </summary>
    Combined,

    /// <summary>Conditional and neighbour together: how badly the columns predict each other, and how far the row is from known rows.</summary>
    Surprise,

    /// <summary>Sum over columns of -ln p(x_j | the rest): an eighth of the columns at a time is predicted from the others.</summary>
    Conditional,

    /// <summary>-ln of a density of Gaussians around the kept training rows, each as wide as the row's own distance to the next.</summary>
    Neighbour,

    /// <summary>-ELBO, by K draws of q(z|x).</summary>
    Elbo,

    /// <summary>-ln p(x) by K importance samples.</summary>
    Nll,

    /// <summary>-ln p(x | z) at the mean code.</summary>
    Reconstruction,
}

/// <summary>Scores of rows and the contribution of each column. Missing values contribute nothing.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
public sealed class RowScore
{
    /// <summary>Default kind of score.</summary>
    public const RowScoreKind Default = RowScoreKind.Combined;

    private const int Groups = 8,
        Rows = 500;
    private readonly TrainedModel _trained;
    private readonly MixedLikelihood _likelihood;
    private readonly RowScoreKind _kind;
    private readonly int _samples,
        _seed;
    private readonly NeighbourDensity? _density;
    private readonly CombinedScore? _combined;
    private readonly float[][] _groups;

    // As a number it would become a Scalar, which may be collected during the call.
    private readonly CachedTensor _blank = new([float.NaN], 1);

    /// <summary>Creates a score by a trained model of a table.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="kind">Kind of score.</param>
    /// <param name="samples">Number of draws of q(z|x), for <see cref="RowScoreKind.Elbo"/> and <see cref="RowScoreKind.Nll"/>.</param>
    /// <param name="seed">Random seed of the draws, and of the columns that are predicted together.</param>
    /// <exception cref="InvalidInputException">Not a model of mixed columns, or one without a prior where the score needs it.</exception>
    public RowScore(TrainedModel trained, RowScoreKind kind = Default, int samples = 50, int seed = 1)
    {
        (_trained, _kind, _samples, _seed) = (trained, kind, samples, seed);
        Schema = trained.Specification.Schema.Demand<TableSchema>(
            $"The model is of {trained.Specification.Schema}, and has no rows to score",
            $"take one of a table ({OptionNames.Model("table-vae")})"
        );
        _likelihood =
            trained.Network.Likelihood as MixedLikelihood
            ?? throw new InvalidInputException(
                "The model's likelihood",
                "is not the mixed one",
                $"leave {OptionNames.Key("likelihood")} out when training",
                OptionNames.Key("likelihood")
            );
        if (kind is RowScoreKind.Elbo or RowScoreKind.Nll && !trained.Network.Bottleneck.IsVariational)
            throw new InvalidInputException(
                $"The model ({trained.Specification.Preset})",
                $"has no prior over its codes, so it has no {(kind == RowScoreKind.Elbo ? "ELBO" : "likelihood")}",
                $"take {OptionNames.Score} surprise, or train another ({OptionNames.Model("table-vae")})",
                OptionNames.Score
            );
        if (kind is RowScoreKind.Surprise or RowScoreKind.Neighbour or RowScoreKind.Combined)
            _density = new(
                Schema,
                trained.Reference?.Train
                    ?? throw new InvalidInputException("The model", "keeps no training rows", $"take {OptionNames.Score} conditional", OptionNames.Score),
                get_num_threads()
            );
        var order = DataSplits.Permutation(Schema.Dimension, 1);
        var groups = Math.Min(Groups, Schema.Dimension);
        _groups =
        [
            .. Enumerable
                .Range(0, groups)
                .Select(g =>
                {
                    var blanked = new float[Schema.Dimension];
                    foreach (var (place, column) in order.Index())
                        if (place % groups == g)
                            blanked[column] = 1;
                    return blanked;
                }),
        ];
        if (kind == RowScoreKind.Combined)
            _combined = new(Schema, trained.Reference!, _density!, get_num_threads());
    }

    /// <summary>Schema of a row.</summary>
    public TableSchema Schema { get; }

    /// <summary>The score of kind <see cref="RowScoreKind.Combined"/>; null of another kind.</summary>
    internal CombinedScore? Combined => _combined;

    /// <summary>
    /// True if kept training rows are scored as new rows are, each compared with the others. Such a score does not depend on the weights, which were fitted to
    /// these rows. Windows of a series overlap, so that among the others of a kept window lies almost all of itself.
    /// </summary>
    internal bool LeavesKeptOut => AsksNothingOfWeights && Schema.Series is null;

    /// <summary>True if the score does not depend on the weights.</summary>
    internal bool AsksNothingOfWeights => _combined is not null;

    /// <summary>
    /// Computes nats of each cell, N x D, and of what belongs to no column, N: the code's rate, the gain of importance sampling, the width of a kernel.
    /// </summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public (float[] Cells, float[] Other) Nats(float[] rows, CancellationToken cancellationToken = default) => Nats(rows, areKept: false, cancellationToken);

    /// <inheritdoc cref="Nats(float[], CancellationToken)"/>
    internal (float[] Cells, float[] Other) Nats(float[] rows, bool areKept, CancellationToken cancellationToken)
    {
        var (width, count) = (Schema.Dimension, rows.Length / Schema.Dimension);
        var (cells, rest) = (new float[rows.Length], new float[count]);
        if (_combined is not null)
        {
            _combined.Nats(rows, areKept, get_num_threads(), cells, rest);
            return (cells, rest);
        }
        using var noGradient = inference_mode();
        _density?.Nats(rows, get_num_threads(), cells, rest);
        if (_kind == RowScoreKind.Neighbour)
            return (cells, rest);
        using var draws = RandomDraws.Seeded(RandomStream.Seed(_seed, RandomStream.Evaluation, count));
        for (var start = 0; start < count; start += Rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var size = Math.Min(Rows, count - start);
            var x = tensor(rows.AsSpan(start * width, size * width).ToArray()).view(size, width);
            var (nats, other) = OfBatch(x);
            Add(cells.AsSpan(start * width, size * width), nats);
            Add(rest.AsSpan(start, size), other);
        }
        return (cells, rest);
    }

    private static void Add(Span<float> sums, Tensor values)
    {
        float[] more = [.. values.contiguous().data<float>()];
        for (var i = 0; i < more.Length; i++)
            sums[i] += more[i];
    }

    private (Tensor Cells, Tensor Other) OfBatch(Tensor x)
    {
        var none = zeros(x.shape[0]);
        return _kind switch
        {
            RowScoreKind.Conditional or RowScoreKind.Surprise => (Conditional(x), none),
            RowScoreKind.Reconstruction => (-_likelihood.CellLogProbability(x, Parameters(x)), none),
            _ => Bound(x),
        };
    }

    private Tensor Conditional(Tensor x)
    {
        var cells = zeros_like(x);
        foreach (var group in _groups)
        {
            var blanked = tensor(group);
            var told = Parameters(where(blanked.Above(0), _blank.On(x.device), x));
            cells -= _likelihood.CellLogProbability(x, told) * blanked;
        }
        return cells;
    }

    /// <summary>Computes a bound weighted by w_k = p(x, z_k) / q(z_k | x): the cells' part is their mean under w, and the rest is the rate.</summary>
    private (Tensor, Tensor) Bound(Tensor x)
    {
        var code = _trained.Network.Encode(x, sample: false);
        var posterior = code.Posterior!;
        var (z, logPosterior) = posterior.Draw(_samples);
        var logs = _likelihood.CellLogProbability(x, _trained.Network.Decode(z));
        if (_kind == RowScoreKind.Elbo)
            return (-logs.mean([0L]), code.Rate);
        var weights = logs.sum(-1).Plus(_trained.Network.Bottleneck.Prior!.LogProbability(z)) - logPosterior;
        var cells = -(weights.softmax(0).unsqueeze(-1) * logs).sum([0L]);
        return (cells, -weights.logsumexp(0).Minus(Math.Log(_samples)) - cells.sum(-1));
    }

    private Tensor Parameters(Tensor x) => _trained.Network.Decode(_trained.Network.Encode(x, sample: false).Z);
}
