namespace Isthmus.Information.Entropy;

/// <summary>
/// Plug-in entropy of frequencies shrunk towards the uniform distribution over the alphabet: p = lambda / K + (1 - lambda) n / N,
/// lambda = (1 - sum (n / N)^2) / ((N - 1) sum (1 / K - n / N)^2), held to [0, 1]; nats (Hausser and Strimmer 2009).
/// A single observation is shrunk all the way: ln K.
/// </summary>
public sealed record JamesSteinEntropy : DiscreteEntropyEstimator
{
    /// <inheritdoc/>
    public override string Name => "shrink";

    /// <summary>Symbols that could occur, K; null (the default) takes the length of the histogram.</summary>
    public long? Alphabet { get; init; }

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile)
    {
        profile = Alphabet is { } symbols ? profile.WithAlphabet(symbols) : profile;
        double total = profile.Total,
            target = 1.0 / profile.Alphabet,
            unseen = profile.Alphabet - profile.Observed;
        var squares = profile.Average(n => n / total);
        var distance = profile.Sum(n => (target - n / total) * (target - n / total)) + unseen * target * target;
        var lambda = total == 1 || distance == 0 ? 1 : Math.Clamp((1 - squares) / ((total - 1) * distance), 0, 1);
        return profile.Sum(n => Term(lambda * target + (1 - lambda) * n / total)) + unseen * Term(lambda * target);

        static double Term(double p) => p > 0 ? 0 - p * Math.Log(p) : 0;
    }
}
