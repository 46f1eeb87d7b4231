using System.Runtime.CompilerServices;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>
/// Distribution of one pixel from whole-numbered parameters, for up to 16 records at once: parameter after parameter, each <see cref="LaneProduct.Lanes"/>
/// numbers, one a record.
/// </summary>
internal abstract class IntegerPixel
{
    /// <summary>Number of values of a pixel.</summary>
    public abstract int Levels { get; }

    /// <summary>Number of parameters, P.</summary>
    public abstract int Parameters { get; }

    /// <summary>Bits of the frequencies.</summary>
    public abstract int Precision { get; }

    /// <summary>Computes the interval of each record's value in 0 .. 2^<see cref="Precision"/>.</summary>
    /// <param name="parameters">P x 16.</param>
    /// <param name="values">A value of each record, at most 16.</param>
    /// <param name="intervals">Room for as many.</param>
    public abstract void Intervals(ReadOnlySpan<int> parameters, ReadOnlySpan<byte> values, Span<Interval> intervals);

    /// <summary>Decodes a value of each record, at most 16, one after another.</summary>
    /// <exception cref="MessageException">The message is damaged.</exception>
    public abstract void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> parameters, Span<byte> values)
        where TCoder : IIntervalDecoder;
}

/// <summary>A binary pixel from a logit, as <see cref="IntegerBernoulli"/> has it.</summary>
internal sealed class IntegerBernoulliPixel : IntegerPixel
{
    public override int Levels => 2;

    public override int Parameters => 1;

    public override int Precision => IntegerBernoulli.Fixed;

    public override void Intervals(ReadOnlySpan<int> parameters, ReadOnlySpan<byte> values, Span<Interval> intervals)
    {
        for (var lane = 0; lane < values.Length; lane++)
            intervals[lane] = IntegerBernoulli.Share(IntegerBernoulli.Zero(parameters[lane]), values[lane]);
    }

    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> parameters, Span<byte> values)
    {
        for (var lane = 0; lane < values.Length; lane++)
            values[lane] = coder.PopCoin(IntegerBernoulli.Zero(parameters[lane]), Precision) ? (byte)1 : (byte)0;
    }
}

/// <summary>
/// A pixel of L levels by a mixture of K logistics. Parameters: K base-2 logarithms of weights in 64ths, K locations in levels, units of
/// 2^-8, and K inverse scales as <see cref="FixedPointLog2"/> of 1 / levels, which are kept within two bounds.
/// </summary>
/// <param name="levels">L.</param>
/// <param name="components">K.</param>
/// <param name="leastOctaves">The smallest inverse scale.</param>
/// <param name="mostOctaves">The largest.</param>
internal sealed class IntegerLogisticMixturePixel(int levels, int components, int leastOctaves, int mostOctaves) : IntegerPixel
{
    /// <summary>Largest number of components, that of the floating-point model.</summary>
    public const int MostComponents = 32;

    /// <summary>One level in the units of a location.</summary>
    public const int LocationOne = 1 << 8;

    private const int Lanes = LaneProduct.Lanes;
    private const int Fixed = 20;
    private const int LargestLocation = (1 << 23) - 1;

    public override int Levels => levels;

    public override int Parameters => 3 * components;

    public override int Precision => Fixed;

    /// <summary>Number of components, K.</summary>
    public int Components => components;

    /// <summary>Smallest inverse scale.</summary>
    public int LeastOctaves => leastOctaves;

    /// <summary>Largest inverse scale.</summary>
    public int MostOctaves => mostOctaves;

    [SkipLocalsInit]
    public override void Intervals(ReadOnlySpan<int> parameters, ReadOnlySpan<byte> values, Span<Interval> intervals)
    {
        Span<uint> weights = stackalloc uint[components * Lanes],
            inverseScales = stackalloc uint[components * Lanes];
        Span<int> locations = stackalloc int[components * Lanes];
        Read(parameters, weights, locations, inverseScales);
        for (var lane = 0; lane < values.Length; lane++)
            intervals[lane] = new DiscretisedLogisticMixture(
                levels,
                weights[lane..],
                locations[lane..],
                inverseScales[lane..],
                Fixed,
                components,
                Lanes
            ).IntervalOf(values[lane]);
    }

    [SkipLocalsInit]
    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> parameters, Span<byte> values)
    {
        Span<uint> weights = stackalloc uint[components * Lanes],
            inverseScales = stackalloc uint[components * Lanes];
        Span<int> locations = stackalloc int[components * Lanes];
        Read(parameters, weights, locations, inverseScales);
        for (var lane = 0; lane < values.Length; lane++)
        {
            var mixture = new DiscretisedLogisticMixture(levels, weights[lane..], locations[lane..], inverseScales[lane..], Fixed, components, Lanes);
            values[lane] = (byte)mixture.LevelAt(coder.Peek(Fixed), out var share);
            coder.Pop(share.Start, share.Frequency, Fixed);
        }
    }

    private void Read(ReadOnlySpan<int> parameters, Span<uint> weights, Span<int> locations, Span<uint> inverseScales)
    {
        var length = components * Lanes;
        OctaveLanes.Shares(parameters[..length], weights);
        for (var i = 0; i < length; i++)
            locations[i] = Math.Clamp(parameters[length + i], -LargestLocation, LargestLocation) << 8;
        OctaveLanes.InverseScales(parameters.Slice(2 * length, length), leastOctaves, mostOctaves, inverseScales);
    }
}
