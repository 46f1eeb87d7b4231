namespace Isthmus.Information.Coding;

/// <summary>
/// The bits that bits-back coding pops before anything has been pushed: an endless stream of words made from a seed
/// (SplitMix64, Steele, Lea and Flood 2014; integers only), as if they had lain below the message from the start.
/// </summary>
/// <remarks>
/// The decoder ends with exactly the words that the encoder borrowed: <c>decoder.ToMessage().Equals(bits.Borrowed(count))</c>
/// is then a check of the whole chain.
/// </remarks>
/// <param name="Seed">Names the stream.</param>
public sealed record InitialBits(ulong Seed)
{
    /// <summary>Word <paramref name="index"/> of the stream; word 0 is borrowed first.</summary>
    public uint Word(int index)
    {
        var z = unchecked(Seed + (((ulong)index + 1) * 0x9E3779B97F4A7C15));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return (uint)((z ^ (z >> 31)) >> 32);
    }

    /// <summary>The message of the first words alone: what is left when all that was pushed above them has been popped.</summary>
    public RansMessage Borrowed(int words)
    {
        var stack = new uint[words];
        for (var i = 0; i < words; i++)
            stack[words - 1 - i] = Word(i);
        return RansMessage.Of(RansMessage.LeastState, stack);
    }
}
