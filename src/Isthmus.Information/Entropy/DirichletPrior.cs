namespace Isthmus.Information.Entropy;

/// <summary>A symmetric Dirichlet prior on the probabilities of K symbols: how many pseudo-counts each is given before the first observation.</summary>
public sealed record DirichletPrior
{
    private readonly Func<CountProfile, double> _pseudoCount;

    private DirichletPrior(string name, Func<CountProfile, double> pseudoCount) => (Name, _pseudoCount) = (name, pseudoCount);

    /// <summary>Its short name: "jeffreys".</summary>
    public string Name { get; }

    /// <summary>1/2 (Jeffreys 1946; Krichevsky and Trofimov 1981).</summary>
    public static DirichletPrior Jeffreys { get; } = new("jeffreys", _ => 0.5);

    /// <summary>1, the uniform prior (Laplace).</summary>
    public static DirichletPrior Laplace { get; } = new("laplace", _ => 1);

    /// <summary>1 / K (Perks 1947; Schuermann and Grassberger 1996).</summary>
    public static DirichletPrior Perks { get; } = new("perks", profile => 1.0 / profile.Alphabet);

    /// <summary>sqrt(N) / K, which minimises the largest squared error of the probabilities (Trybula 1958).</summary>
    public static DirichletPrior Minimax { get; } = new("minimax", profile => Math.Sqrt(profile.Total) / profile.Alphabet);

    /// <summary>Any pseudo-count above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a finite number above 0.</exception>
    public static DirichletPrior Of(double pseudoCount) =>
        pseudoCount > 0 && double.IsFinite(pseudoCount)
            ? new($"dirichlet-{pseudoCount:R}", _ => pseudoCount)
            : throw new ArgumentOutOfRangeException(
                nameof(pseudoCount),
                $"Dirichlet pseudo-count must be a finite number above 0; it is {pseudoCount}. For none, use the plug-in estimator."
            );

    /// <summary>Pseudo-counts a symbol.</summary>
    public double PseudoCount(CountProfile profile) => _pseudoCount(profile);
}
