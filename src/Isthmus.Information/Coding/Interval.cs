namespace Isthmus.Information.Coding;

/// <summary>A symbol's share of 2^precision: [Start, Start + Frequency). What a coder pushes, for whoever computes many of them first.</summary>
/// <param name="Start">Sum of the frequencies before it.</param>
/// <param name="Frequency">Its own, at least 1.</param>
public readonly record struct Interval(uint Start, uint Frequency)
{
    /// <summary>Ideal cost, precision - log2 frequency, bits. For ledgers, never for decoding.</summary>
    public double Bits(int precision) => precision - Math.Log2(Frequency);
}
