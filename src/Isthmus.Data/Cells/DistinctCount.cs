namespace Isthmus.Data.Cells;

/// <summary>
/// Number of distinct values, exact up to 65,536 and within about 0.5 % beyond, in bounded memory: only hashes that end in enough zeros are kept, and the
/// number of zeros grows (Wegman's adaptive sampling; Flajolet 1990).
/// </summary>
internal sealed class DistinctCount
{
    private const int MostKept = 1 << 16;

    private readonly HashSet<ulong> _kept = [];
    private int _zeros;

    /// <summary>Number of distinct values so far.</summary>
    public long Count => (long)_kept.Count << _zeros;

    /// <summary>Adds a number.</summary>
    public void Add(double number) => AddHash(BitConverter.DoubleToUInt64Bits(number == 0 ? 0 : number));

    /// <summary>Adds a text.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        // FNV-1a, mixed below.
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
            hash = (hash ^ letter) * 1099511628211UL;
        AddHash(hash);
    }

    /// <summary>Mixes a number so that its bits look random (the finaliser of SplitMix64); one-to-one.</summary>
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
