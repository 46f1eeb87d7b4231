namespace Isthmus.Information.Coding;

/// <summary>Interval of a symbol in 0 .. 2^precision, [Start, Start + Frequency): the input of a coder's push.</summary>
/// <param name="Start">Sum of the frequencies of the symbols before it.</param>
/// <param name="Frequency">The symbol's frequency, at least 1.</param>
public readonly record struct Interval(uint Start, uint Frequency)
{
    /// <summary>Returns the ideal cost, precision - log2 frequency, bits. For accounting, never for decoding.</summary>
    public double Bits(int precision) => precision - Math.Log2(Frequency);
}
