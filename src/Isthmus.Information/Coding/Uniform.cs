using System.Numerics;

namespace Isthmus.Information.Coding;

/// <summary>
/// Uniform distribution over 0 .. size - 1, for any size up to 2^32; each number costs within 0.0011 bits of log2(size) (exactly that if size is a power of
/// two).
/// </summary>
/// <remarks>
/// A size above 2^12 is cut into 2^k parts that differ in length by at most one, 2^11 to 2^12 long: the part costs exactly k bits. Inside
/// one, number i of n has the frequency floor((i + 1) 2^24 / n) - floor(i 2^24 / n). The part's length is off by at most 1 in 2^11
/// (0.0007 bits) and the frequency by at most 1 in 2^12 (0.00036 bits).
/// </remarks>
public sealed class Uniform : ISymbolDistribution<uint>
{
    private const int DigitBits = 12;
    private const int DigitPrecision = 24;

    private readonly int _partBits;

    /// <summary>Creates the distribution over 0 .. <paramref name="size"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Size 0 or above 2^32.</exception>
    public Uniform(ulong size)
    {
        if (size is < 1 or > 1UL << 32)
            throw new ArgumentOutOfRangeException(nameof(size), $"A uniform distribution has 1 to 2^32 values; this one has {size}.");
        Size = size;
        _partBits = Math.Max(0, BitOperations.Log2(size - 1 | 1) + 1 - DigitBits);
    }

    /// <summary>Number of values.</summary>
    public ulong Size { get; }

    /// <inheritdoc/>
    public void Push(RansCoder coder, uint value)
    {
        var (part, from, length) = Part(value);
        PushDigit(coder, value - from, length);
        if (_partBits > 0)
            coder.Push(part, 1, _partBits);
    }

    /// <inheritdoc/>
    public uint Pop(RansCoder coder)
    {
        var part = 0U;
        if (_partBits > 0)
        {
            part = coder.Peek(_partBits);
            coder.Pop(part, 1, _partBits);
        }
        var from = Edge(part);
        var length = (uint)(Edge(part + 1UL) - from);
        var digit = (uint)((((coder.Peek(DigitPrecision) + 1UL) * length) - 1) >> DigitPrecision);
        var (start, frequency) = Digit(digit, length);
        try
        {
            coder.Pop(start, frequency, DigitPrecision);
        }
        catch (MessageUnderflowException) when (_partBits > 0)
        {
            coder.Push(part, 1, _partBits);
            throw;
        }
        return (uint)from + digit;
    }

    /// <inheritdoc/>
    public double Bits(uint value)
    {
        var (_, from, length) = Part(value);
        return _partBits + DigitPrecision - Math.Log2(Digit(value - from, length).Frequency);
    }

    private static void PushDigit(RansCoder coder, uint digit, uint length)
    {
        var (start, frequency) = Digit(digit, length);
        coder.Push(start, frequency, DigitPrecision);
    }

    private static (uint Start, uint Frequency) Digit(uint digit, uint length)
    {
        var start = (uint)(((ulong)digit << DigitPrecision) / length);
        return (start, (uint)(((digit + 1UL) << DigitPrecision) / length) - start);
    }

    private ulong Edge(ulong part) => (ulong)(((UInt128)part * Size) >> _partBits);

    private (uint Part, uint From, uint Length) Part(uint value)
    {
        if (value >= Size)
            throw new ArgumentOutOfRangeException(nameof(value), $"Numbers are 0 .. {Size - 1} here; this one is {value}.");
        // The last part whose lower edge floor(part size / 2^k) is at most the value.
        var part = (uint)(((((UInt128)value + 1) << _partBits) - 1) / Size);
        var from = Edge(part);
        return (part, (uint)from, (uint)(Edge(part + 1UL) - from));
    }
}
