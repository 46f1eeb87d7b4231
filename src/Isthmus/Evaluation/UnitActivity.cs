using Isthmus.Compute;
using Isthmus.Information;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>Activity of the units of the code.</summary>
/// <param name="Active">One flag a unit.</param>
/// <param name="Rule">Definition of "active" for this bottleneck, in words.</param>
/// <param name="Variances">Variance of each unit's code over the records.</param>
/// <param name="FiringRates">Share of records for which each unit is on; null unless the bottleneck is sparse.</param>
public sealed record UnitActivity(IReadOnlyList<bool> Active, string Rule, IReadOnlyList<float> Variances, IReadOnlyList<float>? FiringRates)
{
    /// <summary>Activity of a model without a code: no units.</summary>
    internal static UnitActivity None { get; } = new([], "the model has no code", [], null);

    /// <summary>Number of active units.</summary>
    public int Count => Active.Count(active => active);

    /// <summary>Units on in a record's code, L0, mean over the records; null unless the bottleneck is sparse.</summary>
    public Estimate? UnitsOn { get; private init; }

    /// <summary>
    /// Variational: Var_x(E[z|x]) above 0.01 (Burda et al. 2016). Sparse: on for at least one record. Otherwise: variance
    /// above a hundredth of the largest unit's.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="codes">N x L in all, in as many batches as they come in.</param>
    public static UnitActivity Of(Autoencoder model, IEnumerable<Tensor> codes)
    {
        using var scope = NewDisposeScope();
        var bottleneck = model.Bottleneck;
        var (count, on) = (0L, new RunningMoments());
        Tensor sums = zeros(bottleneck.Latent, float64),
            squares = zeros(bottleneck.Latent, float64),
            firing = zeros(bottleneck.Latent, float64);
        // Of the first records: sums of squares of deviations from near the mean lose no digits.
        Tensor? origin = null;
        foreach (var batch in codes)
        {
            using var inner = NewDisposeScope();
            var z = batch.cpu().to(float64);
            origin ??= z.mean([0L]).MoveToOuterDisposeScope();
            var deviates = z - origin;
            count += z.shape[0];
            sums.AddInPlace(deviates.sum([0L]));
            squares.AddInPlace(deviates.Square().sum([0L]));
            if (!bottleneck.IsSparse)
                continue;
            var fires = batch.Above(bottleneck.ActiveAbove).cpu();
            firing.AddInPlace(fires.sum([0L]).to(float64));
            on.Add([.. fires.sum(1).to(float32).data<float>()]);
        }
        float[] variances = [.. (squares.Over(count) - sums.Over(count).Square()).ClampMin(0).to(float32).data<float>()];
        if (bottleneck.IsSparse)
        {
            float[] rates = [.. firing.Over(count).to(float32).data<float>()];
            return new([.. rates.Select(rate => rate > 0)], "on for at least one record", variances, rates) { UnitsOn = on.Estimate };
        }
        var isAgainstPrior = bottleneck is { IsVariational: true, IsDiscrete: false };
        var threshold = isAgainstPrior ? 0.01f : variances.Max() * 0.01f;
        var rule = isAgainstPrior ? "variance of the posterior mean over records above 0.01" : "variance over records above 1 % of the largest unit's";
        return new([.. variances.Select(variance => variance > threshold)], rule, variances, null);
    }
}
