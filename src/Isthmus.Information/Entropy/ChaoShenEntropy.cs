using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// Horvitz-Thompson entropy with Good-Turing coverage: H = -sum q ln q / (1 - (1 - q)^N), q = C n / N, C = 1 - f1 / N with
/// f1 symbols seen once, nats (Chao and Shen 2003). Where all are singletons, C = 1 / N, so that the estimate exists.
/// </summary>
public sealed record ChaoShenEntropy : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => "chao-shen";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile)
    {
        double total = profile.Total,
            singletons = Math.Min(profile.SymbolsSeen(1), total - 1);
        var coverage = 1 - singletons / total;
        return 0
            - profile.Sum(n =>
            {
                var q = coverage * n / total;
                return q * Math.Log(q) / -SpecialFunctions.ExpMinusOne(total * SpecialFunctions.LogOnePlus(-q));
            });
    }
}
