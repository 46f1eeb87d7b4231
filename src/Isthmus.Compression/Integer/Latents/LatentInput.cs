namespace Isthmus.Compression.Integer.Latents;

/// <summary>Latent value as an input of decoder networks: units of 2^-12, within 16 bits, so from -8 to 8.</summary>
internal static class LatentInput
{
    /// <summary>The number one in these units.</summary>
    public const int One = 1 << 12;

    /// <summary>The largest magnitude.</summary>
    public const int Largest = short.MaxValue;

    /// <summary>Converts a value in units of 2^-16.</summary>
    public static short Of(long value) => (short)Math.Clamp((value + 8) >> 4, -Largest, Largest);
}
