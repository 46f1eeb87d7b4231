using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>What the latent of a record is where it is stored itself: S whole numbers, and a distribution of them that needs nothing but the model.</summary>
/// <param name="symbols">S.</param>
/// <param name="inputs">Numbers that the decoder network is given for them.</param>
/// <param name="heads">Numbers that the encoder network gives for a record.</param>
internal abstract class LatentCodes(int symbols, int inputs, int heads)
{
    /// <summary>Whole numbers of a record, S.</summary>
    public int Symbols { get; } = symbols;

    /// <summary>Numbers that the decoder network is given.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>Numbers that the encoder network gives.</summary>
    public int Heads { get; } = heads;

    /// <summary>Bits of the frequencies.</summary>
    public abstract int Precision { get; }

    /// <summary>The arithmetic that a reader must have, as <see cref="IntegerLikelihood.ArithmeticProfile"/>.</summary>
    public abstract byte ArithmeticProfile { get; }

    /// <summary>One record's codes, the nearest to what the encoder network gives.</summary>
    public abstract void Choose(ReadOnlySpan<int> head, Span<int> codes);

    /// <summary>What the decoder network is given for one record's codes.</summary>
    public abstract void Values(ReadOnlySpan<int> codes, Span<short> inputs);

    /// <summary>The interval of every code, symbol after symbol, in it record after record.</summary>
    /// <param name="codes">count x S.</param>
    /// <param name="count">Records.</param>
    /// <param name="intervals">Room for S x count.</param>
    public abstract void Intervals(ReadOnlySpan<int> codes, int count, Span<Interval> intervals);

    /// <summary>Decodes count x S codes in that order.</summary>
    /// <exception cref="MessageException">The message is damaged.</exception>
    public abstract void Decode<TCoder>(TCoder coder, int count, Span<int> codes)
        where TCoder : IIntervalDecoder;
}
