using System.Buffers.Binary;

namespace Isthmus.Information.Coding;

/// <summary>
/// Content of a <see cref="RansCoder"/>: a state above a stack of 32-bit words. The state is in [2^32, 2^64), or in [2^16, 2^64) without words, so that a short
/// message is short. A value: equal if the content is equal.
/// </summary>
/// <remarks>
/// Its bytes are one natural number: state, then the words from the top of the stack down, big-endian, without leading zeros. Up to 8 bytes
/// are the state alone; above, the state takes 5 to 8 bytes, and the length alone says where it ends. So every message has one spelling, and
/// every string of 3 or more bytes that does not begin with 0 is a message (but 01 00 00: the empty message takes no bytes).
/// </remarks>
public sealed class RansMessage : IEquatable<RansMessage>
{
    /// <summary>Smallest state above words.</summary>
    internal const ulong LeastState = 1UL << 32;

    /// <summary>State of the empty message, below which nothing can be popped.</summary>
    internal const ulong EmptyState = 1UL << 16;

    private readonly uint[] _words;

    private RansMessage(ulong state, uint[] words) => (State, _words) = (state, words);

    /// <summary>The empty message: state 2^16 and no words.</summary>
    public static RansMessage Empty { get; } = new(EmptyState, []);

    /// <summary>State, the top of the stack.</summary>
    public ulong State { get; }

    /// <summary>The words below the state, the bottom of the stack first.</summary>
    public ReadOnlySpan<uint> Words => _words;

    /// <summary>True if nothing has been pushed.</summary>
    public bool IsEmpty => State == EmptyState && _words.Length == 0;

    /// <summary>Content in bits, 32 words + log2 state - 16: 0 if empty. For accounting, never for decoding.</summary>
    public double Bits => (32.0 * _words.Length) + Math.Log2(State) - 16;

    /// <summary>Length of <see cref="ToBytes"/>: at most <see cref="Bits"/> / 8 + 3.</summary>
    public int ByteCount => IsEmpty ? 0 : StateBytes + (4 * _words.Length);

    private int StateBytes => 8 - (System.Numerics.BitOperations.LeadingZeroCount(State) / 8);

    /// <summary>Creates a message from its state and words (bottom first).</summary>
    /// <exception cref="MessageException">The state is below 2^32, or, without words, below 2^16.</exception>
    public static RansMessage Of(ulong state, ReadOnlySpan<uint> words) =>
        state >= (words.Length > 0 ? LeastState : EmptyState)
            ? new(state, words.ToArray())
            : throw new MessageException($"A message's state is at least 2^32 above words, and 2^16 without; this one is {state} above {words.Length} words.");

    /// <summary>Reads a message from its bytes; the inverse of <see cref="ToBytes"/>. Takes memory in proportion to the bytes.</summary>
    /// <exception cref="MessageException">One or two bytes, a leading zero, or the long spelling of the empty message.</exception>
    public static RansMessage FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return Empty;
        if (bytes.Length < 3)
            throw new MessageException($"A message is empty or has at least 3 bytes; this one has {bytes.Length}. It has been cut short, or is no message.");
        if (bytes[0] == 0)
            throw new MessageException("A message does not begin with a zero byte; this one does. It is damaged, or is no message.");
        var words = new uint[bytes.Length > 8 ? (bytes.Length - 5) / 4 : 0];
        var state = 0UL;
        foreach (var value in bytes[..(bytes.Length - (4 * words.Length))])
            state = (state << 8) | value;
        for (var i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(bytes.Length - (4 * (i + 1)))..]);
        var message = new RansMessage(state, words);
        return message.IsEmpty ? throw new MessageException("The empty message takes no bytes; here it takes 3. It is damaged, or is no message.") : message;
    }

    /// <summary>Returns the unique bytes of this message.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteCount];
        if (bytes.Length == 0)
            return bytes;
        Span<byte> state = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(state, State);
        state[(8 - StateBytes)..].CopyTo(bytes);
        for (var i = 0; i < _words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - (4 * (i + 1))), _words[i]);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(RansMessage? other) => other is not null && State == other.State && Words.SequenceEqual(other.Words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RansMessage);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, _words.Length, _words.Length > 0 ? _words[^1] : 0);

    /// <summary>Words and state, for test output.</summary>
    public override string ToString() => $"{_words.Length} words below state {State:x16}";
}
