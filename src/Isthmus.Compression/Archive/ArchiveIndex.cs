using System.Buffers.Binary;
using System.IO.Hashing;
using Isthmus.Compression.Codecs;

namespace Isthmus.Compression.Archive;

/// <summary>
/// End of an archive: the number of records and of payload bytes of each block, so that a block is found without reading those before it. It repeats the
/// blocks' frames, and can be rebuilt from them.
/// </summary>
internal static class ArchiveIndex
{
    /// <summary>Bytes after the list: its length, its CRC-32, and the last eight bytes of the file.</summary>
    public const int TailLength = 16;

    private static ReadOnlySpan<byte> End => [0x89, (byte)'E', (byte)'N', (byte)'D', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] ToBytes(IReadOnlyList<(int Count, int PayloadBytes)> blocks)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var (count, payload) in blocks)
        {
            writer.Write7BitEncodedInt(count);
            writer.Write7BitEncodedInt(payload);
        }
        var list = bytes.ToArray();
        writer.Write(list.Length);
        writer.Write(Crc32.HashToUInt32(list));
        writer.Write(End);
        return bytes.ToArray();
    }

    /// <summary>Reads the length of the list and its checksum from the last bytes of a file; null if an archive does not end so.</summary>
    public static (int Length, uint Sum)? ReadTail(ReadOnlySpan<byte> tail) =>
        tail.EndsWith(End) && BinaryPrimitives.ReadInt32LittleEndian(tail) is var length && length >= 0
            ? (length, BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]))
            : null;

    /// <summary>Reads the blocks, one after the other from the header's first to <paramref name="end"/>; null if the list is not of this archive.</summary>
    public static ArchiveBlock[]? Read(byte[] list, uint sum, ArchiveHeader header, long end)
    {
        if (Crc32.HashToUInt32(list) != sum || list.Length < 2L * header.Blocks)
            return null;
        using var reader = new BinaryReader(new MemoryStream(list));
        var blocks = new ArchiveBlock[header.Blocks];
        var (first, offset) = (0, header.BlocksStart);
        try
        {
            for (var i = 0; i < blocks.Length; i++)
            {
                blocks[i] = new(offset, first, reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
                if (!blocks[i].IsPossible(header, end))
                    return null;
                (first, offset) = (first + blocks[i].Count, blocks[i].End);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            return null;
        }
        return first == header.Records && offset == end && reader.BaseStream.Position == list.Length ? blocks : null;
    }
}

/// <summary>Place and content of a block.</summary>
/// <param name="Offset">Offset of its frame in the file.</param>
/// <param name="First">Index of its first record.</param>
/// <param name="Count">Number of its records.</param>
/// <param name="PayloadBytes">Bytes of its payload.</param>
public readonly record struct ArchiveBlock(long Offset, int First, int Count, int PayloadBytes)
{
    /// <summary>Offset of the next block.</summary>
    internal long End => Offset + BlockFrame.Length + PayloadBytes;

    /// <summary>True if the block lies in the file and its records are within the header's number.</summary>
    internal bool IsPossible(ArchiveHeader header, long end) =>
        PayloadBytes >= 0 && End <= end && First >= 0 && Count >= 1 && Count <= header.RecordsPerBlock && Count <= header.Records - First;
}
