namespace Isthmus.Compression.Codecs;

/// <summary>
/// Turns the records of one block into bytes and back, exactly. A record is D bytes, one a pixel, planar; safe for use by several threads
/// at once, and the same records give the same bytes whatever the number of threads.
/// </summary>
public interface IBlockCodec
{
    /// <summary>What it makes.</summary>
    BlockType Type { get; }

    /// <summary>The bytes of a block, or null where this codec cannot code these records.</summary>
    /// <param name="records">count x D bytes.</param>
    /// <param name="count">Records, at least 1.</param>
    byte[]? Encode(ReadOnlySpan<byte> records, int count);

    /// <summary>Fills <paramref name="records"/> (count x D bytes) with what was encoded. Takes memory in proportion to payload and records.</summary>
    /// <exception cref="Information.Coding.MessageException">The payload is damaged, or of another count or model.</exception>
    void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records);
}

/// <summary>A block codec whose records can be read one by one.</summary>
public interface IRecordCodec : IBlockCodec
{
    /// <summary>Fills <paramref name="record"/> (D bytes) with record <paramref name="index"/> of the block, without decoding the others.</summary>
    /// <exception cref="Information.Coding.MessageException">The payload is damaged, or of another count or model.</exception>
    void DecodeRecord(ReadOnlySpan<byte> payload, int count, int index, Span<byte> record);
}
