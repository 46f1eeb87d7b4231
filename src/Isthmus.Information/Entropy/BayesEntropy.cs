namespace Isthmus.Information.Entropy;

/// <summary>
/// Plug-in entropy of the posterior mean frequencies (n + a) / (N + K a) under a symmetric Dirichlet prior, nats: what the
/// literature's tables call the Bayes estimator with Jeffreys', Laplace's, Perks' or the minimax prior. The posterior mean
/// of the entropy itself is <see cref="WolpertWolfEntropy"/>.
/// </summary>
/// <param name="Prior">The pseudo-count a.</param>
public sealed record BayesEntropy(DirichletPrior Prior) : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => Prior.Name;

    /// <summary>Symbols that could occur, K; null (the default) takes the length of the histogram.</summary>
    public long? Alphabet { get; init; }

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile)
    {
        profile = Alphabet is { } symbols ? profile.WithAlphabet(symbols) : profile;
        var a = Prior.PseudoCount(profile);
        if (profile.Alphabet == 1)
            return 0;
        var total = profile.Total + profile.Alphabet * a;
        return profile.Sum(n => Term((n + a) / total)) + (profile.Alphabet - profile.Observed) * Term(a / total);

        static double Term(double p) => -p * Math.Log(p);
    }
}
