using System.Runtime.CompilerServices;
using Isthmus.Information.Numerics;

namespace Isthmus.Compute;

/// <summary>
/// A square window that slides over an image: from each place (y, x) of a small grid it sees the k x k pixels
/// (s y + i - p, s x + j - p) of a large one. A convolution is an unfolding and a matrix product; a transposed one is a
/// product and a folding, which is the unfolding's adjoint.
/// </summary>
/// <param name="Kernel">Side of the window, k.</param>
/// <param name="Stride">Stride, s.</param>
/// <param name="Padding">Padding, p.</param>
internal readonly record struct ConvolutionGeometry(int Kernel, int Stride, int Padding)
{
    /// <summary>Returns the side of the small grid over a large one.</summary>
    public int Small(int large) => (large + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Returns the side of the large grid that a transposed convolution makes of a small one.</summary>
    public int Large(int small) => (small - 1) * Stride - 2 * Padding + Kernel;

    /// <summary>
    /// Copies the pixels of each window (im2col). <paramref name="image"/>: N x H x W x C; <paramref name="columns"/>: one row a place, (N h w) x (k k C), zero
    /// where the window hangs over the border.
    /// </summary>
    public void Unfold<T>(ReadOnlySpan<T> image, Span<T> columns, int height, int width, int channels)
        where T : unmanaged
    {
        var (rows, places, run) = (Small(height), Small(width), Kernel * channels);
        var at = 0;
        for (var first = 0; first < image.Length; first += height * width * channels)
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < places; x++)
                    for (var i = 0; i < Kernel; i++, at += run)
                    {
                        var target = columns.Slice(at, run);
                        var (from, to, start) = Run(first, y, x, i, height, width, channels);
                        if (to <= from)
                        {
                            target.Clear();
                            continue;
                        }
                        target[..from].Clear();
                        target[to..].Clear();
                        Copy(image.Slice(start, to - from), target[from..to]);
                    }
    }

    /// <summary>
    /// Adds each window to its pixels (col2im), in float32. <paramref name="columns"/>: (N h w) x (k k C); <paramref name="image"/>: N x H x W x C,
    /// overwritten.
    /// </summary>
    public void Fold<T>(ReadOnlySpan<T> columns, Span<T> image, int height, int width, int channels)
        where T : unmanaged
    {
        var (rows, places, run, size) = (Small(height), Small(width), Kernel * channels, height * width * channels);
        Span<float> sums = new float[size];
        var at = 0;
        for (var first = 0; first < image.Length; first += size)
        {
            sums.Clear();
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < places; x++)
                    for (var i = 0; i < Kernel; i++, at += run)
                    {
                        var (from, to, start) = Run(0, y, x, i, height, width, channels);
                        if (to > from)
                            Add(columns.Slice(at + from, to - from), sums.Slice(start, to - from));
                    }
            var target = image.Slice(first, size);
            var whole = 0;
            for (; whole <= size - SimdSpans.Count; whole += SimdSpans.Count)
                SimdSpans.Store<T, SimdSpans.Whole>(target, whole, SimdSpans.Load<float, SimdSpans.Whole>(sums, whole));
            if (whole < size)
                SimdSpans.Store<T, SimdSpans.Rest>(target, whole, SimdSpans.Load<float, SimdSpans.Rest>(sums, whole));
        }
    }

    /// <summary>Returns the part [from, to) of row i of the window at (y, x) that lies on the image, and its start there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int From, int To, int Start) Run(int first, int y, int x, int i, int height, int width, int channels)
    {
        var (row, column) = (y * Stride + i - Padding, x * Stride - Padding);
        if ((uint)row >= (uint)height)
            return default;
        var (from, to) = (Math.Max(0, -column), Math.Min(Kernel, width - column));
        return (from * channels, to * channels, first + (row * width + column + from) * channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged
    {
        if (source.Length >= SimdSpans.Count)
        {
            source.CopyTo(target);
            return;
        }
        var i = 0;
        // Three taps of three colours are nine numbers: eight at once, and one.
        if (source.Length >= SimdSpans.HalfCount)
        {
            SimdSpans.CopyHalf(source, target);
            i = SimdSpans.HalfCount;
        }
        for (; i < source.Length; i++)
            target[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(ReadOnlySpan<T> values, Span<float> sums)
        where T : unmanaged
    {
        var i = 0;
        for (; i <= values.Length - SimdSpans.Count; i += SimdSpans.Count)
            SimdSpans.Store<float, SimdSpans.Whole>(sums, i, SimdSpans.Load<float, SimdSpans.Whole>(sums, i) + SimdSpans.Load<T, SimdSpans.Whole>(values, i));
        if (i <= values.Length - SimdSpans.HalfCount)
        {
            SimdSpans.AddHalf(values, sums, i);
            i += SimdSpans.HalfCount;
        }
        for (; i < values.Length; i++)
            sums[i] += SimdSpans.ToSingle(values[i]);
    }
}
