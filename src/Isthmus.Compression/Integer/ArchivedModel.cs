using System.Security.Cryptography;

namespace Isthmus.Compression.Integer;

/// <summary>Model in whole numbers whose canonical bytes an archive holds, beside <see cref="IntegerModel"/>. Safe for use by several threads.</summary>
internal abstract class ArchivedModel
{
    private byte[]? _bytes,
        _hash;

    /// <summary>SHA-256 of the bytes.</summary>
    public byte[] Hash => _hash ??= SHA256.HashData(ToBytes());

    /// <summary>Returns the canonical bytes: the same model, the same bytes.</summary>
    public byte[] ToBytes()
    {
        if (_bytes is not null)
            return _bytes;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Write(writer);
        return _bytes = stream.ToArray();
    }

    /// <summary>Writes the bytes, first those that name the kind.</summary>
    protected abstract void Write(BinaryWriter writer);

    /// <summary>Reads the parts behind the bytes that name the kind.</summary>
    protected delegate T Parts<out T>(ref ModelReader reader);

    /// <summary>Reads a model, and keeps its bytes.</summary>
    /// <param name="name">Name in messages.</param>
    /// <param name="mark">First bytes, which name the kind.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="parts">Function that reads the rest; it throws <see cref="InvalidDataException"/> or <see cref="ArgumentException"/> on damage.</param>
    /// <exception cref="InvalidInputException">The bytes are no such model, or damaged.</exception>
    protected static T Read<T>(string name, ReadOnlySpan<byte> mark, byte[] bytes, Parts<T> parts)
        where T : ArchivedModel
    {
        if (!bytes.AsSpan().StartsWith(mark))
            throw Damaged("it does not begin as one");
        try
        {
            var reader = new ModelReader(bytes.AsSpan(mark.Length));
            var model = parts(ref reader);
            if (reader.Left > 0)
                throw new InvalidDataException($"{reader.Left} bytes more than it needs");
            model._bytes = bytes;
            return model;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw Damaged(e.Message.TrimEnd('.'), e);
        }

        InvalidInputException Damaged(string reason, Exception? cause = null) =>
            new(name, $"cannot be used: {reason}", "use a copy that is whole", cause: cause);
    }

    /// <summary>Makes the exception for a version that is not known.</summary>
    protected static InvalidInputException Unknown(string name, string version) =>
        new(name, $"has version {version}, which this Isthmus does not read", "use a newer Isthmus");
}
