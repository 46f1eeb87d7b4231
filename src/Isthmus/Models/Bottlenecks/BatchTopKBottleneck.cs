using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// Keeps the N k largest heads of a whole batch of N records, max(0, head), so that a record has k active units on average and may have more or fewer
/// (BatchTopK, Bussmann et al. 2024). Outside training each record is encoded alone: a unit is active if its head exceeds a threshold, the mean over training
/// batches of the smallest value that was kept.
/// </summary>
public sealed class BatchTopKBottleneck : DictionaryBottleneck
{
    // Number of batches in the threshold's mean: of the first ones a plain mean, from there on a moving one.
    private const double Memory = 100;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "batch-top-k",
        "keeps the largest units of a batch, k a record in mean",
        [TopKBottleneck.K, .. Shared],
        context => new BatchTopKBottleneck(context)
    );

    private readonly int _k;

    [ComponentName(Name = "threshold")]
    private readonly Tensor _threshold;

    [ComponentName(Name = "batches")]
    private readonly Tensor _batches;

    /// <summary>Creates a bottleneck that keeps k units a record on average.</summary>
    /// <exception cref="InvalidInputException">k is larger than the code, or the records are no vectors.</exception>
    public BatchTopKBottleneck(PartContext context)
        : base("batch-top-k", context)
    {
        _k = TopKBottleneck.KOf(context);
        (_threshold, _batches) = (zeros(1, device: NewWeights.Device).DetachFromDisposeScope(), zeros(1, device: NewWeights.Device).DetachFromDisposeScope());
        RegisterComponents();
    }

    /// <summary>Head above which a unit is active outside training, one number.</summary>
    internal Tensor Threshold => _threshold;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        if (!training)
            return new(where(head.gt(_threshold), head, zeros_like(head)), Free(head));
        var (values, places) = head.flatten().topk((int)(head.shape[0] * _k), -1, sorted: false);
        var kept = nn.functional.relu(values);
        var z = zeros_like(head).flatten().scatter(0, places, kept).view(head.shape);
        if (!sample)
            return new(z, Free(head));
        Follow(kept);
        return new(z, Free(head)) { Penalty = Learn(head, z, x) };
    }

    /// <summary>Updates the threshold by the smallest positive value that was kept.</summary>
    private void Follow(Tensor kept)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var least = where(kept.Above(0), kept, kept.FullLike(double.PositiveInfinity)).min();
        if (!double.IsFinite(least.to(float64).item<double>()))
            return;
        _batches.AddInPlace(1).ClampMaxInPlace(Memory);
        _threshold.AddInPlace((least - _threshold) / _batches);
    }
}
