using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// H = ln N - sum (n / N) G(n), G(n) = psi(n) + (-1)^n / 2 (psi((n + 1) / 2) - psi(n / 2)), nats (Grassberger 2003,
/// arXiv:physics/0307138). Its bias shrinks exponentially with N p for each symbol: small without knowing the alphabet.
/// </summary>
public sealed record Grassberger2003Entropy : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => "grassberger";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) => profile.Observed == 1 ? 0 : profile.Average(n => Math.Log(profile.Total) - G(n));

    private static double G(long n) =>
        SpecialFunctions.Digamma(n) + (long.IsEvenInteger(n) ? 0.5 : -0.5) * (SpecialFunctions.Digamma((n + 1.0) / 2) - SpecialFunctions.Digamma(n / 2.0));

    /// <summary>
    /// Entropy with the standard error of the plug-in estimate by the delta method, nats: the jackknife, leaving one out, would see
    /// the sign of (-1)^n change, and be too wide.
    /// </summary>
    public override Estimate Measure(CountProfile profile) => new PlugInEntropy().Measure(profile) with { Value = Entropy(profile) };
}
