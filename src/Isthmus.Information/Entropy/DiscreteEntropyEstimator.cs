namespace Isthmus.Information.Entropy;

/// <summary>
/// Estimator of the entropy -sum p ln p (nats) of a source of symbols from the counts of a sample. It is a function of the <see cref="CountProfile"/> alone, so
/// renaming or reordering symbols never changes an estimate.
/// </summary>
/// <remarks>
/// A sample of one symbol has entropy 0 exactly, except where an estimator believes in symbols not seen (the Bayesian
/// ones with an alphabet above 1, and shrinkage of a single observation).
/// </remarks>
public abstract record DiscreteEntropyEstimator
{
    /// <summary>Short name from the literature, as commands take it, such as "miller-madow".</summary>
    public abstract string Name { get; }

    /// <summary>Estimates the entropy of the source, nats.</summary>
    public abstract double Entropy(CountProfile profile);

    /// <summary>Estimates the entropy of the source, nats.</summary>
    /// <exception cref="ArgumentException">No count, a negative one, all zero, or a sum above 2^63 - 1.</exception>
    public virtual double Entropy(ReadOnlySpan<long> counts) => Entropy(new CountProfile(counts));

    /// <summary>Estimates the entropy of the source of a sample of any symbols, nats; the alphabet is the symbols seen.</summary>
    public double EntropyOfSymbols<T>(IEnumerable<T> symbols)
        where T : notnull => Entropy(SymbolCounts.Of(symbols));

    /// <summary>
    /// Entropy with its standard error, nats: here that of the delete-one jackknife,
    /// sqrt((N - 1) / N sum (H_-i - mean)^2); NaN from one observation. Cost: one estimate for each distinct count.
    /// It is the spread over repetitions and knows nothing of bias.
    /// </summary>
    public virtual Estimate Measure(CountProfile profile)
    {
        var value = Entropy(profile);
        if (profile.Total == 1)
            return new(value, double.NaN);
        var without = new double[profile.Values.Length];
        for (var i = 0; i < without.Length; i++)
            without[i] = Entropy(profile.WithoutOne(i));
        double mean = 0,
            squares = 0;
        for (var i = 0; i < without.Length; i++)
            mean += Weight(i) * without[i];
        for (var i = 0; i < without.Length; i++)
            squares += Weight(i) * (without[i] - mean) * (without[i] - mean);
        return new(value, Math.Sqrt((profile.Total - 1) * squares));

        double Weight(int i) => (double)profile.Values[i] * profile.Multiplicities[i] / profile.Total;
    }

    /// <summary>Entropy with its standard error, nats.</summary>
    /// <exception cref="ArgumentException">No count, a negative one, all zero, or a sum above 2^63 - 1.</exception>
    public Estimate Measure(ReadOnlySpan<long> counts) => Measure(new CountProfile(counts));

    /// <summary>One estimator of each kind, with default settings.</summary>
    public static IReadOnlyList<DiscreteEntropyEstimator> All { get; } =
    [
        new PlugInEntropy(),
        new MillerMadowEntropy(),
        new JackknifeEntropy(),
        new Grassberger1988Entropy(),
        new Grassberger2003Entropy(),
        new ZhangEntropy(),
        new ChaoShenEntropy(),
        new ChaoWangJostEntropy(),
        new JamesSteinEntropy(),
        new BayesEntropy(DirichletPrior.Jeffreys),
        new BayesEntropy(DirichletPrior.Laplace),
        new BayesEntropy(DirichletPrior.Perks),
        new BayesEntropy(DirichletPrior.Minimax),
        new WolpertWolfEntropy(DirichletPrior.Laplace),
        new NemenmanShafeeBialekEntropy(),
    ];

    /// <summary>Returns the estimator with this short name.</summary>
    /// <exception cref="ArgumentException">No estimator has it.</exception>
    public static DiscreteEntropyEstimator Named(string name) =>
        All.FirstOrDefault(e => e.Name == name)
        ?? throw new ArgumentException($"Entropy estimator '{name}' is unknown; give one of {string.Join(", ", All.Select(e => e.Name))}.");
}
