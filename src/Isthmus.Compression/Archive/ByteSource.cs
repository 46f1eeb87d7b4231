using Microsoft.Win32.SafeHandles;

namespace Isthmus.Compression.Archive;

/// <summary>Bytes with random access, from several threads at once: a file, or memory.</summary>
internal abstract class ByteSource : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Fills the span from <paramref name="offset"/> on; the bytes must be there.</summary>
    public abstract void Read(long offset, Span<byte> bytes);

    /// <summary>Reads <paramref name="count"/> bytes from <paramref name="offset"/> on.</summary>
    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    public virtual void Dispose() { }

    public static ByteSource Of(string path) => new Stored(path);

    public static ByteSource Of(ReadOnlyMemory<byte> bytes) => new Memory(bytes);

    private sealed class Stored : ByteSource
    {
        private readonly SafeFileHandle _file;

        public Stored(string path)
        {
            _file = File.OpenHandle(path);
            Length = RandomAccess.GetLength(_file);
        }

        public override long Length { get; }

        public override void Read(long offset, Span<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                var read = RandomAccess.Read(_file, bytes, offset);
                if (read == 0)
                    throw new EndOfStreamException("the file has become shorter while it was read");
                bytes = bytes[read..];
                offset += read;
            }
        }

        public override void Dispose() => _file.Dispose();
    }

    private sealed class Memory(ReadOnlyMemory<byte> content) : ByteSource
    {
        public override long Length => content.Length;

        public override void Read(long offset, Span<byte> bytes) => content.Span.Slice((int)offset, bytes.Length).CopyTo(bytes);
    }
}
