namespace Isthmus.Information.Coding;

/// <summary>
/// A partition of the real line into buckets by edges in units of 2^-16, to which a continuous code is rounded. The first and last bucket reach to infinity.
/// </summary>
public sealed class BucketGrid
{
    private readonly int[] _edges;
    private readonly int[] _centres;

    private BucketGrid(int[] edges, int[] centres) => (_edges, _centres) = (edges, centres);

    /// <summary>Number of buckets.</summary>
    public int Size => _centres.Length;

    /// <summary>The Size - 1 edges between buckets, ascending, in units of 2^-16.</summary>
    public ReadOnlySpan<int> Edges => _edges;

    /// <summary>A representative point of each bucket, in units of 2^-16: the decoder's input.</summary>
    public ReadOnlySpan<int> Centres => _centres;

    /// <summary>
    /// Creates 2^bits buckets of equal mass under N(0, 1), each represented by the middle of its mass (Townsend et al. 2019): under that prior each costs
    /// <paramref name="bits"/> bits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits outside 1..14: beyond, the fixed point is too coarse for the middle buckets.</exception>
    public static BucketGrid EqualMass(int bits)
    {
        if (bits is < 1 or > 14)
            throw new ArgumentOutOfRangeException(nameof(bits), $"Buckets of equal mass are 2^1 to 2^14; asked for 2^{bits}.");
        var (edges, centres) = (new int[(1 << bits) - 1], new int[1 << bits]);
        var mass = StandardCdf.One >> bits;
        for (var i = 0; i < centres.Length; i++)
        {
            centres[i] = StandardCdf.Gaussian.Quantile(((ulong)i * mass) + (mass / 2));
            if (i > 0)
                edges[i - 1] = StandardCdf.Gaussian.Quantile((ulong)i * mass);
        }
        return new(edges, centres);
    }

    /// <summary>
    /// Creates <paramref name="count"/> buckets of width <paramref name="step"/> about centres that begin at <paramref name="first"/>, in units of 2^-16.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No bucket, more than 2^16, a step below 1, or a centre that leaves 32 bits.</exception>
    public static BucketGrid Even(int first, int step, int count)
    {
        if (count is < 1 or > 1 << 16 || step < 1 || first + ((long)step * (count - 1)) > int.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(count),
                $"An even grid has 1 to 65536 buckets, a step of at least 1 and centres below 2^31; asked for {count} from {first} by {step}."
            );
        var centres = new int[count];
        for (var i = 0; i < count; i++)
            centres[i] = first + (step * i);
        var edges = new int[count - 1];
        for (var i = 0; i < edges.Length; i++)
            edges[i] = (int)(((long)centres[i] + centres[i + 1]) >> 1);
        return new(edges, centres);
    }
}
