namespace Isthmus.Information.Coding;

/// <summary>
/// A way to push a value onto a message and to pop it again, each the exact inverse of the other: pop after push gives the value and the
/// message from before; push after pop gives the message from before (Townsend et al. 2020, "HiLLoC"; craystack).
/// </summary>
/// <remarks>Popping is also sampling: from a message of random bits, a codec pops values with the probabilities that it codes them with.</remarks>
public interface ICodec<T>
{
    /// <summary>Pushes a value onto the message.</summary>
    /// <exception cref="ArgumentOutOfRangeException">This codec cannot code the value.</exception>
    void Push(RansCoder coder, T value);

    /// <summary>Pops a value from the message.</summary>
    /// <exception cref="MessageUnderflowException">The message holds too few bits.</exception>
    T Pop(RansCoder coder);
}

/// <summary>A codec with a probability for every value, exact in fixed point.</summary>
public interface ISymbolDistribution<T> : ICodec<T>
{
    /// <summary>Returns the ideal cost of a value, -log2 of its fixed-point probability, bits. For accounting, never for decoding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">This codec cannot code the value.</exception>
    double Bits(T value);
}

/// <summary>Pushes and pops sequences of values by one codec.</summary>
public static class CodecChain
{
    /// <summary>Pushes the values, the last first, so that <see cref="PopAll"/> returns them in order.</summary>
    public static void PushAll<T>(this ICodec<T> codec, RansCoder coder, IReadOnlyList<T> values)
    {
        for (var i = values.Count - 1; i >= 0; i--)
            codec.Push(coder, values[i]);
    }

    /// <summary>Pops <paramref name="count"/> values. Allocates memory for all of them at once: check a count that comes from a file first.</summary>
    public static T[] PopAll<T>(this ICodec<T> codec, RansCoder coder, int count)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
            values[i] = codec.Pop(coder);
        return values;
    }
}
