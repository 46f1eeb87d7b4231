using System.IO.Hashing;

namespace Isthmus.Compression.Codecs;

/// <summary>
/// Finds the one flipped bit that a CRC-32 tells of. The sum is linear: a flip changes it by a pattern that depends on the bit's distance
/// from the end alone, and as the polynomial is primitive, no two of the first 2^32 - 1 distances share one. So a single flip is always
/// found; a worse damage is taken for one with probability bits / 2^32, so that a second check must confirm.
/// </summary>
internal static class SingleBitRepair
{
    // The CRC-32 of ISO 3309, bits reversed.
    private const uint Polynomial = 0xEDB88320;

    /// <summary>
    /// Whether the bytes have the sum, perhaps after one bit of them was flipped back, or if the flipped bit is the sum's own. Cost: a step a bit.
    /// </summary>
    public static bool TryRepair(Span<byte> bytes, uint storedSum) => TryRepair(bytes, Crc32.HashToUInt32(bytes), storedSum);

    /// <summary>As above, of bytes whose sum was made together with others before them.</summary>
    public static bool TryRepair(Span<byte> bytes, uint sum, uint storedSum)
    {
        var difference = sum ^ storedSum;
        if (uint.PopCount(difference) <= 1)
            return true;
        var pattern = Polynomial;
        for (var bit = 8L * bytes.Length - 1; bit >= 0; bit--)
        {
            if (pattern == difference)
            {
                bytes[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
                return true;
            }
            pattern = (pattern >> 1) ^ ((pattern & 1) * Polynomial);
        }
        return false;
    }
}
