namespace Isthmus.Information.Coding;

/// <summary>
/// P(x) = S((x + 1/2 - location) / scale) - S((x - 1/2 - location) / scale) over levels 0 .. levels - 1, S the logistic function from an
/// integer table; the first and last level take the tails (Salimans et al. 2017, PixelCNN++).
/// </summary>
/// <remarks>Cost: log2(levels) table look-ups a pop, two a push.</remarks>
public sealed class DiscretisedLogistic : LocationScale
{
    internal const int MostLevels = 1 << 14;

    /// <summary>Creates the distribution from parameters in fixed point.</summary>
    /// <param name="levels">Number of levels, 1 to 2^14: 256 for 8-bit pixels.</param>
    /// <param name="location">Location in levels, units of 2^-16.</param>
    /// <param name="inverseScale">1 / scale in levels, units of 2^-16, 1 to 2^30.</param>
    /// <param name="precision">Bits of the frequencies; at least 4 more than log2 of the levels is wise.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter out of range, or more levels than 2^precision.</exception>
    public DiscretisedLogistic(int levels, int location, uint inverseScale, int precision = 16)
        : base(StandardCdf.Logistic, CheckedLevels(levels), location, inverseScale, precision) { }

    /// <summary>Returns the nearest distribution in fixed point. For the encoder: a decoder takes stored integers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A location that is no number, or a scale not above 0.</exception>
    public static DiscretisedLogistic From(int levels, double location, double scale, int precision = 16) =>
        new(levels, FixedLocation(location), FixedInverse(scale), precision);

    /// <summary>Tries level 0 first: it is the background of most pictures.</summary>
    private protected override int Locate(uint point) => point < CumulativeCore(1) ? 0 : base.Locate(point);

    private protected override int Edge(int bucket) => (bucket << 16) - (One / 2);

    private static int CheckedLevels(int levels) =>
        levels is >= 1 and <= MostLevels
            ? levels
            : throw new ArgumentOutOfRangeException(nameof(levels), $"A discretised logistic has 1 to {MostLevels} levels; this one has {levels}.");
}
