namespace Isthmus.Information.Coding;

/// <summary>
/// The bits that bits-back coding pops before anything has been pushed: an endless stream of words made from a seed
/// (SplitMix64, Steele, Lea and Flood 2014; integers only), as if they had lain below the message from the start.
/// </summary>
/// <remarks>
/// The decoder ends with exactly the words that the encoder borrowed: <c>decoder.ToMessage().Equals(bits.Borrowed(count))</c>
/// is then a check of the whole chain.
/// </remarks>
/// <param name="Seed">Seed of the stream.</param>
public sealed record InitialBits(ulong Seed)
{
    /// <summary>Returns word <paramref name="index"/> of the stream; word 0 is borrowed first.</summary>
    public uint Word(int index)
    {
        var z = unchecked(Seed + (((ulong)index + 1) * 0x9E3779B97F4A7C15));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return (uint)((z ^ (z >> 31)) >> 32);
    }

    /// <summary>Returns the message that holds only the first words, at least one: it is left when all that was pushed above them has been popped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer words than 1: a coder borrows the first at once.</exception>
    public RansMessage Borrowed(int words)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(words, 1);
        var below = new uint[words - 1];
        for (var i = 1; i < words; i++)
            below[words - 1 - i] = Word(i);
        return RansMessage.Of((RansMessage.EmptyState << 32) | Word(0), below);
    }
}
