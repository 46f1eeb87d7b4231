using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>Which units of the code carry anything.</summary>
/// <param name="Active">One flag a unit.</param>
/// <param name="Rule">What "active" means for this bottleneck, in words.</param>
/// <param name="Variances">Variance of each unit's code over the records.</param>
/// <param name="FiringRates">Share of records for which each unit is on; null unless the bottleneck is sparse.</param>
public sealed record UnitActivity(IReadOnlyList<bool> Active, string Rule, IReadOnlyList<float> Variances, IReadOnlyList<float>? FiringRates)
{
    /// <summary>How many units are active.</summary>
    public int Count => Active.Count(active => active);

    /// <summary>
    /// Variational: Var_x(E[z|x]) above 0.01 (Burda et al. 2016). Sparse: on for at least one record. Otherwise: variance
    /// above a hundredth of the largest unit's.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="codes">N x L.</param>
    public static UnitActivity Of(Autoencoder model, Tensor codes)
    {
        using var scope = NewDisposeScope();
        float[] variances = [.. codes.var([0L], unbiased: false).data<float>()];
        if (model.Bottleneck.IsSparse)
        {
            float[] rates = [.. codes.gt(model.Bottleneck.OnAbove).to(ScalarType.Float32).mean([0L]).data<float>()];
            return new([.. rates.Select(rate => rate > 0)], "on for at least one record", variances, rates);
        }
        var isAgainstPrior = model.Bottleneck is { IsVariational: true, IsDiscrete: false };
        var threshold = isAgainstPrior ? 0.01f : variances.Max() * 0.01f;
        var rule = isAgainstPrior ? "variance of the posterior mean over records above 0.01" : "variance over records above 1 % of the largest unit's";
        return new([.. variances.Select(variance => variance > threshold)], rule, variances, null);
    }
}
