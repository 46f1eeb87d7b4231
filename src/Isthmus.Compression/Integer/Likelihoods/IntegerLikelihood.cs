using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>
/// Likelihood p(x|z) from a decoder network's whole-numbered outputs. Several records are coded together: pixel after pixel, and within a pixel record after
/// record, so that a likelihood that depends on earlier pixels can work on all records at once.
/// </summary>
internal abstract class IntegerLikelihood(int dimension, int levels, int outputsPerDimension)
{
    /// <summary>Number of pixels of a record, D.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>Number of values of a pixel.</summary>
    public int Levels { get; } = levels;

    /// <summary>Number of the decoder's outputs for each pixel; parameter after parameter, as in the floating-point model.</summary>
    public int OutputsPerDimension { get; } = outputsPerDimension;

    /// <summary>Bits of the frequencies.</summary>
    public abstract int Precision { get; }

    /// <summary>Profile of integer arithmetic that a reader needs: 1, or 2 for additions of version 1.1 of archives.</summary>
    public virtual byte ArithmeticProfile => 1;

    /// <summary>Largest number of records coded together in bits-back chains: the fastest number.</summary>
    public virtual int Together => 8;

    /// <summary>Computes the interval of every pixel, in coding order.</summary>
    /// <param name="outputs">count x (P D).</param>
    /// <param name="records">count x D, each below <see cref="Levels"/>.</param>
    /// <param name="count">Records.</param>
    /// <param name="intervals">Room for D x count.</param>
    public abstract void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals);

    /// <summary>Decodes <paramref name="count"/> records in coding order, all or (if the coder throws) some.</summary>
    /// <exception cref="MessageException">The message is damaged.</exception>
    public abstract void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
        where TCoder : IIntervalDecoder;
}
