using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>Latent of a record that is itself stored: S whole numbers, and a distribution of them that depends on the model alone.</summary>
/// <param name="symbols">S.</param>
/// <param name="inputs">Number of the decoder network's inputs.</param>
/// <param name="heads">Number of the encoder network's outputs for a record.</param>
internal abstract class LatentCodes(int symbols, int inputs, int heads)
{
    /// <summary>Number of whole numbers of a record, S.</summary>
    public int Symbols { get; } = symbols;

    /// <summary>Number of the decoder network's inputs.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>Number of the encoder network's outputs.</summary>
    public int Heads { get; } = heads;

    /// <summary>Bits of the frequencies.</summary>
    public abstract int Precision { get; }

    /// <summary>Profile of integer arithmetic that a reader needs, as <see cref="IntegerLikelihood.ArithmeticProfile"/>.</summary>
    public abstract byte ArithmeticProfile { get; }

    /// <summary>Chooses one record's codes, the nearest to the encoder network's outputs.</summary>
    public abstract void Choose(ReadOnlySpan<int> head, Span<int> codes);

    /// <summary>Computes the decoder network's inputs for one record's codes.</summary>
    public abstract void Values(ReadOnlySpan<int> codes, Span<short> inputs);

    /// <summary>Computes the interval of every code, symbol after symbol, and within a symbol record after record.</summary>
    /// <param name="codes">count x S.</param>
    /// <param name="count">Records.</param>
    /// <param name="intervals">Room for S x count.</param>
    public abstract void Intervals(ReadOnlySpan<int> codes, int count, Span<Interval> intervals);

    /// <summary>Decodes count x S codes in that order.</summary>
    /// <exception cref="MessageException">The message is damaged.</exception>
    public abstract void Decode<TCoder>(TCoder coder, int count, Span<int> codes)
        where TCoder : IIntervalDecoder;
}
