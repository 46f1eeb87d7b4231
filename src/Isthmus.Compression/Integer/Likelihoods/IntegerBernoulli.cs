using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>
/// Binary pixels: the decoder's outputs are logits in units of 2^-8, and P(0) = 1 / (1 + e^logit) is read from a table of 16-bit frequencies.
/// </summary>
internal sealed class IntegerBernoulli(int dimension) : IntegerLikelihood(dimension, levels: 2, outputsPerDimension: 1)
{
    /// <summary>The number one in a logit's units.</summary>
    public const int LogitOne = 1 << 8;

    /// <summary>Bits of the frequencies.</summary>
    public const int Fixed = 16;

    private const int LargestLogit = (12 << 8) - 1;

    /// <summary>Frequency of 0 for each logit from -12 to 12, beyond which it is constant at 16 bits.</summary>
    private static readonly ushort[] ZeroFrequency = [.. Enumerable.Range(-LargestLogit, (2 * LargestLogit) + 1).Select(logit => (ushort)Logistic(logit))];

    /// <inheritdoc/>
    public override int Precision => Fixed;

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals)
    {
        for (var record = 0; record < count; record++)
            for (var pixel = 0; pixel < Dimension; pixel++)
                intervals[(pixel * count) + record] = Share(Zero(outputs[(record * Dimension) + pixel]), records[(record * Dimension) + pixel]);
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
    {
        for (var pixel = 0; pixel < Dimension; pixel++)
            for (var record = 0; record < count; record++)
                records[(record * Dimension) + pixel] = coder.PopCoin(Zero(outputs[(record * Dimension) + pixel]), Fixed) ? (byte)1 : (byte)0;
    }

    /// <summary>Returns the frequency of 0.</summary>
    public static uint Zero(int logit) => ZeroFrequency[Math.Clamp(logit, -LargestLogit, LargestLogit) + LargestLogit];

    /// <summary>Returns a pixel's interval, 0 first.</summary>
    public static Interval Share(uint zero, byte value) => value == 0 ? new(0, zero) : new(zero, (1U << Fixed) - zero);

    /// <summary>Computes the logistic function: a logistic variable over two levels is a Bernoulli variable.</summary>
    private static uint Logistic(int logit) => new DiscretisedLogistic(2, (LocationScale.One / 2) + (logit << 8), LocationScale.One, Fixed).Frequency(0);
}
