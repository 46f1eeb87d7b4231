using System.IO.Hashing;

namespace Isthmus.Compression.Codecs;

/// <summary>Codecs to try for a block.</summary>
public enum CompressionMethod
{
    /// <summary>All; the smallest is taken.</summary>
    Auto,

    /// <summary>Quantised latents.</summary>
    Qlat,

    /// <summary>Bits-back chains.</summary>
    Bbans,

    /// <summary>Brotli.</summary>
    Brotli,

    /// <summary>No compression: the records as they are.</summary>
    Raw,
}

/// <summary>
/// Encodes a block in the fewest bytes: tries every codec, decodes the smallest result and compares it, and keeps only a result that restores the records. Raw
/// records are the fallback.
/// </summary>
internal sealed class BlockEncoder(IReadOnlyList<IBlockCodec> modelCodecs, CompressionMethod method)
{
    private static readonly RawCodec Raw = new();
    private int _failures;

    /// <summary>Number of blocks that a codec failed to restore, so that another codec was used.</summary>
    public int Failures => _failures;

    /// <summary>Returns the block's frame and payload.</summary>
    /// <param name="records">Records, one after another.</param>
    /// <param name="first">Number of the first in the archive.</param>
    /// <param name="count">Their number.</param>
    /// <param name="isModelled">True if the records are of the model's kind.</param>
    public (BlockFrame Frame, byte[] Payload) Encode(ReadOnlySpan<byte> records, int first, int count, bool isModelled)
    {
        // Coded photographs are as small as they get.
        if (isModelled && modelCodecs is [RawCodec { Type: BlockType.Photograph or BlockType.LosslessPhotograph } coded])
            return Framed(coded, coded.Encode(records, count), records, first, count);
        var candidates = new List<(IBlockCodec Codec, byte[] Payload)> { (Raw, Raw.Encode(records, count)) };
        if (isModelled)
            foreach (var codec in modelCodecs.Where(codec => method is CompressionMethod.Auto || Method(codec.Type) == method))
                Try(codec, records, count, candidates);
        if (method is CompressionMethod.Auto or CompressionMethod.Brotli)
        {
            // A quick try tells whether a slow one could win: between the two qualities lies less than that.
            var least = candidates.Min(candidate => candidate.Payload.Length);
            Try(BrotliCodec.Quick, records, count, candidates);
            if (method is CompressionMethod.Brotli || candidates[^1].Payload.Length < 1.5 * least)
                Try(BrotliCodec.Smallest, records, count, candidates);
        }
        foreach (var (codec, payload) in candidates.OrderBy(candidate => candidate.Payload.Length).ThenBy(candidate => candidate.Codec.Type))
        {
            if (ComesBack(codec, payload, records, count))
                return Framed(codec, payload, records, first, count);
            Interlocked.Increment(ref _failures);
        }
        throw new InvalidOperationException("Records stored as they are did not come back.");
    }

    /// <summary>Returns true if blocks of a type are decoded by a model.</summary>
    public static bool NeedsModel(BlockType type) =>
        type is BlockType.QuantisedLatent or BlockType.BitsBack or BlockType.Photograph or BlockType.LosslessPhotograph or BlockType.Lines;

    private static (BlockFrame Frame, byte[] Payload) Framed(IBlockCodec codec, byte[] payload, ReadOnlySpan<byte> records, int first, int count) =>
        (new(codec.Type, first, count, payload.Length, Crc32.HashToUInt32(payload), XxHash32.HashToUInt32(records)), payload);

    private static void Try(IBlockCodec codec, ReadOnlySpan<byte> records, int count, List<(IBlockCodec, byte[])> candidates)
    {
        if (codec.Encode(records, count) is { } payload && payload.Length < records.Length)
            candidates.Add((codec, payload));
    }

    // Whatever goes wrong in decoding, the block would not come back.
    private static bool ComesBack(IBlockCodec codec, byte[] payload, ReadOnlySpan<byte> records, int count)
    {
        var decoded = new byte[records.Length];
        try
        {
            codec.Decode(payload, count, decoded);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
        return records.SequenceEqual(decoded);
    }

    private static CompressionMethod Method(BlockType type) => type == BlockType.BitsBack ? CompressionMethod.Bbans : CompressionMethod.Qlat;
}
