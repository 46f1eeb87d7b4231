using System.Buffers.Binary;

namespace Isthmus.Information.Coding;

/// <summary>Decodes the bytes of a <see cref="RangeEncoder"/>, symbol by symbol in the same order. Beyond the end of the bytes it reads zeros.</summary>
/// <param name="bytes">The whole message, and nothing after it.</param>
public sealed class RangeDecoder(ReadOnlyMemory<byte> bytes) : IIntervalDecoder
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;
    private int _read = 8;
    private ulong _offset = ((ulong)Word(bytes.Span, 0) << 32) | Word(bytes.Span, 4);
    private ulong _range = ulong.MaxValue;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31.</exception>
    /// <exception cref="MessageException">The bytes lie in no symbol's share of the range.</exception>
    public uint Peek(int precision)
    {
        RansCoder.CheckPrecision(precision);
        var point = _offset / (_range >> precision);
        return point >> precision == 0 ? (uint)point : throw OutOfRange();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">No such interval, or the point lies outside it; nothing is taken.</exception>
    public void Pop(uint start, uint frequency, int precision)
    {
        RansCoder.CheckInterval(start, frequency, precision);
        var share = _range >> precision;
        var (from, range) = (share * start, share * frequency);
        if (_offset - from >= range)
            throw new ArgumentOutOfRangeException(nameof(start), $"Decoding needs the interval that holds the point; [{start}, {start + frequency}) does not.");
        Take(from, range);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31, or a frequency outside 1 .. 2^precision - 1; nothing is taken.</exception>
    /// <exception cref="MessageException">The bytes lie in neither share of the range.</exception>
    /// <remarks>One comparison in place of <see cref="Peek"/>'s division.</remarks>
    public bool PopCoin(uint falseFrequency, int precision)
    {
        RansCoder.CheckInterval(0, falseFrequency, precision);
        RansCoder.CheckInterval(falseFrequency, (1U << precision) - falseFrequency, precision);
        var share = _range >> precision;
        var (split, all) = (share * falseFrequency, share << precision);
        if (_offset >= all)
            throw OutOfRange();
        var value = _offset >= split;
        Take(value ? split : 0, value ? all - split : split);
        return value;
    }

    /// <summary>Throws if any byte is left that the decoder cannot have read.</summary>
    /// <exception cref="MessageException">The message is longer than what was decoded.</exception>
    public void CheckEnd()
    {
        if (_read < _bytes.Length)
            throw new MessageException($"{_bytes.Length - _read} bytes are left after the last symbol: the message is damaged, or of another length.");
    }

    private void Take(ulong from, ulong range)
    {
        (_offset, _range) = (_offset - from, range);
        if (_range < RangeEncoder.LeastRange)
        {
            _offset = (_offset << 32) | Word(_bytes.Span, _read);
            _range <<= 32;
            _read += 4;
        }
    }

    private static MessageException OutOfRange() => new("The message lies in no symbol's share of the range: it is damaged, or of another table.");

    private static uint Word(ReadOnlySpan<byte> bytes, int at)
    {
        if (at + 4 <= bytes.Length)
            return BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
        var word = 0U;
        for (var i = at; i < at + 4; i++)
            word = (word << 8) | (i < bytes.Length ? bytes[i] : 0U);
        return word;
    }
}
