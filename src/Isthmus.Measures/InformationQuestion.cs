using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Measures;

/// <summary>What an estimator is asked: the variables, and every setting that some estimator has.</summary>
public sealed record InformationQuestion
{
    /// <summary>X.</summary>
    public required Variable X { get; init; }

    /// <summary>Y, of a mutual information.</summary>
    public Variable? Y { get; init; }

    /// <summary>Z, of a conditional one.</summary>
    public Variable? Given { get; init; }

    /// <summary>Neighbours, ranked margins and threads; k null takes the estimator's own.</summary>
    public int? K { get; init; }

    /// <summary>Bins a column; null takes the estimator's own.</summary>
    public int? Bins { get; init; }

    /// <summary>Columns of measured numbers to normal scores of their ranks first.</summary>
    public bool Ranked { get; init; }

    /// <summary>Of every random draw.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads; 0 takes all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Where neural estimators compute: cpu or cuda.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Stops long work.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>The neighbour options that this comes to.</summary>
    public NeighbourOptions Neighbours =>
        new()
        {
            K = K ?? NeighbourOptions.Default.K,
            Margins = Margins,
            Threads = Threads,
        };

    /// <summary>What is done to columns of numbers first.</summary>
    public Margins Margins => Ranked ? Margins.RankGaussian : Margins.AsGiven;

    /// <summary>The same of some rows.</summary>
    public InformationQuestion Take(int[] rows) => this with { X = X.Take(rows), Y = Y?.Take(rows), Given = Given?.Take(rows) };
}
