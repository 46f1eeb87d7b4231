using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// <see cref="ZhangEntropy"/> with its missing tail estimated from the species accumulation curve: add
/// (f1 / N) (1 - A)^(1 - N) (-ln A - sum_(r below N) (1 - A)^r / r), A = 2 f2 / ((N - 1) f1 + 2 f2), or
/// 2 / ((N - 1)(f1 - 1) + 2) where f2 = 0; nats (Chao, Wang and Jost 2013). Cost O(N) where A is small, else O(1 / A).
/// </summary>
public sealed record ChaoWangJostEntropy : DiscreteEntropyEstimator
{
    private static readonly ZhangEntropy Seen = new();

    /// <inheritdoc/>
    public override string Name => "chao-wang-jost";

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile)
    {
        double total = profile.Total,
            f1 = profile.SymbolsSeen(1),
            f2 = profile.SymbolsSeen(2);
        var seen = Seen.Entropy(profile);
        if (f1 == 0)
            return seen;
        var a = f2 > 0 ? 2 * f2 / ((total - 1) * f1 + 2 * f2) : 2 / ((total - 1) * (f1 - 1) + 2);
        return a >= 1 ? seen : seen + f1 / total * Tail(a, profile.Total);
    }

    // (1 - a)^(1 - n) (-ln a - sum_{r<n} (1 - a)^r / r) = sum_{j>=0} (1 - a)^(j + 1) / (n + j). The left form cancels where
    // n a is large, the right one is long where a is small: each is taken where it is good.
    private static double Tail(double a, long n)
    {
        double q = 1 - a,
            power = q,
            sum = 0;
        if (a * n < 1)
        {
            for (var r = 1L; r < n; r++, power *= q)
                sum += power / r;
            return (-Math.Log(a) - sum) * Math.Exp((1.0 - n) * SpecialFunctions.LogOnePlus(-a));
        }
        // The remainder after a term is less than the term / a.
        for (var j = 0L; power / (n + j) > 1e-17 * a * sum; j++, power *= q)
            sum += power / (n + j);
        return sum;
    }
}
