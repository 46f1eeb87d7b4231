using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// H = sum (n / N) (psi(N) - psi(n)), nats: the sum over v of 1/v times the unbiased estimate of sum p (1 - p)^v, as far
/// as N observations allow (Zhang 2012; this closed form by Schuermann 2015). Biased low by sum over v >= N of
/// (1/v) sum p (1 - p)^v, which is exponentially small where every symbol has been seen often.
/// </summary>
public sealed record ZhangEntropy : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => "zhang";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) => SpecialFunctions.Digamma(profile.Total) - profile.Average(n => SpecialFunctions.Digamma(n));
}
