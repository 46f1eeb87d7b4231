using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>Pixels that are independent given z, each a mixture of logistics; the decoder gives parameter after parameter, of each all D.</summary>
internal sealed class IntegerLogisticMixture(int dimension, IntegerLogisticMixturePixel pixel) : IntegerLikelihood(dimension, pixel.Levels, pixel.Parameters)
{
    /// <summary>The distribution of one.</summary>
    public IntegerLogisticMixturePixel Pixel => pixel;

    /// <inheritdoc/>
    public override int Precision => pixel.Precision;

    /// <inheritdoc/>
    public override byte ArithmeticProfile => 2;

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals)
    {
        for (var record = 0; record < count; record++)
            for (var i = 0; i < Dimension; i++)
                intervals[(i * count) + record] = pixel.IntervalOf(outputs[((record * pixel.Parameters * Dimension) + i)..], Dimension, records[(record * Dimension) + i]);
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
    {
        for (var i = 0; i < Dimension; i++)
            for (var record = 0; record < count; record++)
            {
                records[(record * Dimension) + i] = (byte)pixel.ValueAt(outputs[((record * pixel.Parameters * Dimension) + i)..], Dimension, coder.Peek(pixel.Precision), out var share);
                coder.Pop(share.Start, share.Frequency, pixel.Precision);
            }
    }
}
