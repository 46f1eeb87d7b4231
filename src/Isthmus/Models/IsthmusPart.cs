using System.IO.Compression;
using System.Security.Cryptography;

namespace Isthmus.Models;

/// <summary>
/// A part of an <c>.isthmus</c> file, checked against the SHA-256 of its manifest. In memory, unless it is larger than a gigabyte: it is then read again from
/// the file, and checked again.
/// </summary>
internal sealed class IsthmusPart
{
    /// <summary>Bytes of the largest part that is held in memory.</summary>
    public const long MostInMemory = 1 << 30;

    private readonly byte[]? _bytes;
    private readonly string _path = "",
        _name = "",
        _hash = "";

    /// <summary>A part in memory.</summary>
    public IsthmusPart(byte[] bytes) => (_bytes, Length) = (bytes, bytes.Length);

    /// <summary>A part in a file.</summary>
    public IsthmusPart(string path, string name, string hash, long length) => (_path, _name, _hash, Length) = (path, name, hash, length);

    /// <summary>Number of bytes.</summary>
    public long Length { get; }

    /// <summary>All bytes.</summary>
    /// <exception cref="InvalidDataException">More than can be held.</exception>
    public byte[] Bytes => _bytes ?? throw new InvalidDataException($"its part {_name} has {Length} bytes, more than such a part can have");

    /// <summary>Passes the content to <paramref name="read"/>, which reads it to its end.</summary>
    /// <exception cref="InvalidDataException">The file is another by now.</exception>
    public T Read<T>(Func<Stream, T> read)
    {
        if (_bytes is not null)
            return read(new MemoryStream(_bytes));
        using var zip = ZipFile.OpenRead(_path);
        using var content = (zip.GetEntry(_name) ?? throw new InvalidDataException($"it has no {_name}")).Open();
        using var hash = SHA256.Create();
        using var hashed = new CryptoStream(content, hash, CryptoStreamMode.Read);
        var result = read(hashed);
        return hashed.ReadByte() == -1 && Convert.ToHexStringLower(hash.Hash!) == _hash
            ? result
            : throw new InvalidDataException($"part {_name} does not have the SHA-256 of the manifest");
    }
}
