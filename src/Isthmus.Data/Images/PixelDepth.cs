using System.Globalization;
using System.Numerics;

namespace Isthmus.Data.Images;

/// <summary>How many bits the samples of pictures take that are kept in more: a camera of 12 bits writes files of 16, and full white is 4,095 there.</summary>
internal static class PixelDepth
{
    /// <summary>The least and most bits that can be said.</summary>
    public const int Least = 8,
        Most = 16;

    /// <summary>The least bits, 8 to 16, that hold a value.</summary>
    public static int Of(int peak) => Math.Clamp(BitOperations.Log2((uint)Math.Max(1, peak)) + 1, Least, Most);

    /// <summary>What was understood: "values up to 3,936 taken as 12 bits: 4,095 is white, and 256 levels are kept".</summary>
    /// <param name="peak">The greatest value.</param>
    /// <param name="depth">The bits.</param>
    /// <param name="given">The bits that the user or the model said; null where they were found.</param>
    public static string Words(int peak, int depth, int? given) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"values up to {peak:N0} taken as {depth} bits: {(1 << depth) - 1:N0} is "
                + $"white{(peak >= 1 << depth ? ", and so is what is more" : "")}{(depth > Least ? "; 256 levels of them are kept" : "")}{(given is null ? " (--depth says another number of bits)" : "")}"
        );
}
