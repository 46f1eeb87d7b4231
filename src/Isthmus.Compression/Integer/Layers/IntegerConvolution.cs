using System.Buffers;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// A convolution or transposed convolution in whole numbers: windows of a picture, channels last, are gathered as rows of a linear map. A transposed one of
/// stride s has s x s such maps, one for each remainder of an output's place, with those weights of its window that reach it. So sums, their bounds and
/// their vectors are those of <see cref="IntegerLinear"/>.
/// </summary>
internal sealed class IntegerConvolution
{
    /// <summary>Numbers of gathered windows that are worked on together: they stay in a core's cache.</summary>
    private const int Together = 1 << 16;

    private readonly Phase[] _phases;

    /// <summary>Creates a convolution of these weights, channels of the output x (k k C), the window's rows first.</summary>
    /// <exception cref="InvalidDataException">Sizes that do not fit each other.</exception>
    public IntegerConvolution(ConvolutionShape shape, IntegerLinear linear)
    {
        shape.Check();
        if (linear.Inputs != shape.WindowInputs)
            throw new InvalidDataException($"a convolution's window has {shape.WindowInputs} numbers, and its weights are for {linear.Inputs}");
        Shape = shape;
        _phases = shape.IsTransposed
            ? [.. Enumerable.Range(0, shape.Stride * shape.Stride).Select(i => Transposed(shape, linear, i / shape.Stride, i % shape.Stride))]
            : [new(linear, Whole(shape.OutHeight), Whole(shape.OutWidth))];

        Side Whole(int length) => new(-shape.Padding, shape.Kernel, shape.Stride, 0, 1, length);
    }

    /// <summary>Receives the sums of an output's pixel.</summary>
    /// <param name="pixel">Index of the pixel, row after row.</param>
    /// <param name="sums">A sum for each channel.</param>
    public delegate void Receiver(int pixel, Span<int> sums);

    /// <summary>The sizes.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>Computes the sums of every pixel of one picture's output.</summary>
    /// <param name="picture">H x W x C numbers.</param>
    /// <param name="receive">Receives them, each pixel once, in no order that it may rely on.</param>
    public void Apply(ReadOnlySpan<short> picture, Receiver receive)
    {
        foreach (var phase in _phases)
        {
            var linear = phase.Linear;
            var rows = Math.Max(1, Together / linear.PaddedInputs / 8) * 8;
            var places = phase.Down.Places * phase.Across.Places;
            if (places == 0)
                continue;
            rows = Math.Min(rows, places);
            var columns = ArrayPool<short>.Shared.Rent(rows * linear.PaddedInputs);
            var sums = ArrayPool<int>.Shared.Rent(rows * linear.PaddedOutputs);
            try
            {
                for (var first = 0; first < places; first += rows)
                {
                    var count = Math.Min(rows, places - first);
                    for (var row = 0; row < count; row++)
                        Gather(picture, phase, first + row, columns.AsSpan(row * linear.PaddedInputs, linear.PaddedInputs));
                    linear.ApplyDense(columns, count, sums);
                    for (var row = 0; row < count; row++)
                        receive(phase.Pixel(first + row, Shape.OutWidth), sums.AsSpan(row * linear.PaddedOutputs, linear.PaddedOutputs));
                }
            }
            finally
            {
                ArrayPool<short>.Shared.Return(columns);
                ArrayPool<int>.Shared.Return(sums);
            }
        }
    }

    /// <summary>Copies the window of a place, zeros where it hangs over the border.</summary>
    private void Gather(ReadOnlySpan<short> picture, Phase phase, int place, Span<short> window)
    {
        var (top, left) = (phase.Down.Start(place / phase.Across.Places), phase.Across.Start(place % phase.Across.Places));
        var (channels, run) = (Shape.Channels, phase.Across.Taps * Shape.Channels);
        var (from, to) = (Math.Clamp(-left, 0, phase.Across.Taps) * channels, Math.Clamp(Shape.Width - left, 0, phase.Across.Taps) * channels);
        for (var i = 0; i < phase.Down.Taps; i++)
        {
            var target = window.Slice(i * run, run);
            if ((uint)(top + i) >= (uint)Shape.Height || to <= from)
            {
                target.Clear();
                continue;
            }
            target[..from].Clear();
            target[to..].Clear();
            picture.Slice((((top + i) * Shape.Width) + left) * channels + from, to - from).CopyTo(target[from..to]);
        }
        window[(phase.Down.Taps * run)..].Clear();
    }

    /// <summary>Returns the map to the outputs at (s m + row, s n + column), which see those inputs whose windows reach them.</summary>
    private static Phase Transposed(ConvolutionShape shape, IntegerLinear linear, int row, int column)
    {
        var (down, across) = (SideOf(shape, row, shape.OutHeight), SideOf(shape, column, shape.OutWidth));
        int Tap(int remainder, Side side, int i) => remainder + shape.Padding - (shape.Stride * (side.Offset + i));
        var weights = new short[linear.Outputs * down.Taps * across.Taps * shape.Channels];
        var at = 0;
        for (var output = 0; output < linear.Outputs; output++)
            for (var i = 0; i < down.Taps; i++)
                for (var j = 0; j < across.Taps; j++, at += shape.Channels)
                {
                    var tap = (((output * shape.Kernel) + Tap(row, down, i)) * shape.Kernel) + Tap(column, across, j);
                    linear.Weights.Slice(tap * shape.Channels, shape.Channels).CopyTo(weights.AsSpan(at));
                }
        return new(new(down.Taps * across.Taps * shape.Channels, linear.Outputs, weights, linear.Bias.ToArray()), down, across);
    }

    /// <summary>Returns the inputs m + offset, m + offset + 1, ... whose windows reach the output s m + remainder.</summary>
    private static Side SideOf(ConvolutionShape shape, int remainder, int length)
    {
        // Tap a of the input m + o reaches s (m + o) + a - p, so a = remainder + p - s o, from 0 to k - 1.
        var (s, k, sum) = (shape.Stride, shape.Kernel, remainder + shape.Padding);
        var (least, most) = (((sum - k + s + (s * k)) / s) - k, sum / s);
        return new(least, most - least + 1, 1, remainder, s, length);
    }

    /// <summary>One direction of a map's windows.</summary>
    /// <param name="Offset">Place of the first input that the first output sees.</param>
    /// <param name="Taps">Inputs that an output sees.</param>
    /// <param name="Step">Distance of one output's first input from the next output's.</param>
    /// <param name="First">Place of the first output.</param>
    /// <param name="Apart">Distance of one output from the next.</param>
    /// <param name="Length">Outputs of all maps together.</param>
    private readonly record struct Side(int Offset, int Taps, int Step, int First, int Apart, int Length)
    {
        public int Places => Math.Max(0, (Length - First + Apart - 1) / Apart);

        public int Start(int place) => (place * Step) + Offset;

        public int Target(int place) => (place * Apart) + First;
    }

    /// <summary>A map, and where its windows and outputs are.</summary>
    private sealed record Phase(IntegerLinear Linear, Side Down, Side Across)
    {
        public int Pixel(int place, int width) => (Down.Target(place / Across.Places) * width) + Across.Target(place % Across.Places);
    }
}
