using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// Posterior mean of the entropy under a symmetric Dirichlet prior, nats: psi(A + 1) - sum (alpha / A) psi(alpha + 1),
/// alpha = n + a, A = N + K a (Wolpert and Wolf 1995). Its standard error is the posterior standard deviation.
/// The prior alone all but fixes the entropy where K is much above N: see <see cref="NemenmanShafeeBialekEntropy"/>.
/// </summary>
/// <param name="Prior">The pseudo-count a.</param>
public sealed record WolpertWolfEntropy(DirichletPrior Prior) : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => $"wolpert-wolf-{Prior.Name}";

    /// <summary>Symbols that could occur, K; null (the default) takes the length of the histogram.</summary>
    public long? Alphabet { get; init; }

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile)
    {
        profile = Alphabet is { } symbols ? profile.WithAlphabet(symbols) : profile;
        return Mean(profile, Prior.PseudoCount(profile));
    }

    /// <summary>Posterior mean and standard deviation of the entropy, nats.</summary>
    public override Estimate Measure(CountProfile profile)
    {
        profile = Alphabet is { } symbols ? profile.WithAlphabet(symbols) : profile;
        var a = Prior.PseudoCount(profile);
        return new(Mean(profile, a), Math.Sqrt(Variance(profile, a)));
    }

    internal static double Mean(CountProfile profile, double a)
    {
        if (profile.Alphabet == 1)
            return 0;
        var total = profile.Total + profile.Alphabet * a;
        return SpecialFunctions.Digamma(total + 1)
            - profile.Sum(n => (n + a) / total * SpecialFunctions.Digamma(n + a + 1))
            - (profile.Alphabet - profile.Observed) * a / total * SpecialFunctions.Digamma(a + 1);
    }

    /// <summary>
    /// E[H^2] - E[H]^2 of Wolpert and Wolf (theorem 8), with psi(alpha + 1) taken about its mean m, so that no squares of
    /// the size of H cancel: sum w ((alpha + 1) (psi'(alpha + 2) + (d + e)^2) - alpha d^2) / (A + 1) - psi'(A + 1),
    /// w = alpha / A, d = psi(alpha + 1) - m, e = 1 / (alpha + 1).
    /// </summary>
    internal static double Variance(CountProfile profile, double a)
    {
        if (profile.Alphabet == 1)
            return 0;
        var total = profile.Total + profile.Alphabet * a;
        var mean = SpecialFunctions.Digamma(total + 1) - Mean(profile, a);
        var unseen = profile.Alphabet - profile.Observed;
        var sum = profile.Sum(n => Part(n + a)) + (unseen > 0 ? unseen * Part(a) : 0);
        return Math.Max(0, sum - SpecialFunctions.Trigamma(total + 1));

        double Part(double alpha)
        {
            var w = alpha / total;
            var d = SpecialFunctions.Digamma(alpha + 1) - mean;
            var e = 1 / (alpha + 1);
            return w / (total + 1) * ((alpha + 1) * (SpecialFunctions.Trigamma(alpha + 1) - e * e) + (alpha + 1) * (d + e) * (d + e) - alpha * d * d);
        }
    }
}
