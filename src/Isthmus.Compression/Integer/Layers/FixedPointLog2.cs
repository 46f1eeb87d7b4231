namespace Isthmus.Compression.Integer.Layers;

/// <summary>Positive numbers given by their base-2 logarithm in 64ths: the form in which networks give scales. Within 0.55 % of the exact number.</summary>
internal static class FixedPointLog2
{
    /// <summary>Steps of an octave (a factor of 2).</summary>
    public const int Steps = 64;

    /// <summary>Steps of a nat (a factor of e).</summary>
    public static readonly double StepsANat = Steps / Math.Log(2);

    /// <summary>Range of logarithms, beyond which <see cref="InverseScale"/> stays constant.</summary>
    public const int Least = -16 * Steps,
        Most = 14 * Steps;

    /// <summary>Table of 2^(i / 64) in units of 2^-30, by repeated products of 2^(1 / 64) in units of 2^-63: integers only.</summary>
    internal static readonly uint[] Powers = Table();

    /// <summary>
    /// Returns 2^(octaves / 64) in units of 2^-16, kept within 1 to 2^30: an inverse scale of <see cref="Information.Coding.LocationScale"/>.
    /// </summary>
    public static uint InverseScale(int octaves)
    {
        octaves = Math.Clamp(octaves, Least, Most);
        var (whole, part) = (octaves >> 6, octaves & (Steps - 1));
        // 2^part in units of 2^-30 to units of 2^-16: 14 bits less, and as many more as there are octaves.
        return Math.Max(1, Powers[part] >> (14 - whole));
    }

    /// <summary>
    /// Computes softmax weights w_k = 2^(l_k / 64) / sum_j 2^(l_j / 64) in units of 2^-16, rounded down; the remainder, at most K - 1 units, goes to the first
    /// of the largest, so that they sum to 2^16.
    /// </summary>
    /// <param name="logits">K logarithms, any.</param>
    /// <param name="shares">Room for K, at most 2^16.</param>
    public static void Shares(ReadOnlySpan<int> logits, Span<uint> shares)
    {
        var most = 0;
        for (var k = 1; k < logits.Length; k++)
            if (logits[k] > logits[most])
                most = k;
        var total = 0UL;
        for (var k = 0; k < logits.Length; k++)
        {
            var below = (long)logits[most] - logits[k];
            var (whole, part) = (-below >> 6, (int)(-below & (Steps - 1)));
            // 2^30 for the largest, less for the others: 2^-whole is 32 bits at most.
            total += shares[k] = whole < -31 ? 0 : Powers[part] >> (int)-whole;
        }
        var left = 1U << 16;
        for (var k = 0; k < logits.Length; k++)
            left -= shares[k] = (uint)(((ulong)shares[k] << 16) / total);
        shares[most] += left;
    }

    private static uint[] Table()
    {
        var table = new uint[Steps];
        var power = 1UL << 63;
        for (var i = 0; i < Steps; i++)
        {
            table[i] = (uint)(power >> 33);
            power = (ulong)(((UInt128)power * 0x8164D1F3BC030773UL) >> 63);
        }
        return table;
    }
}
