using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Resizes planar 8-bit images by a separable triangle filter that widens with the reduction, so that every source
/// pixel counts (no aliasing); enlarging, it is bilinear interpolation. Computed in double, rounded once per pass;
/// only the four basic operations are used, so the bytes are the same on every machine.
/// </summary>
internal static class ImageResampler
{
    /// <summary>Resizes <paramref name="planes"/> planes of <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static void Resize(ReadOnlySpan<byte> source, ImageSize from, Span<byte> destination, ImageSize to, int planes)
    {
        var across = Taps(from.Width, to.Width);
        var down = Taps(from.Height, to.Height);
        var narrowed = new byte[from.Height * to.Width];
        for (var plane = 0; plane < planes; plane++)
        {
            var input = source.Slice(plane * from.Height * from.Width, from.Height * from.Width);
            for (var y = 0; y < from.Height; y++)
                for (var x = 0; x < to.Width; x++)
                    narrowed[y * to.Width + x] = Sum(input, across[x], y * from.Width, 1);
            var output = destination.Slice(plane * to.Height * to.Width, to.Height * to.Width);
            for (var y = 0; y < to.Height; y++)
                for (var x = 0; x < to.Width; x++)
                    output[y * to.Width + x] = Sum(narrowed, down[y], x, to.Width);
        }
    }

    private static byte Sum(ReadOnlySpan<byte> pixels, (int First, double[] Weights) tap, int origin, int stride)
    {
        var sum = 0.5;
        for (var k = 0; k < tap.Weights.Length; k++)
            sum += tap.Weights[k] * pixels[origin + (tap.First + k) * stride];
        return (byte)Math.Clamp(sum, 0, 255);
    }

    private static (int First, double[] Weights)[] Taps(int from, int to)
    {
        var scale = (double)from / to;
        var support = Math.Max(1.0, scale);
        var taps = new (int, double[])[to];
        for (var i = 0; i < to; i++)
        {
            var centre = (i + 0.5) * scale - 0.5;
            var first = Math.Max(0, (int)(centre - support) + (centre > support ? 1 : 0));
            var last = Math.Min(from - 1, (int)(centre + support));
            var weights = new double[last - first + 1];
            for (var k = 0; k < weights.Length; k++)
                weights[k] = Math.Max(0, 1 - Math.Abs(first + k - centre) / support);
            var total = weights.Sum();
            for (var k = 0; k < weights.Length; k++)
                weights[k] /= total;
            taps[i] = (first, weights);
        }
        return taps;
    }
}
