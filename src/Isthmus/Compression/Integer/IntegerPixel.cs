using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>The distribution of one pixel from whole-numbered parameters, which lie a stride apart.</summary>
internal abstract class IntegerPixel
{
    /// <summary>Values of a pixel.</summary>
    public abstract int Levels { get; }

    /// <summary>Numbers that it takes, P.</summary>
    public abstract int Parameters { get; }

    /// <summary>Bits of the frequencies.</summary>
    public abstract int Precision { get; }

    /// <summary>A value's share of 2^<see cref="Precision"/>.</summary>
    public abstract Interval IntervalOf(ReadOnlySpan<int> parameters, int stride, int value);

    /// <summary>The value whose share holds a point, and that share.</summary>
    public abstract int ValueAt(ReadOnlySpan<int> parameters, int stride, uint point, out Interval share);
}

/// <summary>A binary pixel from a logit, as <see cref="IntegerBernoulli"/> has it.</summary>
internal sealed class IntegerBernoulliPixel : IntegerPixel
{
    public override int Levels => 2;

    public override int Parameters => 1;

    public override int Precision => IntegerBernoulli.Fixed;

    public override Interval IntervalOf(ReadOnlySpan<int> parameters, int stride, int value) => Share(IntegerBernoulli.Zero(parameters[0]), value);

    public override int ValueAt(ReadOnlySpan<int> parameters, int stride, uint point, out Interval share)
    {
        var zero = IntegerBernoulli.Zero(parameters[0]);
        var value = point < zero ? 0 : 1;
        share = Share(zero, value);
        return value;
    }

    private static Interval Share(uint zero, int value) => value == 0 ? new(0, zero) : new(zero, (1U << IntegerBernoulli.Fixed) - zero);
}

/// <summary>
/// A pixel of L levels by a mixture of K logistics. Parameters: K base-2 logarithms of weights in 64ths, K locations in levels, units of
/// 2^-8, and K inverse scales as <see cref="Octaves"/> of 1 / levels, which are kept within two bounds.
/// </summary>
/// <param name="levels">L.</param>
/// <param name="components">K.</param>
/// <param name="leastOctaves">The smallest inverse scale.</param>
/// <param name="mostOctaves">The largest.</param>
internal sealed class IntegerLogisticMixturePixel(int levels, int components, int leastOctaves, int mostOctaves) : IntegerPixel
{
    /// <summary>As many as the floating-point model can have.</summary>
    public const int MostComponents = 32;

    /// <summary>One level in a location's units.</summary>
    public const int LocationOne = 1 << 8;

    private const int Fixed = 20;
    private const int LargestLocation = (1 << 23) - 1;

    public override int Levels => levels;

    public override int Parameters => 3 * components;

    public override int Precision => Fixed;

    /// <summary>K.</summary>
    public int Components => components;

    /// <summary>The smallest inverse scale.</summary>
    public int LeastOctaves => leastOctaves;

    /// <summary>The largest.</summary>
    public int MostOctaves => mostOctaves;

    public override Interval IntervalOf(ReadOnlySpan<int> parameters, int stride, int value)
    {
        Span<uint> weights = stackalloc uint[components], inverseScales = stackalloc uint[components];
        Span<int> locations = stackalloc int[components];
        Read(parameters, stride, weights, locations, inverseScales);
        return new DiscretisedLogisticMixture(levels, weights, locations, inverseScales, Fixed).IntervalOf(value);
    }

    public override int ValueAt(ReadOnlySpan<int> parameters, int stride, uint point, out Interval share)
    {
        Span<uint> weights = stackalloc uint[components], inverseScales = stackalloc uint[components];
        Span<int> locations = stackalloc int[components];
        Read(parameters, stride, weights, locations, inverseScales);
        return new DiscretisedLogisticMixture(levels, weights, locations, inverseScales, Fixed).LevelAt(point, out share);
    }

    private void Read(ReadOnlySpan<int> parameters, int stride, Span<uint> weights, Span<int> locations, Span<uint> inverseScales)
    {
        // The logarithms stand where the locations will.
        for (var k = 0; k < components; k++)
            locations[k] = parameters[k * stride];
        Octaves.Shares(locations, weights);
        for (var k = 0; k < components; k++)
        {
            locations[k] = Math.Clamp(parameters[(components + k) * stride], -LargestLocation, LargestLocation) << 8;
            inverseScales[k] = Octaves.InverseScale(Math.Clamp(parameters[((2 * components) + k) * stride], leastOctaves, mostOctaves));
        }
    }
}
