namespace Isthmus.Information.Coding;

/// <summary>Bernoulli distribution in fixed point: P(true) = trueFrequency / 2^precision.</summary>
public sealed class Bernoulli : ISymbolDistribution<bool>
{
    private readonly uint _falseFrequency;

    /// <summary>Creates the distribution with exact odds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Precision outside 1..31, or a frequency outside 1 .. 2^precision - 1: either side must be
    /// possible.</exception>
    public Bernoulli(uint trueFrequency, int precision)
    {
        RansCoder.CheckPrecision(precision);
        if (trueFrequency < 1 || trueFrequency >= 1U << precision)
            throw new ArgumentOutOfRangeException(
                nameof(trueFrequency),
                $"A coin of precision {precision} has a frequency of 1 .. {(1U << precision) - 1}; this one has {trueFrequency}."
            );
        (TrueFrequency, Precision, _falseFrequency) = (trueFrequency, precision, (1U << precision) - trueFrequency);
    }

    /// <summary>Frequency of true out of 2^Precision.</summary>
    public uint TrueFrequency { get; }

    /// <summary>Bits of the fixed point.</summary>
    public int Precision { get; }

    /// <summary>
    /// Returns the nearest distribution to a probability that leaves both outcomes possible. For the encoder: store <see cref="TrueFrequency"/> for the
    /// decoder.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a number from 0 to 1.</exception>
    public static Bernoulli FromProbability(double probability, int precision = 16)
    {
        RansCoder.CheckPrecision(precision);
        if (!(probability >= 0 && probability <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), $"A probability is 0 to 1; this one is {probability}.");
        return new((uint)Math.Clamp(Math.Round(probability * (1U << precision)), 1, (1U << precision) - 1), precision);
    }

    /// <inheritdoc/>
    public void Push(RansCoder coder, bool value)
    {
        if (value)
            coder.Push(_falseFrequency, TrueFrequency, Precision);
        else
            coder.Push(0, _falseFrequency, Precision);
    }

    /// <inheritdoc/>
    public bool Pop(RansCoder coder) => coder.PopCoin(_falseFrequency, Precision);

    /// <inheritdoc/>
    public double Bits(bool value) => Precision - Math.Log2(value ? TrueFrequency : _falseFrequency);
}
