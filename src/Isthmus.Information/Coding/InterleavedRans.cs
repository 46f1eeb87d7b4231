using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Isthmus.Information.Coding;

/// <summary>
/// Bytes by one static table, fast: several rANS states that take turns on one stream of 32-bit words (Giesen 2014), scalar code only.
/// </summary>
/// <remarks>
/// <para>Layout: the lanes' states, 8 bytes each, then the words, all little-endian. Bytes 2 i and 2 i + 1 belong to lane i mod lanes, and
/// the bytes after the last full round to lane 0. A lane moves a word out or in once for two symbols: two of precision p are one of
/// precision 2 p, at most 24. A decoder ends with every lane at 2^32 and no word left, else the bytes are damaged.</para>
/// <para>Cost beyond the table's ideal: 32 to 64 bits a lane, and at most 2^(2 p - 32) / ln 2 bits a pair (0.0057 for p = 12; far less on average).</para>
/// </remarks>
public sealed class InterleavedRans
{
    /// <summary>Largest precision of the table: 4096 entries stay in the fastest cache.</summary>
    public const int MaximumPrecision = 12;

    private readonly int _lanes;
    private readonly int _precision;

    /// <summary>
    /// Decoding table, one entry for each point of 2^precision: symbol (8 bits), frequency - 1 (12 bits), distance from the symbol's start (12 bits).
    /// </summary>
    private readonly uint[] _points;

    private readonly (uint Start, uint Frequency)[] _symbols;

    /// <summary>Creates a coder for a table of at most 256 symbols.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 256 symbols, a precision above 12, or lanes other than 1 to 32.</exception>
    public InterleavedRans(Categorical distribution, int lanes = 8)
    {
        if (distribution.Size > 256 || distribution.Precision > MaximumPrecision)
            throw new ArgumentOutOfRangeException(
                nameof(distribution),
                $"Interleaved coding takes at most 256 symbols and a precision of at most {MaximumPrecision}; this table has {distribution.Size} and "
                    + $"{distribution.Precision}."
            );
        if (lanes is < 1 or > 32)
            throw new ArgumentOutOfRangeException(nameof(lanes), $"Interleaved coding has 1 to 32 lanes; asked for {lanes}.");
        (_lanes, _precision, _points) = (lanes, distribution.Precision, new uint[1 << distribution.Precision]);
        _symbols = new (uint, uint)[distribution.Size];
        for (var symbol = 0; symbol < distribution.Size; symbol++)
        {
            var (start, frequency) = (distribution.Cumulative(symbol), distribution.Frequency(symbol));
            _symbols[symbol] = (start, frequency);
            for (var offset = 0U; offset < frequency; offset++)
                _points[start + offset] = (uint)symbol | ((frequency - 1) << 8) | (offset << 20);
        }
    }

    /// <summary>Encodes <paramref name="data"/>; <see cref="Decode"/> needs its length to restore it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A byte that is no symbol of the table.</exception>
    public byte[] Encode(ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
            if (value >= _symbols.Length)
                throw new ArgumentOutOfRangeException(nameof(data), $"Symbols are 0 .. {_symbols.Length - 1} here; one is {value}.");
        Span<ulong> states = stackalloc ulong[_lanes];
        states.Fill(RansMessage.LeastState);
        // Last in, first out: from the end, words in the order of a stack.
        var words = new List<uint>();
        var round = 2 * _lanes;
        var tail = data.Length / round * round;
        for (var i = data.Length - 1; i >= tail; i--)
            states[0] = Push(Renormalised(states[0], _symbols[data[i]].Frequency, _precision, words), data[i]);
        for (var i = tail - 2; i >= 0; i -= 2)
        {
            ref var state = ref states[i / 2 % _lanes];
            var (first, second) = (data[i], data[i + 1]);
            state = Renormalised(state, _symbols[first].Frequency * _symbols[second].Frequency, 2 * _precision, words);
            state = Push(Push(state, second), first);
        }
        var bytes = new byte[(8 * _lanes) + (4 * words.Count)];
        for (var lane = 0; lane < _lanes; lane++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8 * lane), states[lane]);
        for (var i = 0; i < words.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - (4 * (i + 1))), words[i]);
        return bytes;
    }

    /// <summary>Decodes into <paramref name="data"/>, whose length must be that of the encoded data.</summary>
    /// <exception cref="MessageException">The bytes are too few or too many, or do not end where an encoder began: damaged, or another table, length or number
    /// of lanes.</exception>
    public void Decode(ReadOnlySpan<byte> bytes, Span<byte> data)
    {
        if (bytes.Length < 8 * _lanes || bytes.Length % 4 != 0)
            throw new MessageException(
                $"A message of {_lanes} lanes has at least {8 * _lanes} bytes and a multiple of 4; this one has {bytes.Length}. It has been cut short, or is "
                    + $"no message."
            );
        Span<ulong> states = stackalloc ulong[_lanes];
        for (var lane = 0; lane < _lanes; lane++)
        {
            states[lane] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * lane)..]);
            if (states[lane] < RansMessage.LeastState)
                throw new MessageException($"A lane's state is at least 2^32; lane {lane} has {states[lane]}. The message is damaged.");
        }
        bytes = bytes[(8 * _lanes)..];
        var round = 2 * _lanes;
        var tail = data.Length / round * round;
        var done = 0;
        if (_lanes == 8)
            Decode8(states, ref bytes, data[..tail], ref done);
        while (done < tail)
            for (var lane = 0; lane < _lanes; lane++, done += 2)
            {
                var state = Pop(states[lane], out data[done]);
                states[lane] = Refilled(Pop(state, out data[done + 1]), ref bytes);
            }
        for (; done < data.Length; done++)
            states[0] = Refilled(Pop(states[0], out data[done]), ref bytes);
        if (bytes.Length > 0)
            throw new MessageException($"{bytes.Length} bytes are left after {data.Length} symbols: the message is damaged, or of another length.");
        foreach (var state in states)
            if (state != RansMessage.LeastState)
                throw new MessageException("A lane does not end at 2^32, where every encoder begins: the message is damaged, or of another table.");
    }

    /// <summary>
    /// Rounds of eight lanes for as long as the words surely suffice. Kept free of bounds checks: a point is masked to the table's length
    /// (a power of two), a round reads at most 8 of the words counted before it, and writes 16 of the bytes counted before it.
    /// </summary>
    private void Decode8(scoped Span<ulong> states, ref ReadOnlySpan<byte> bytes, Span<byte> data, ref int done)
    {
        ref var points = ref MemoryMarshal.GetArrayDataReference(_points);
        ref var words = ref MemoryMarshal.GetReference(bytes);
        ref var output = ref MemoryMarshal.GetReference(data);
        var mask = (uint)_points.Length - 1;
        var precision = _precision;
        nint read = 0;
        var last = (nint)bytes.Length - (8 * 4);
        var (a, b, c, d, e, f, g, h) = (states[0], states[1], states[2], states[3], states[4], states[5], states[6], states[7]);
        var at = 0;
        for (; at < data.Length && read <= last; at += 16)
        {
            ref var to = ref Unsafe.Add(ref output, at);
            a = Pair(a, ref points, mask, precision, ref words, ref read, ref to);
            b = Pair(b, ref points, mask, precision, ref words, ref read, ref Unsafe.Add(ref to, 2));
            c = Pair(c, ref points, mask, precision, ref words, ref read, ref Unsafe.Add(ref to, 4));
            d = Pair(d, ref points, mask, precision, ref words, ref read, ref Unsafe.Add(ref to, 6));
            e = Pair(e, ref points, mask, precision, ref words, ref read, ref Unsafe.Add(ref to, 8));
            f = Pair(f, ref points, mask, precision, ref words, ref read, ref Unsafe.Add(ref to, 10));
            g = Pair(g, ref points, mask, precision, ref words, ref read, ref Unsafe.Add(ref to, 12));
            h = Pair(h, ref points, mask, precision, ref words, ref read, ref Unsafe.Add(ref to, 14));
        }
        (states[0], states[1], states[2], states[3], states[4], states[5], states[6], states[7]) = (a, b, c, d, e, f, g, h);
        bytes = bytes[(int)read..];
        done = at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pair(ulong state, ref uint points, uint mask, int precision, ref byte words, ref nint read, ref byte output)
    {
        var first = Unsafe.Add(ref points, (uint)state & mask);
        state = ((((first >> 8) & 0xFFF) + 1) * (state >> precision)) + (first >> 20);
        var second = Unsafe.Add(ref points, (uint)state & mask);
        state = ((((second >> 8) & 0xFFF) + 1) * (state >> precision)) + (second >> 20);
        output = (byte)first;
        Unsafe.Add(ref output, 1) = (byte)second;
        if (state >> 32 == 0)
        {
            var word = Unsafe.ReadUnaligned<uint>(ref Unsafe.AddByteOffset(ref words, read));
            state = (state << 32) | (BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
            read += 4;
        }
        return state;
    }

    private ulong Pop(ulong state, out byte symbol)
    {
        var point = _points[(uint)state & ((uint)_points.Length - 1)];
        symbol = (byte)point;
        return ((((point >> 8) & 0xFFF) + 1) * (state >> _precision)) + (point >> 20);
    }

    private ulong Push(ulong state, byte symbol)
    {
        var (start, frequency) = _symbols[symbol];
        var (quotient, remainder) = Math.DivRem(state, frequency);
        return (quotient << _precision) + remainder + start;
    }

    private static ulong Renormalised(ulong state, uint frequency, int precision, List<uint> words)
    {
        if (state >> (64 - precision) < frequency)
            return state;
        words.Add((uint)state);
        return state >> 32;
    }

    private static ulong Refilled(ulong state, ref ReadOnlySpan<byte> bytes)
    {
        if (state >= RansMessage.LeastState)
            return state;
        if (bytes.Length < 4)
            throw new MessageException("The message ends before its last symbol: it has been cut short, or is damaged, or of another table.");
        var word = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        return (state << 32) | word;
    }
}
