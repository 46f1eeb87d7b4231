using System.Buffers.Binary;
using System.IO.Hashing;

namespace Isthmus.Compression.Codecs;

/// <summary>The 28 bytes before a block's payload, by which it is found, checked and decoded independently of other blocks.</summary>
/// <param name="Type">Coding of the payload.</param>
/// <param name="First">Number of its first record in the archive, from 0.</param>
/// <param name="Count">Number of its records.</param>
/// <param name="PayloadBytes">Bytes that follow.</param>
/// <param name="PayloadSum">CRC-32 of them.</param>
/// <param name="PlainSum">xxHash-32 of the records.</param>
internal readonly record struct BlockFrame(BlockType Type, int First, int Count, int PayloadBytes, uint PayloadSum, uint PlainSum)
{
    public const int Length = 28;

    /// <summary>First bytes of every frame.</summary>
    public static ReadOnlySpan<byte> Marker => [0xC9, (byte)'b', (byte)'l', (byte)'k'];

    public byte[] ToBytes(ulong archive)
    {
        var bytes = new byte[Length];
        Marker.CopyTo(bytes);
        Put(bytes, 4, (uint)First);
        Put(bytes, 8, (uint)Count | ((uint)Type << 24));
        Put(bytes, 12, (uint)PayloadBytes);
        Put(bytes, 16, PayloadSum);
        Put(bytes, 20, PlainSum);
        Put(bytes, 24, Sum(archive, bytes));
        return bytes;
    }

    /// <summary>Reads a frame of this archive; null if there is none here (or one with more than one flipped bit, if <paramref name="repair"/>).</summary>
    public static BlockFrame? Read(ReadOnlySpan<byte> frame, ulong archive, bool repair)
    {
        Span<byte> bytes = stackalloc byte[Length];
        frame[..Length].CopyTo(bytes);
        var sum = Sum(archive, bytes);
        var isWhole = sum == Get(bytes, 24) || (repair && SingleBitRepair.TryRepair(bytes[..24], sum, Get(bytes, 24)));
        if (!isWhole || !bytes.StartsWith(Marker) || (int)Get(bytes, 4) < 0 || (int)Get(bytes, 12) < 0)
            return null;
        return new((BlockType)bytes[11], (int)Get(bytes, 4), (int)(Get(bytes, 8) & 0xFFFFFF), (int)Get(bytes, 12), Get(bytes, 16), Get(bytes, 20));
    }

    private static uint Sum(ulong archive, ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        Span<byte> id = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(id, archive);
        crc.Append(id);
        crc.Append(bytes[..24]);
        return crc.GetCurrentHashAsUInt32();
    }

    private static uint Get(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);
}
