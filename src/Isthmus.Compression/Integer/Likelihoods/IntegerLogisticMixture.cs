using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>Pixels that are independent given z, each a mixture of logistics; the decoder gives parameter after parameter, each for all D pixels.</summary>
internal sealed class IntegerLogisticMixture(int dimension, IntegerLogisticMixturePixel pixel) : IntegerLikelihood(dimension, pixel.Levels, pixel.Parameters)
{
    private const int Lanes = LaneProduct.Lanes;

    /// <summary>Distribution of one pixel.</summary>
    public IntegerLogisticMixturePixel Pixel => pixel;

    /// <inheritdoc/>
    public override int Precision => pixel.Precision;

    /// <inheritdoc/>
    public override byte ArithmeticProfile => 2;

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals)
    {
        Span<int> parameters = new int[pixel.Parameters * Lanes];
        Span<byte> values = stackalloc byte[Lanes];
        for (var i = 0; i < Dimension; i++)
            for (var first = 0; first < count; first += Lanes)
            {
                var some = values[..Math.Min(Lanes, count - first)];
                Gather(outputs, first, i, some.Length, parameters);
                for (var lane = 0; lane < some.Length; lane++)
                    some[lane] = records[((first + lane) * Dimension) + i];
                pixel.Intervals(parameters, some, intervals[((i * count) + first)..]);
            }
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
    {
        Span<int> parameters = new int[pixel.Parameters * Lanes];
        Span<byte> values = stackalloc byte[Lanes];
        for (var i = 0; i < Dimension; i++)
            for (var first = 0; first < count; first += Lanes)
            {
                var some = values[..Math.Min(Lanes, count - first)];
                Gather(outputs, first, i, some.Length, parameters);
                pixel.Decode(coder, parameters, some);
                for (var lane = 0; lane < some.Length; lane++)
                    records[((first + lane) * Dimension) + i] = some[lane];
            }
    }

    private void Gather(ReadOnlySpan<int> outputs, int first, int i, int count, Span<int> parameters)
    {
        for (var lane = 0; lane < count; lane++)
            for (var parameter = 0; parameter < pixel.Parameters; parameter++)
                parameters[(parameter * Lanes) + lane] = outputs[((((first + lane) * pixel.Parameters) + parameter) * Dimension) + i];
    }
}
