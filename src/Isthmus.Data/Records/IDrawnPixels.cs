namespace Isthmus.Data.Records;

/// <summary>Records of bytes that each epoch draws anew from something larger: crops of photographs. Safe to use from several threads.</summary>
internal interface IDrawnPixels
{
    /// <summary>Number of records in an epoch.</summary>
    int Count { get; }

    /// <summary>
    /// Order in which training visits the records of this epoch: records from one source close together where not all sources fit into memory.
    /// </summary>
    int[] Order { get; }

    /// <summary>Copies the records at <paramref name="indices"/>, N x D bytes.</summary>
    /// <exception cref="InvalidInputException">A source cannot be read.</exception>
    void Copy(ReadOnlySpan<int> indices, Span<byte> destination);

    /// <summary>Returns the records as an epoch of a seed draws them: the same for the same two numbers.</summary>
    IDrawnPixels Drawn(int seed, int epoch);
}
