using System.Diagnostics.CodeAnalysis;

namespace Isthmus.Information.Coding;

/// <summary>
/// The mass of each bucket under G((x - location) / scale) for a standard G: Cumulative(i) = i + floor(G(t_i) (2^precision - size)) with
/// t_i = (edge_i - location) * inverse scale. The i makes every frequency at least 1, and costs at most -log2(1 - size / 2^precision) bits.
/// </summary>
public abstract class LocationScale : FixedPointDistribution
{
    /// <summary>One in the units of <see cref="Location"/> and <see cref="InverseScale"/>: 2^16.</summary>
    public const int One = StandardCdf.Unit;

    private const uint LargestInverseScale = 1U << 30;

    private readonly StandardCdf _cdf;
    private readonly ulong _free;

    private protected LocationScale(StandardCdf cdf, int size, int location, uint inverseScale, int precision)
        : base(size, precision)
    {
        CheckInverseScale(inverseScale);
        (_cdf, Location, InverseScale, _free) = (cdf, location, inverseScale, (1UL << precision) - (uint)size);
    }

    /// <summary>Location, in units of 2^-16.</summary>
    public int Location { get; }

    /// <summary>1 / scale in units of 2^-16, 1 to 2^30: a scale of 2^-14 to 2^16.</summary>
    public uint InverseScale { get; }

    /// <summary>Converts a location to units of 2^-16, saturating. For the encoder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No number.</exception>
    private protected static int FixedLocation(double location) =>
        double.IsNaN(location)
            ? throw new ArgumentOutOfRangeException(nameof(location), "A location is a number; this one is NaN.")
            : (int)Math.Clamp(Math.Round(location * One), int.MinValue, int.MaxValue);

    /// <summary>Converts a scale to its inverse in units of 2^-16, saturating. For the encoder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    private protected static uint FixedInverse(double scale) =>
        scale > 0
            ? (uint)Math.Clamp(Math.Round(One / scale), 1, LargestInverseScale)
            : throw new ArgumentOutOfRangeException(nameof(scale), $"A scale is above 0; this one is {scale}.");

    internal static void CheckInverseScale(uint inverseScale)
    {
        if (inverseScale is < 1 or > LargestInverseScale)
            ThrowInverseScale(inverseScale);
    }

    [DoesNotReturn]
    private static void ThrowInverseScale(uint inverseScale) =>
        throw new ArgumentOutOfRangeException(nameof(inverseScale), $"An inverse scale is 1 to 2^30 in units of 2^-16; this one is {inverseScale}.");

    /// <summary>Returns the edge below bucket <paramref name="bucket"/> (1 .. Size - 1), in units of 2^-16.</summary>
    private protected abstract int Edge(int bucket);

    private protected sealed override uint CumulativeCore(int symbol)
    {
        if (symbol == 0)
            return 0;
        if (symbol == Size)
            return 1U << Precision;
        // 33 bits times 30 bits; 2^32 times less than 2^31.
        var t = (((long)Edge(symbol) - Location) * InverseScale) >> 16;
        return (uint)symbol + (uint)((_cdf.At(t) * _free) >> 32);
    }
}
