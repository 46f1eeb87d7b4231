using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>
/// p(x|z) from a decoder network's whole-numbered outputs. Several records are coded together: pixel after pixel, in it record after record,
/// so that a likelihood that looks at earlier pixels can work on all records at once.
/// </summary>
internal abstract class IntegerLikelihood(int dimension, int levels, int outputsPerDimension)
{
    /// <summary>Pixels of a record, D.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>Values of a pixel.</summary>
    public int Levels { get; } = levels;

    /// <summary>Numbers that the decoder gives for each pixel; parameter after parameter, as in the floating-point model.</summary>
    public int OutputsPerDimension { get; } = outputsPerDimension;

    /// <summary>Bits of the frequencies.</summary>
    public abstract int Precision { get; }

    /// <summary>The arithmetic that a reader must have: 1, or 2 for what came with version 1.1 of archives.</summary>
    public virtual byte ArithmeticProfile => 1;

    /// <summary>Records that are coded together at most in bits-back chains: as many as the work is fastest for.</summary>
    public virtual int Together => 8;

    /// <summary>The interval of every pixel, in coding order.</summary>
    /// <param name="outputs">count x (P D).</param>
    /// <param name="records">count x D, each below <see cref="Levels"/>.</param>
    /// <param name="count">Records.</param>
    /// <param name="intervals">Room for D x count.</param>
    public abstract void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals);

    /// <summary>Decodes count records in coding order, all or (where the coder throws) some.</summary>
    /// <exception cref="MessageException">The message is damaged.</exception>
    public abstract void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
        where TCoder : IIntervalDecoder;
}
