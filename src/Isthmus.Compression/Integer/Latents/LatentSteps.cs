using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>
/// One unit of a quantised latent: the codes first, first + 1, ... stand for code x step, and cost their bits in a histogram of the training records' codes.
/// Codes are kept inside the histogram.
/// </summary>
internal sealed class LatentSteps(int step, int first, Categorical codes)
{
    /// <summary>Bits of the histogram's frequencies.</summary>
    public const int Precision = 16;

    /// <summary>Distance of neighbouring codes, in units of 2^-16, at least 1.</summary>
    public int Step { get; } = step;

    /// <summary>The lowest code.</summary>
    public int First { get; } = first;

    /// <summary>Frequencies of first, first + 1, ...</summary>
    public Categorical Codes { get; } = codes;

    /// <summary>Returns the symbol of the nearest code to a value in units of 2^-16. One division of doubles, exactly rounded everywhere.</summary>
    public int Nearest(int value) => (int)Math.Clamp(Math.Round(value / (double)Step, MidpointRounding.AwayFromZero) - First, 0, Codes.Size - 1);

    /// <summary>Returns the decoder network's input for a symbol.</summary>
    public short Input(int symbol) => LatentInput.Of((First + (long)symbol) * Step);
}
