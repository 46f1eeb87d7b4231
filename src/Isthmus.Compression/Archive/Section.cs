using System.Buffers.Binary;
using System.IO.Hashing;
using Isthmus.Compression.Codecs;

namespace Isthmus.Compression.Archive;

/// <summary>Part of an archive that occurs once: packed by Brotli if that is smaller, otherwise as it is.</summary>
/// <param name="Stored">Bytes in the file.</param>
/// <param name="Plain">Bytes unpacked; equal to those stored if it is not packed.</param>
/// <param name="Sum">CRC-32 of the bytes in the file.</param>
internal readonly record struct Section(int Stored, int Plain, uint Sum)
{
    /// <summary>Makes the section of these bytes, and the bytes for the file.</summary>
    public static (Section Section, byte[] Bytes) Of(byte[] plain)
    {
        var packed = BrotliCodec.Smallest.Encode(plain);
        var bytes = packed.Length < plain.Length ? packed : plain;
        return (new(bytes.Length, plain.Length, Crc32.HashToUInt32(bytes)), bytes);
    }

    public static Section Read(ReadOnlySpan<byte> bytes) =>
        new(
            (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..])
        );

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)Stored);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)Plain);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Sum);
    }

    /// <summary>True if the sizes are possible: packing makes it smaller, or is not done.</summary>
    public bool IsSane(int largest) => Stored >= 0 && Plain >= Stored && Plain <= largest;

    /// <summary>Returns the unpacked bytes; null if they are damaged (beyond one flipped bit, if <paramref name="repair"/>).</summary>
    public byte[]? Unpacked(byte[] bytes, bool repair)
    {
        if (Crc32.HashToUInt32(bytes) != Sum && !(repair && SingleBitRepair.TryRepair(bytes, Sum)))
            return null;
        if (Stored == Plain)
            return bytes;
        var plain = new byte[Plain];
        return BrotliCodec.TryDecode(bytes, plain) ? plain : null;
    }

    public override string ToString() => $"{Plain} bytes stored in {Stored}";
}
