namespace Isthmus.Compression.Codecs;

/// <summary>
/// Stochastic binarisation: a pixel of value v becomes 1 with probability v / 255, drawn from a seed (Salakhutdinov and Murray 2008). The seed reproduces the
/// binary picture from the original.
/// </summary>
internal static class Binarisation
{
    /// <summary>Makes 8-bit pixels 0 or 1.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="position">Number of the first pixel among all that are drawn by this seed.</param>
    public static void Apply(Span<byte> pixels, int seed, long position)
    {
        for (var i = 0; i < pixels.Length; i++)
        {
            // 32 random bits make a number of 0 .. 254, uniform but for 2^-24.
            var bits = (ulong)RandomStream.Seed(seed, RandomStream.Binarisation, position + i) >> 31;
            pixels[i] = (bits * 255) >> 32 < pixels[i] ? (byte)1 : (byte)0;
        }
    }
}
