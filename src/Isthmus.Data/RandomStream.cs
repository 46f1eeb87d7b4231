namespace Isthmus;

/// <summary>
/// Independent streams of randomness by purpose and position. Each step seeds the generator anew from (seed, purpose, position), so that a run can be resumed
/// anywhere without a stored generator state.
/// </summary>
internal static class RandomStream
{
    public const uint Step = 1,
        Order = 2,
        Validation = 3,
        Evaluation = 4,
        Binarisation = 5,
        Pool = 6,
        Share = 7,
        Crop = 8,
        Map = 9;

    /// <summary>Returns a well-mixed 63-bit seed (SplitMix64's finaliser, Steele et al. 2014, once for each argument).</summary>
    public static long Seed(int seed, uint purpose, long position) => (long)(Mix(Mix(Mix((ulong)(uint)seed) + purpose) + (ulong)position) >> 1);

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
