using System.Buffers.Binary;

namespace Isthmus.Compression.Integer;

/// <summary>Reads a model's bytes front to back, little-endian. Never allocates more than the bytes at hand would fill.</summary>
internal ref struct ModelReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Number of bytes not read yet.</summary>
    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>Reads a number of items, at least <paramref name="least"/>, each of which takes at least <paramref name="unit"/> of the bytes left.</summary>
    public int Count(int least, int unit)
    {
        var count = Int32();
        return count >= least && (long)count * unit <= _rest.Length
            ? count
            : throw Damaged($"it declares {count} of something that {_rest.Length} bytes cannot hold");
    }

    public byte[] Bytes(int count) => Take(count).ToArray();

    /// <summary>Reads numbers of 8 bits each.</summary>
    public short[] SBytes(int count)
    {
        var bytes = Take(count);
        var values = new short[count];
        for (var i = 0; i < count; i++)
            values[i] = (sbyte)bytes[i];
        return values;
    }

    public short[] Int16s(int count)
    {
        var bytes = Take(2L * count);
        var values = new short[count];
        for (var i = 0; i < count; i++)
            values[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
        return values;
    }

    public int[] Int32s(int count)
    {
        var bytes = Take(4L * count);
        var values = new int[count];
        for (var i = 0; i < count; i++)
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
        return values;
    }

    public static InvalidInputException Damaged(string reason, Exception? inner = null) =>
        new(
            "The integer model",
            $"cannot be used: {reason}; it is damaged, or was made by other software",
            "use a copy that is whole, or make it again",
            cause: inner
        );

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _rest.Length)
            throw Damaged($"it ends {count - _rest.Length} bytes too early");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
