namespace Isthmus.Compression.Integer;

/// <summary>Positive numbers by their base-2 logarithm in 64ths: how networks give scales. Within 0.55 % of the number that was meant.</summary>
internal static class Octaves
{
    /// <summary>Steps of an octave.</summary>
    public const int Steps = 64;

    /// <summary>2^(i / 64) in units of 2^-30, by repeated products of 2^(1 / 64) in units of 2^-63: integers only.</summary>
    private static readonly uint[] Powers = Table();

    /// <summary>2^(octaves / 64) in units of 2^-16, kept within 1 to 2^30: what <see cref="Information.Coding.LocationScale"/> takes as an inverse scale.</summary>
    public static uint InverseScale(int octaves)
    {
        octaves = Math.Clamp(octaves, -16 * Steps, 14 * Steps);
        var (whole, part) = (octaves >> 6, octaves & (Steps - 1));
        // 2^part in units of 2^-30 to units of 2^-16: 14 bits less, and as many more as there are octaves.
        return Math.Max(1, Powers[part] >> (14 - whole));
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
