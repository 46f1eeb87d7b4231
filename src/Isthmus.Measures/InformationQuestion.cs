using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Measures;

/// <summary>Input of an estimator: the variables, and the settings of all estimators.</summary>
public sealed record InformationQuestion
{
    /// <summary>X.</summary>
    public required Variable X { get; init; }

    /// <summary>Y, for a mutual information; otherwise null.</summary>
    public Variable? Y { get; init; }

    /// <summary>Z, for a conditional information; otherwise null.</summary>
    public Variable? Given { get; init; }

    /// <summary>Number of nearest neighbours; null (the default) for the estimator's own.</summary>
    public int? K { get; init; }

    /// <summary>Bins a column; null (the default) for the estimator's own.</summary>
    public int? Bins { get; init; }

    /// <summary>True to replace measured numbers by normal scores of their ranks first. Default false.</summary>
    public bool Ranked { get; init; }

    /// <summary>Random seed. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Number of threads; 0 (the default) for all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Device of neural estimators: cpu or cuda. Default cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Stops long work.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Neighbour options with these settings.</summary>
    public NeighbourOptions Neighbours =>
        new()
        {
            K = K ?? NeighbourOptions.Default.K,
            Margins = Margins,
            Threads = Threads,
        };

    /// <summary>Transformation of columns of numbers beforehand.</summary>
    public Margins Margins => Ranked ? Margins.RankGaussian : Margins.AsGiven;

    /// <summary>Returns the same question for the given rows.</summary>
    public InformationQuestion Take(int[] rows) => this with { X = X.Take(rows), Y = Y?.Take(rows), Given = Given?.Take(rows) };
}
