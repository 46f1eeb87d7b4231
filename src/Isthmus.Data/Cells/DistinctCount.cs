namespace Isthmus.Data.Cells;

/// <summary>
/// How many different values there are, exact up to 65,536 and within about 0.5 % beyond, in bounded memory: of hashes only those that end in so
/// many zeros are kept, ever more zeros as they come (Wegman's adaptive sampling; Flajolet 1990).
/// </summary>
internal sealed class DistinctCount
{
    private const int MostKept = 1 << 16;

    private readonly HashSet<ulong> _kept = [];
    private int _zeros;

    /// <summary>Different values so far.</summary>
    public long Count => (long)_kept.Count << _zeros;

    /// <summary>Takes in a value by its number.</summary>
    public void Add(double number) => AddHash(BitConverter.DoubleToUInt64Bits(number == 0 ? 0 : number));

    /// <summary>Takes in a value by its text.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        // FNV-1a, mixed below.
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
            hash = (hash ^ letter) * 1099511628211UL;
        AddHash(hash);
    }

    /// <summary>A number that looks like one drawn at random, another for another value (the finaliser of SplitMix64).</summary>
    public static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9UL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebUL;
        return value ^ (value >> 31);
    }

    private void AddHash(ulong value)
    {
        var hash = Mixed(value + 0x9e3779b97f4a7c15UL);
        if ((hash & ((1UL << _zeros) - 1)) != 0 || !_kept.Add(hash) || _kept.Count <= MostKept)
            return;
        _zeros++;
        _kept.RemoveWhere(kept => (kept & ((1UL << _zeros) - 1)) != 0);
    }
}
