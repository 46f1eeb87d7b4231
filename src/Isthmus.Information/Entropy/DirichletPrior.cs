namespace Isthmus.Information.Entropy;

/// <summary>
/// Symmetric Dirichlet prior on the probabilities of K symbols, given by its pseudo-count: the number of observations of each symbol assumed beforehand.
/// </summary>
public sealed record DirichletPrior
{
    private readonly Func<CountProfile, double> _pseudoCount;

    private DirichletPrior(string name, Func<CountProfile, double> pseudoCount) => (Name, _pseudoCount) = (name, pseudoCount);

    /// <summary>Short name of the prior, such as "jeffreys".</summary>
    public string Name { get; }

    /// <summary>Jeffreys' prior: pseudo-count 1/2 (Jeffreys 1946; Krichevsky and Trofimov 1981).</summary>
    public static DirichletPrior Jeffreys { get; } = new("jeffreys", _ => 0.5);

    /// <summary>Laplace's prior: pseudo-count 1, the uniform distribution.</summary>
    public static DirichletPrior Laplace { get; } = new("laplace", _ => 1);

    /// <summary>Perks' prior: pseudo-count 1 / K (Perks 1947; Schuermann and Grassberger 1996).</summary>
    public static DirichletPrior Perks { get; } = new("perks", profile => 1.0 / profile.Alphabet);

    /// <summary>Minimax prior: pseudo-count sqrt(N) / K, which minimises the largest squared error of the probabilities (Trybula 1958).</summary>
    public static DirichletPrior Minimax { get; } = new("minimax", profile => Math.Sqrt(profile.Total) / profile.Alphabet);

    /// <summary>Creates a prior with any pseudo-count above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a finite number above 0.</exception>
    public static DirichletPrior Of(double pseudoCount) =>
        pseudoCount > 0 && double.IsFinite(pseudoCount)
            ? new($"dirichlet-{pseudoCount:R}", _ => pseudoCount)
            : throw new ArgumentOutOfRangeException(
                nameof(pseudoCount),
                $"Dirichlet pseudo-count must be a finite number above 0; it is {pseudoCount}. For none, use the plug-in estimator."
            );

    /// <summary>Returns the pseudo-count of a symbol for a histogram.</summary>
    public double PseudoCount(CountProfile profile) => _pseudoCount(profile);
}
