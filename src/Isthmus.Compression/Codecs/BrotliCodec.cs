using System.IO.Compression;

namespace Isthmus.Compression.Codecs;

/// <summary>Brotli (RFC 7932) of the records, one after another, without a model.</summary>
/// <param name="quality">0 (fast) to 11 (small). Irrelevant for decoding.</param>
internal sealed class BrotliCodec(int quality) : IBlockCodec
{
    /// <summary>log2 of the window: 2^22 bytes, the widest of the plain format that all qualities take.</summary>
    private const int Window = 22;

    /// <summary>Codec with the smallest blocks, at about a megabyte a second.</summary>
    public static BrotliCodec Smallest { get; } = new(11);

    /// <summary>Codec at tens of megabytes a second, which shows whether <see cref="Smallest"/> is worth a try.</summary>
    public static BrotliCodec Quick { get; } = new(5);

    /// <inheritdoc/>
    public BlockType Type => BlockType.Brotli;

    /// <inheritdoc/>
    public byte[] Encode(ReadOnlySpan<byte> records, int count) => Encode(records);

    /// <summary>Encodes bytes for <see cref="TryDecode"/>.</summary>
    public byte[] Encode(ReadOnlySpan<byte> plain)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        return BrotliEncoder.TryCompress(plain, packed, out var written, quality, Window)
            ? packed[..written]
            : throw new InvalidOperationException($"Brotli needs more than its own bound of {packed.Length} bytes for {plain.Length}.");
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, int count, Span<byte> records)
    {
        if (!TryDecode(payload, records))
            throw new InvalidInputException($"A Brotli payload of {payload.Length} bytes", $"does not unpack to {records.Length}", "fetch the file again");
    }

    /// <summary>Decodes into <paramref name="plain"/>; false if its length is not that of the encoded bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> packed, Span<byte> plain) =>
        BrotliDecoder.TryDecompress(packed, plain, out var written) && written == plain.Length;
}
