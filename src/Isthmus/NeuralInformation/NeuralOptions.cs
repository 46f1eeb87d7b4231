using Isthmus.Information.Numerics;

namespace Isthmus.NeuralInformation;

/// <summary>Options of the neural estimators. The defaults, which suit all data, are those of <c>copula-residual</c>.</summary>
public sealed record NeuralOptions
{
    /// <summary>The variational bound: infonce, dv, mine, nwj or smile. Default infonce.</summary>
    public string Bound { get; init; } = "infonce";

    /// <summary>Structure of the critic, which scores pairs. Default separable.</summary>
    public CriticKind Critic { get; init; } = CriticKind.Separable;

    /// <summary>
    /// True to measure the dependence of a Gaussian copula exactly, and to leave only the rest to the critic. Default true; false gives the plain bound.
    /// </summary>
    public bool GaussianBase { get; init; } = true;

    /// <summary>Transformation of each column beforehand. Default rank-Gaussian.</summary>
    public Margins Margins { get; init; } = Margins.RankGaussian;

    /// <summary>Number of parts of the rows; one is reported on, and never trained on. Default 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>
    /// True to report on each part in turn, by a critic of its own: as many times the work, for less variance. Default false: the first part alone.
    /// </summary>
    public bool CrossFit { get; init; }

    /// <summary>Largest number of training steps for 7,000 training rows or fewer; for more rows it grows as their square root. Default 800.</summary>
    public int Steps { get; init; } = 800;

    /// <summary>Width of the critic's hidden layers. Default 128.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Random seed for the division, the weights and the order of rows. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Device: cpu or cuda. Default cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of the tensor library; 0 (the default) leaves them as they are. The last digits of the estimate may depend on their number.</summary>
    public int Threads { get; init; }

    // Each part must leave rows enough for a spread, and the rest enough for a step.
    private const int LeastRows = 100;

    /// <summary>Short name of the estimator.</summary>
    internal string Name =>
        (Bound, GaussianBase) switch
        {
            ("infonce", true) => "copula-residual",
            (_, true) => $"copula-residual-{Bound}",
            _ => Bound,
        };

    internal void Check(int rows)
    {
        if (!VariationalBound.All.ContainsKey(Bound))
            throw new InvalidInputException($"Neural bound '{Bound}'", "is not known", $"give one of {string.Join(", ", VariationalBound.All.Keys)}");
        if (rows < LeastRows)
            throw new InvalidInputException("A neural estimate", $"needs at least {LeastRows} rows; there are {rows}", "take ksg, or more rows");
        if (Folds < 2 || Folds > rows / 20)
            throw new InvalidInputException(
                $"{Folds} parts of {rows} rows",
                "are no parts for a neural estimate",
                "give from 2 parts to one for every 20 rows"
            );
        if (Steps < 1)
            throw new InvalidInputException($"{Steps} steps", "are too few to train a critic", "give at least 1");
        if (Hidden < 1)
            throw new InvalidInputException($"{Hidden} hidden units", "are too few for a critic", "give at least 1");
    }
}
