using System.IO.Hashing;

namespace Isthmus.Data.Files;

/// <summary>
/// Unpacked content of a zip entry, checked at its end against the CRC-32 and length in the archive: the framework's own zip stream checks no sum.
/// </summary>
internal sealed class ChecksummedStream(Stream content, uint crc, uint length, string complaint) : ForwardStream(content)
{
    private readonly Crc32 _crc = new();
    private uint _length;

    public override int Read(Span<byte> buffer)
    {
        var read = Source.Read(buffer);
        _crc.Append(buffer[..read]);
        _length += (uint)read;
        return read > 0 || buffer.IsEmpty || (_crc.GetCurrentHashAsUInt32() == crc && _length == length) ? read : throw new InvalidDataException(complaint);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
