using System.Buffers.Binary;

namespace Isthmus.Information.Coding;

/// <summary>
/// Arithmetic coding by ranges (Martin 1979; Witten, Neal and Cleary 1987), the first symbol in is the first out. The code is a number in
/// [low, low + range), and each symbol keeps its share of the range.
/// </summary>
/// <remarks>
/// <para>Range in [2^32, 2^64), words of 32 bits, integers only. The end is the shortest string of bytes that names a number in the range, so
/// that a short message is short: symbols of ideal cost B bits take at most B + 8 bits and -log2(1 - 2^(precision - 32)) for each (it loses what
/// does not divide, less than one part in range / 2^precision), and a message of few bits may take no byte at all. <see cref="RansCoder"/>, a
/// stack, keeps 16 bits below its first symbol.</para>
/// <para>The bytes do not say where they end: a container must keep their number. Cost: two multiplications a symbol.</para>
/// </remarks>
public sealed class RangeEncoder
{
    internal const ulong LeastRange = 1UL << 32;

    private uint[] _words = new uint[16];
    private int _count;
    private ulong _low;
    private ulong _range = ulong.MaxValue;

    /// <summary>Appends the interval [start, start + frequency) of 2^precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31, frequency 0, or an interval that leaves 2^precision; nothing is
    /// appended.</exception>
    public void Push(uint start, uint frequency, int precision)
    {
        RansCoder.CheckInterval(start, frequency, precision);
        var share = _range >> precision;
        var low = unchecked(_low + (share * start));
        if (low < _low)
            Carry();
        (_low, _range) = (low, share * frequency);
        if (_range < LeastRange)
        {
            if (_count == _words.Length)
                Array.Resize(ref _words, 2 * _count);
            _words[_count++] = (uint)(_low >> 32);
            _low <<= 32;
            _range <<= 32;
        }
    }

    /// <summary>Returns the message so far. The encoder can go on afterwards.</summary>
    public byte[] ToBytes()
    {
        // The number in [low, low + range) with the most zero bytes at its end; if rounding up carries out of the 64 bits, so does the sum below.
        var (low, last) = ((UInt128)_low, (UInt128)_low + _range - 1);
        var (end, kept) = (low, 8);
        for (var bytes = 0; bytes < 8; bytes++)
        {
            var unit = UInt128.One << (64 - (8 * bytes));
            var rounded = (low + unit - 1) / unit * unit;
            if (rounded <= last)
            {
                (end, kept) = (rounded, bytes);
                break;
            }
        }
        var words = _words[.._count];
        if (end >> 64 != 0)
            for (var i = _count - 1; ++words[i] == 0; i--)
                ;
        var message = new byte[(4 * _count) + 8];
        for (var i = 0; i < _count; i++)
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4 * i), words[i]);
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(4 * _count), (ulong)end);
        // A decoder reads zeros beyond the end.
        var length = (4 * _count) + kept;
        while (length > 0 && message[length - 1] == 0)
            length--;
        return message[..length];
    }

    /// <summary>Adds one to the words written. It cannot run out at the front: the code stays below 1.</summary>
    private void Carry()
    {
        for (var i = _count - 1; ++_words[i] == 0; i--)
            ;
    }
}
