using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// Plug-in entropy with the delete-one jackknife's correction: H = N H - (N - 1) / N sum_i H_-i over the N observations,
/// nats (Zahl 1977); bias of order 1 / N^2. Written as d(N) - sum (n / N) d(n), d(n) = n ln n - (n - 1) ln(n - 1),
/// which is the same and does not subtract numbers of size N H.
/// </summary>
public sealed record JackknifeEntropy : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => "jackknife";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) => Step(profile.Total) - profile.Average(Step);

    /// <summary>
    /// Entropy with the jackknife's standard error of the plug-in estimate, nats: sqrt(sum (n / N) (d(n) - mean)^2 / (N - 1)),
    /// in closed form; NaN from one observation.
    /// </summary>
    public override Estimate Measure(CountProfile profile)
    {
        var mean = profile.Average(Step);
        var variance = profile.Average(n => (Step(n) - mean) * (Step(n) - mean)) / (profile.Total - 1);
        return new(Step(profile.Total) - mean, profile.Total == 1 ? double.NaN : Math.Sqrt(variance));
    }

    private static double Step(long n) => n == 1 ? 0 : Math.Log(n) - (n - 1) * SpecialFunctions.LogOnePlus(-1.0 / n);
}
