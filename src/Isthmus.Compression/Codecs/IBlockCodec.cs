namespace Isthmus.Compression.Codecs;

/// <summary>
/// Codec that turns the records of one block into bytes and back, exactly. A record is D bytes, one a pixel, planar. Safe for use by several threads at once;
/// the same records give the same bytes whatever the number of threads.
/// </summary>
public interface IBlockCodec
{
    /// <summary>Type of the blocks that it makes.</summary>
    BlockType Type { get; }

    /// <summary>Encodes a block; null if this codec cannot code these records.</summary>
    /// <param name="records">count x D bytes.</param>
    /// <param name="count">Records, at least 1.</param>
    byte[]? Encode(ReadOnlySpan<byte> records, int count);

    /// <summary>Decodes into <paramref name="records"/> (count x D bytes). Takes memory in proportion to payload and records.</summary>
    /// <exception cref="Information.Coding.MessageException">The payload is damaged, or of another count or model.</exception>
    void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records);
}

/// <summary>A block codec whose records can be read one by one.</summary>
public interface IRecordCodec : IBlockCodec
{
    /// <summary>Decodes record <paramref name="index"/> of the block into <paramref name="record"/> (D bytes), without decoding the others.</summary>
    /// <exception cref="Information.Coding.MessageException">The payload is damaged, or of another count or model.</exception>
    void DecodeRecord(ReadOnlySpan<byte> payload, int count, int index, Span<byte> record);
}
