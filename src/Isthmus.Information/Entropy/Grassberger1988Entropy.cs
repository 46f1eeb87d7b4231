using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// H = sum (n / N) (ln N - psi(n) - (-1)^n / (n + 1)), nats (Grassberger 1988).
/// Superseded by <see cref="Grassberger2003Entropy"/>; here to compare with published figures.
/// </summary>
public sealed record Grassberger1988Entropy : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => "grassberger1988";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) =>
        profile.Observed == 1 ? 0 : profile.Average(n => Math.Log(profile.Total) - SpecialFunctions.Digamma(n) - (long.IsEvenInteger(n) ? 1 : -1) / (n + 1.0));

    /// <summary>
    /// Entropy with the standard error of the plug-in estimate by the delta method, nats: the jackknife, leaving one out, would see
    /// the sign of (-1)^n change, and be too wide.
    /// </summary>
    public override Estimate Measure(CountProfile profile) => new PlugInEntropy().Measure(profile) with { Value = Entropy(profile) };
}
