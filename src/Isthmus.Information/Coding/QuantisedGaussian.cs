namespace Isthmus.Information.Coding;

/// <summary>
/// N(mean, deviation^2) over the buckets of a grid: P(i) = Phi((edge_{i+1} - mean) / deviation) - Phi((edge_i - mean) / deviation), from an
/// integer table of Phi. Posterior and prior of a Gaussian code in bits-back coding (Townsend et al. 2019).
/// </summary>
/// <remarks>Cost: log2(Size) table look-ups a pop, two a push. Distributions over one grid share it.</remarks>
public sealed class QuantisedGaussian : LocationScale
{
    private readonly BucketGrid _grid;

    /// <summary>Creates the distribution from parameters in fixed point.</summary>
    /// <param name="grid">The buckets.</param>
    /// <param name="mean">Mean in units of 2^-16.</param>
    /// <param name="inverseDeviation">1 / standard deviation in units of 2^-16, 1 to 2^30.</param>
    /// <param name="precision">Bits of the frequencies; at least 4 more than log2 of the buckets is wise.</param>
    /// <exception cref="ArgumentOutOfRangeException">Precision or inverse deviation out of range, or more buckets than 2^precision.</exception>
    public QuantisedGaussian(BucketGrid grid, int mean, uint inverseDeviation, int precision = 20)
        : base(StandardCdf.Gaussian, grid.Size, mean, inverseDeviation, precision) => _grid = grid;

    /// <summary>Returns the nearest distribution in fixed point. For the encoder: a decoder takes stored integers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A mean that is no number, or a deviation not above 0.</exception>
    public static QuantisedGaussian From(BucketGrid grid, double mean, double deviation, int precision = 20) =>
        new(grid, FixedLocation(mean), FixedInverse(deviation), precision);

    /// <summary>N(0, 1): over buckets of equal mass, all frequencies are equal within 2.</summary>
    public static QuantisedGaussian Standard(BucketGrid grid, int precision = 20) => new(grid, 0, One, precision);

    private protected override int Edge(int bucket) => _grid.Edges[bucket - 1];
}
