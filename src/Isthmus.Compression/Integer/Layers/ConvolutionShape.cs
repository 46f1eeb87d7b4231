namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// Sizes of a convolution or transposed convolution of square windows over a picture. A convolution's output at (y, x) sees the pixels
/// (s y + i - p, s x + j - p); a transposed one adds its input at (y, x) to those places. Beyond the borders there are zeros.
/// </summary>
/// <param name="Height">Height of the input, H.</param>
/// <param name="Width">Width of the input, W.</param>
/// <param name="Channels">Numbers of a pixel of the input, C.</param>
/// <param name="OutHeight">Height of the output; of a transposed convolution at most (H - 1) s - 2 p + k, as it may be cropped.</param>
/// <param name="OutWidth">Width of the output.</param>
/// <param name="Kernel">Side of the window, k.</param>
/// <param name="Stride">Stride, s.</param>
/// <param name="Padding">Padding, p.</param>
/// <param name="IsTransposed">True for a transposed convolution.</param>
internal sealed record ConvolutionShape(
    int Height,
    int Width,
    int Channels,
    int OutHeight,
    int OutWidth,
    int Kernel,
    int Stride,
    int Padding,
    bool IsTransposed
)
{
    /// <summary>Largest side of a window, and number of pixels of a picture.</summary>
    public const int MostKernel = 15,
        MostPixels = 1 << 24;

    /// <summary>Numbers of an input, channels last.</summary>
    public int Inputs => Height * Width * Channels;

    /// <summary>Numbers in a window.</summary>
    public int WindowInputs => Kernel * Kernel * Channels;

    /// <summary>Pixels of an output.</summary>
    public int OutPixels => OutHeight * OutWidth;

    /// <summary>True if outputs have the height and width of inputs, whatever these are.</summary>
    public bool KeepsSize => this is { IsTransposed: false, Stride: 1 } && Kernel == (2 * Padding) + 1;

    /// <summary>Throws unless the sizes fit each other.</summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public void Check()
    {
        var fits =
            this is { Height: > 0, Width: > 0, Channels: > 0, OutHeight: > 0, OutWidth: > 0, Kernel: > 0 and <= MostKernel, Stride: > 0, Padding: >= 0 }
            && Padding < Kernel
            && Stride <= Kernel
            && (long)Height * Width * Channels <= MostPixels
            && (long)OutHeight * OutWidth <= MostPixels
            && FitsSide(Height, OutHeight)
            && FitsSide(Width, OutWidth);
        if (!fits)
            throw new InvalidDataException($"a convolution cannot have the sizes {this}");
    }

    private bool FitsSide(int side, int outSide) =>
        IsTransposed
            ? outSide <= ((side - 1) * Stride) - (2 * Padding) + Kernel
            : side + (2 * Padding) >= Kernel && outSide == ((side + (2 * Padding) - Kernel) / Stride) + 1;
}
