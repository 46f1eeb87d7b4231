namespace Isthmus.Information.Numerics;

/// <summary>Options of the nearest-neighbour estimators.</summary>
public sealed record NeighbourOptions
{
    /// <summary>Default options: k = 3, margins as given, search path by dimension, all processors.</summary>
    public static NeighbourOptions Default { get; } = new();

    /// <summary>Number of neighbours, k: more gives less variance and more bias. Default 3, at least 1.</summary>
    public int K { get; init; } = 3;

    /// <summary>Transformation of each column beforehand. Default: none.</summary>
    public Margins Margins { get; init; } = Margins.AsGiven;

    /// <summary>Method of search; the estimate is the same. Default: by dimension.</summary>
    public NeighbourPath Path { get; init; } = NeighbourPath.Auto;

    /// <summary>Number of threads; the estimate is the same. Default 0: as many as processors.</summary>
    public int Threads { get; init; }

    internal void Check(string estimator, int count)
    {
        if (K < 1)
            throw new ArgumentException($"{estimator} needs k of at least 1; it is {K}.");
        if (K >= count)
            throw new ArgumentException(
                $"{estimator} needs more rows than neighbours; k is {K} and there {(count == 1 ? "is 1 row" : $"are {count} rows")}. Take a smaller k or more "
                    + $"rows."
            );
        if (Threads < 0)
            throw new ArgumentException($"{estimator} needs threads of at least 1, or 0 for all processors; it is {Threads}.");
    }

    internal Points Prepare(Points points) => RankGaussian.Apply(Margins, points);
}
