namespace Isthmus.Compression.Codecs;

/// <summary>
/// Stores the records as they are: the baseline of every other codec, and the fallback of a block. Records of coded photographs have a type of their own.
/// </summary>
internal sealed class RawCodec(BlockType type = BlockType.Raw) : IRecordCodec
{
    /// <inheritdoc/>
    public BlockType Type => type;

    /// <inheritdoc/>
    public byte[] Encode(ReadOnlySpan<byte> records, int count) => records.ToArray();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records)
    {
        Check(payload, records.Length);
        payload.CopyTo(records);
    }

    /// <inheritdoc/>
    public void DecodeRecord(ReadOnlySpan<byte> payload, int count, int index, Span<byte> record)
    {
        Check(payload, (long)count * record.Length);
        payload.Slice(index * record.Length, record.Length).CopyTo(record);
    }

    private static void Check(ReadOnlySpan<byte> payload, long length)
    {
        if (payload.Length != length)
            throw new InvalidInputException($"A raw block of {length} bytes", $"has a payload of {payload.Length}", "fetch the file again");
    }
}
