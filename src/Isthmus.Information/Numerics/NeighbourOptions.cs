namespace Isthmus.Information.Numerics;

/// <summary>What the nearest-neighbour estimators share.</summary>
public sealed record NeighbourOptions
{
    /// <summary>k = 3, margins as given, path by measurement, all processors.</summary>
    public static NeighbourOptions Default { get; } = new();

    /// <summary>Neighbours; more gives less spread and more bias. Default 3.</summary>
    public int K { get; init; } = 3;

    /// <summary>What is done to each column first. Default: nothing.</summary>
    public Margins Margins { get; init; } = Margins.AsGiven;

    /// <summary>How neighbours are found; the estimate is the same. Default: by dimension.</summary>
    public NeighbourPath Path { get; init; } = NeighbourPath.Auto;

    /// <summary>Threads; the estimate is the same. Default 0: as many as processors.</summary>
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
