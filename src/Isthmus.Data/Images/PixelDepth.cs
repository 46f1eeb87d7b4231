using System.Numerics;

namespace Isthmus.Data.Images;

/// <summary>Number of bits used by the samples of pictures stored in more: a 12-bit camera writes 16-bit files in which full white is 4,095.</summary>
internal static class PixelDepth
{
    /// <summary>Smallest and largest number of bits.</summary>
    public const int Least = 8,
        Most = 16;

    /// <summary>Returns the smallest number of bits, 8 to 16, that holds a value.</summary>
    public static int Of(int peak) => Math.Clamp(BitOperations.Log2((uint)Math.Max(1, peak)) + 1, Least, Most);

    /// <summary>Returns a note: "values up to 3,936 taken as 12 bits: 4,095 is white, and 256 levels are kept".</summary>
    /// <param name="peak">Largest value.</param>
    /// <param name="depth">Number of bits.</param>
    /// <param name="given">Number of bits given by the user or the model; null if inferred.</param>
    public static Wording Words(int peak, int depth, int? given) =>
        $"values up to {peak:N0} taken as {depth} bits: {(1 << depth) - 1:N0} is "
        + $"white{(peak >= 1 << depth ? ", and so is what is more" : "")}{(depth > Least ? "; 256 levels of them are kept" : "")}"
        + $"{(given is null ? (Wording)$" ({OptionNames.Depth} says another number of bits)" : "")}";
}
