using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>
/// Pixels of L levels, each a logistic variable rounded to levels. The decoder gives D locations in levels, units of 2^-16, then D inverse
/// scales as <see cref="FixedPointLog2"/> of 1 / levels, which are kept within the two bounds that the floating-point model was trained with.
/// </summary>
internal sealed class IntegerLogistic(int dimension, int levels, int leastOctaves, int mostOctaves)
    : IntegerLikelihood(dimension, levels, outputsPerDimension: 2)
{
    private const int Fixed = 20;

    /// <summary>Smallest inverse scale.</summary>
    public int LeastOctaves { get; } = leastOctaves;

    /// <summary>Largest inverse scale.</summary>
    public int MostOctaves { get; } = mostOctaves;

    /// <inheritdoc/>
    public override int Precision => Fixed;

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals)
    {
        for (var record = 0; record < count; record++)
            for (var pixel = 0; pixel < Dimension; pixel++)
            {
                var distribution = Pixel(outputs[(record * 2 * Dimension)..], pixel);
                intervals[(pixel * count) + record] = distribution.IntervalOf(records[(record * Dimension) + pixel]);
            }
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
    {
        for (var pixel = 0; pixel < Dimension; pixel++)
            for (var record = 0; record < count; record++)
                records[(record * Dimension) + pixel] = (byte)Pixel(outputs[(record * 2 * Dimension)..], pixel).Decode(coder);
    }

    private DiscretisedLogistic Pixel(ReadOnlySpan<int> outputs, int pixel) =>
        new(Levels, outputs[pixel], FixedPointLog2.InverseScale(Math.Clamp(outputs[Dimension + pixel], LeastOctaves, MostOctaves)), Fixed);
}
