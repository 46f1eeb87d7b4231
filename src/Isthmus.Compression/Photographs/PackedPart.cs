using Isthmus.Compression.Codecs;

namespace Isthmus.Compression.Photographs;

/// <summary>A part of a coded photograph that is kept as it is, such as metadata or opacity: its length, the length by Brotli, and those bytes.</summary>
internal static class PackedPart
{
    /// <summary>Largest number of bytes of metadata.</summary>
    public const int MostMetadata = 1 << 25;

    /// <summary>Largest number of pixels of a photograph.</summary>
    public const long MostPixels = 1L << 27;

    /// <summary>Writes a part; null and none of bytes are the same.</summary>
    public static void Write(BinaryWriter writer, byte[]? part)
    {
        writer.Write7BitEncodedInt(part?.Length ?? 0);
        if (part is null or { Length: 0 })
            return;
        var packed = BrotliCodec.Quick.Encode(part);
        writer.Write7BitEncodedInt(packed.Length);
        writer.Write(packed);
    }

    /// <summary>Reads a part of at most so many bytes; null for none.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    /// <exception cref="EndOfStreamException">There are too few bytes.</exception>
    public static byte[]? Read(BinaryReader reader, int most)
    {
        var length = reader.Read7BitEncodedInt();
        if (length == 0)
            return null;
        if (length < 0 || length > most)
            throw Damaged($"a part of it has {(uint)length} bytes");
        var packed = reader.ReadBytes(Math.Max(0, reader.Read7BitEncodedInt()));
        var plain = new byte[length];
        return BrotliCodec.TryDecode(packed, plain) ? plain : throw Damaged("a part of it does not unpack");
    }

    /// <summary>Writes the messages of tiles: their lengths, then they.</summary>
    public static void WriteTiles(BinaryWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> tiles)
    {
        foreach (var tile in tiles)
            writer.Write7BitEncodedInt(tile.Length);
        foreach (var tile in tiles)
            writer.Write(tile.Span);
    }

    /// <summary>Reads the messages of tiles, which are the rest of the bytes.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    /// <exception cref="EndOfStreamException">There are too few bytes.</exception>
    public static ReadOnlyMemory<byte>[] ReadTiles(BinaryReader reader, ReadOnlyMemory<byte> bytes, int count)
    {
        var lengths = new int[count];
        for (var i = 0; i < lengths.Length; i++)
            lengths[i] = reader.Read7BitEncodedInt();
        var at = (int)reader.BaseStream.Position;
        var tiles = new ReadOnlyMemory<byte>[lengths.Length];
        for (var i = 0; i < lengths.Length; at += lengths[i++])
            tiles[i] = lengths[i] >= 0 && lengths[i] <= bytes.Length - at ? bytes.Slice(at, lengths[i]) : throw Damaged("its tiles are of other sizes");
        return at == bytes.Length ? tiles : throw Damaged($"it has {bytes.Length - at} bytes more than its tiles");
    }

    /// <summary>Makes the exception for a damaged photograph.</summary>
    public static InvalidInputException Damaged(string what, Exception? cause = null) =>
        new("A photograph in it", $"is damaged: {what}", "fetch the file again", cause: cause);
}
