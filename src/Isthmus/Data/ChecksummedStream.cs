using System.IO.Hashing;

namespace Isthmus.Data;

/// <summary>
/// Unpacked content that is checked, at its end, against the CRC-32 and length that the archive states: the
/// framework's own gzip stream takes a file that was cut short for a complete one, and its zip stream checks no sum.
/// </summary>
internal sealed class ChecksummedStream(Stream content, uint crc, uint length, string complaint) : Stream
{
    private readonly Crc32 _crc = new();
    private uint _length;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = content.Read(buffer);
        _crc.Append(buffer[..read]);
        _length += (uint)read;
        return read > 0 || buffer.IsEmpty || (_crc.GetCurrentHashAsUInt32() == crc && _length == length)
            ? read
            : throw new InvalidDataException(complaint);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }
}
