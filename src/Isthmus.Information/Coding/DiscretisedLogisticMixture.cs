using System.Diagnostics.CodeAnalysis;

namespace Isthmus.Information.Coding;

/// <summary>
/// P(x) = sum_k w_k [S((x + 1/2 - location_k) / scale_k) - S((x - 1/2 - location_k) / scale_k)] over levels 0 .. levels - 1, S the logistic
/// function from an integer table; the first and last level take the tails (Salimans et al. 2017, PixelCNN++). With weights in units of 2^-16,
/// Cumulative(i) = i + floor(sum_k w_k S_k(i - 1/2) (2^precision - levels)): every frequency is at least 1.
/// </summary>
/// <remarks>It lives on the stack and reads the caller's parameters: one is made for every pixel. Cost: K table look-ups a cumulative frequency.</remarks>
public readonly ref struct DiscretisedLogisticMixture
{
    /// <summary>One in the units of the weights: 2^16.</summary>
    public const uint One = 1U << 16;

    private readonly ReadOnlySpan<uint> _weights,
        _inverseScales;
    private readonly ReadOnlySpan<int> _locations;
    private readonly int _stride;
    private readonly ulong _free;

    /// <summary>Creates a mixture of K logistics from parameters in fixed point.</summary>
    /// <param name="levels">Number of levels, 1 to 2^14.</param>
    /// <param name="weights">K weights in units of 2^-16; their sum is 2^16.</param>
    /// <param name="locations">K locations in levels, units of 2^-16.</param>
    /// <param name="inverseScales">K times 1 / scale in levels, units of 2^-16, 1 to 2^30.</param>
    /// <param name="precision">Bits of the frequencies; at least 4 more than log2 of the levels is wise.</param>
    /// <exception cref="ArgumentException">A parameter out of range, spans of different lengths, or more levels than 2^precision.</exception>
    public DiscretisedLogisticMixture(int levels, ReadOnlySpan<uint> weights, ReadOnlySpan<int> locations, ReadOnlySpan<uint> inverseScales, int precision)
        : this(levels, weights, locations, inverseScales, precision, weights.Length, 1)
    {
        if (weights.Length != locations.Length || weights.Length != inverseScales.Length)
            throw new ArgumentException(
                $"A mixture has a weight, a location and an inverse scale for each component; here are {weights.Length}, {locations.Length} and "
                    + $"{inverseScales.Length}.",
                nameof(weights)
            );
    }

    /// <summary>Creates a mixture whose parameters lie <paramref name="stride"/> numbers apart, so that several mixtures can lie side by side.</summary>
    /// <param name="levels">Number of levels, 1 to 2^14.</param>
    /// <param name="weights">K weights in units of 2^-16; their sum is 2^16.</param>
    /// <param name="locations">K locations in levels, units of 2^-16.</param>
    /// <param name="inverseScales">K times 1 / scale in levels, units of 2^-16, 1 to 2^30.</param>
    /// <param name="precision">Bits of the frequencies.</param>
    /// <param name="components">K.</param>
    /// <param name="stride">1 or more.</param>
    /// <exception cref="ArgumentException">A parameter out of range, or spans too short.</exception>
    public DiscretisedLogisticMixture(
        int levels,
        ReadOnlySpan<uint> weights,
        ReadOnlySpan<int> locations,
        ReadOnlySpan<uint> inverseScales,
        int precision,
        int components,
        int stride
    )
    {
        RansCoder.CheckPrecision(precision);
        var length = ((components - 1L) * stride) + 1;
        if (levels < 1 || levels > DiscretisedLogistic.MostLevels || levels > 1L << precision)
            ThrowLevels(levels, precision);
        if (components < 1 || stride < 1 || weights.Length < length || locations.Length < length || inverseScales.Length < length)
            ThrowLengths(components, stride, weights.Length, locations.Length, inverseScales.Length);
        var sum = 0UL;
        for (var i = 0; i < (int)length; i += stride)
        {
            sum += weights[i];
            LocationScale.CheckInverseScale(inverseScales[i]);
        }
        if (sum != One)
            ThrowWeights(components, sum);
        (Levels, Precision, _free, _stride) = (levels, precision, (1UL << precision) - (uint)levels, stride);
        _weights = weights[..(int)length];
        _locations = locations[..(int)length];
        _inverseScales = inverseScales[..(int)length];
    }

    /// <summary>Number of levels.</summary>
    public int Levels { get; }

    /// <summary>Bits of the fixed point: frequencies sum to 2^Precision.</summary>
    public int Precision { get; }

    /// <summary>Returns the sum of the frequencies below a level, for 0 .. Levels: 0 at first, 2^Precision at last, strictly ascending.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 .. Levels.</exception>
    public uint Cumulative(int level)
    {
        if ((uint)level > (uint)Levels)
            throw new ArgumentOutOfRangeException(nameof(level), $"Levels are 0 .. {Levels - 1} here; this one is {level}.");
        if (level == 0)
            return 0;
        if (level == Levels)
            return 1U << Precision;
        var edge = ((long)level << 16) - (LocationScale.One / 2);
        // Weights sum to 2^16 and a table's values are at most 2^32: the sum is at most 2^48.
        var mass = 0UL;
        for (var k = 0; k < _weights.Length; k += _stride)
            mass += _weights[k] * StandardCdf.Logistic.At(((edge - _locations[k]) * _inverseScales[k]) >> 16);
        return (uint)level + (uint)(((mass >> 16) * _free) >> 32);
    }

    /// <summary>Returns the interval of a level in 0 .. 2^Precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 .. Levels - 1.</exception>
    public Interval IntervalOf(int level)
    {
        if ((uint)level >= (uint)Levels)
            throw new ArgumentOutOfRangeException(nameof(level), $"Levels are 0 .. {Levels - 1} here; this one is {level}.");
        var start = Cumulative(level);
        return new(start, Cumulative(level + 1) - start);
    }

    /// <summary>
    /// Returns the level whose interval holds a point, and that interval. Tries level 0 first (the background of most pictures), then bisects.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A point of 2^Precision or above.</exception>
    public int LevelAt(uint point, out Interval share)
    {
        if (point >> Precision != 0)
            throw new ArgumentOutOfRangeException(nameof(point), $"Points are 0 .. {(1UL << Precision) - 1} here; this one is {point}.");
        var (low, high, from, to) = (0, 1, 0U, Cumulative(1));
        if (point >= to)
        {
            (low, high, from, to) = (1, Levels, to, 1U << Precision);
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                var cumulative = Cumulative(middle);
                if (cumulative <= point)
                    (low, from) = (middle, cumulative);
                else
                    (high, to) = (middle, cumulative);
            }
        }
        share = new(from, to - from);
        return low;
    }

    // Apart, so that the checks are small: one mixture is made for every pixel.
    [DoesNotReturn]
    private static void ThrowLevels(int levels, int precision) =>
        throw new ArgumentOutOfRangeException(
            nameof(levels),
            $"A discretised logistic of precision {precision} has 1 to {Math.Min(DiscretisedLogistic.MostLevels, 1L << precision)} levels; this one has "
                + $"{levels}."
        );

    [DoesNotReturn]
    private static void ThrowLengths(int components, int stride, int weights, int locations, int inverseScales) =>
        throw new ArgumentException(
            $"A mixture of {components} components {stride} apart has as many weights, locations and inverse scales; here are {weights}, {locations} and "
                + $"{inverseScales} numbers.",
            nameof(weights)
        );

    [DoesNotReturn]
    private static void ThrowWeights(int components, ulong sum) =>
        throw new ArgumentException($"Weights of a mixture sum to 2^16; these {components} sum to {sum}.", "weights");
}
