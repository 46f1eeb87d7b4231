using System.IO.Hashing;

namespace Isthmus.Compression.Codecs;

/// <summary>
/// Corrects the one flipped bit indicated by a CRC-32. The sum is linear: a flip changes it by a pattern that depends on the bit's distance from the end alone,
/// and as the polynomial is primitive, no two of the first 2^32 - 1 distances share one. So a single flip is always found; worse damage is taken for one with
/// probability bits / 2^32, so that a second check must confirm.
/// </summary>
internal static class SingleBitRepair
{
    // The CRC-32 of ISO 3309, bits reversed.
    private const uint Polynomial = 0xEDB88320;

    /// <summary>
    /// Returns true if the bytes have the checksum, perhaps after one bit of them was flipped back, or if the flipped bit is the checksum's own. Cost: a step a
    /// bit.
    /// </summary>
    public static bool TryRepair(Span<byte> bytes, uint storedSum) => TryRepair(bytes, Crc32.HashToUInt32(bytes), storedSum);

    /// <summary>Does the same for bytes whose checksum was computed together with others before them.</summary>
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
