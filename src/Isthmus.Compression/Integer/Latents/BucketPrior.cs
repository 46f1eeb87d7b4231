using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>
/// Prior p(z) of one unit over the buckets of a grid: a histogram of the training records' posteriors over 2^k groups of neighbouring buckets, even inside a
/// group. It is the average of q(z|x), the best prior for bits-back coding; N(0, 1) is the special case of even frequencies.
/// </summary>
internal sealed class BucketPrior
{
    /// <summary>log2 of the number of groups.</summary>
    public const int GroupBits = 6;

    /// <summary>Bits of the groups' frequencies.</summary>
    public const int GroupPrecision = 16;

    private readonly int _bucketBits;

    /// <summary>Creates a prior over 2^(<see cref="GroupBits"/> + <paramref name="bucketBits"/>) buckets.</summary>
    public BucketPrior(Categorical groups, int bucketBits)
    {
        (Groups, _bucketBits) = (groups, bucketBits);
        Precision = GroupPrecision + bucketBits;
    }

    /// <summary>Creates N(0, 1): even frequencies.</summary>
    public static BucketPrior Standard(int bucketBits) => new(Categorical.FromCounts([.. Enumerable.Repeat(1L, 1 << GroupBits)], GroupPrecision), bucketBits);

    /// <summary>Frequencies of the groups.</summary>
    public Categorical Groups { get; }

    /// <summary>Bits of a bucket's frequency, which is its group's, over a total larger by the buckets of a group.</summary>
    public int Precision { get; }

    /// <summary>Returns the interval of a bucket.</summary>
    public Interval IntervalOf(int bucket)
    {
        var (start, frequency) = Groups.IntervalOf(bucket >> _bucketBits);
        return new((start << _bucketBits) + (frequency * ((uint)bucket & ((1U << _bucketBits) - 1))), frequency);
    }

    /// <summary>Pops a bucket from a message.</summary>
    public int Decode(RansCoder coder)
    {
        var point = coder.Peek(Precision);
        var group = Groups.SymbolAt(point >> _bucketBits);
        var (start, frequency) = Groups.IntervalOf(group);
        var bucket = (group << _bucketBits) + (int)((point - (start << _bucketBits)) / frequency);
        var (from, share) = IntervalOf(bucket);
        coder.Pop(from, share, Precision);
        return bucket;
    }
}
