using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Isthmus.Data.Images;

/// <summary>
/// Writer of PNG with 8 or 16 bits a sample, grey or colour, with or without transparency, EXIF and a colour profile: what Skia's writer leaves out. Rows are
/// filtered by Paeth. Source: Portable Network Graphics, third edition, W3C 2025.
/// </summary>
internal static class PngWriter
{
    private const int Paeth = 4,
        PartBytes = 1 << 20;

    /// <summary>Writes a picture.</summary>
    public static void Write(Photograph photograph, Stream stream)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, photograph.Size.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), photograph.Size.Height);
        header[8] = (byte)photograph.Bits;
        header[9] = (byte)((photograph.IsGrey ? 0 : 2) + (photograph.HasAlpha ? 4 : 0));
        Chunk(stream, "IHDR"u8, header);
        if (photograph.Metadata.Profile is { } profile)
        {
            using var packed = new MemoryStream();
            packed.Write("profile\0\0"u8);
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                zlib.Write(profile);
            Chunk(stream, "iCCP"u8, packed.ToArray());
        }
        if (photograph.Metadata.Exif is { } exif)
            Chunk(stream, "eXIf"u8, exif);
        using (var parts = new ChunkStream(stream))
        using (var zlib = new ZLibStream(parts, CompressionLevel.Optimal))
            Rows(photograph, zlib);
        Chunk(stream, "IEND"u8, []);
    }

    private static void Rows(Photograph photograph, Stream stream)
    {
        var (bytes, samples) = (photograph.Bits / 8, photograph.Size.Width * photograph.Channels);
        var each = bytes * photograph.Channels;
        var (row, above, filtered) = (new byte[samples * bytes], new byte[samples * bytes], new byte[samples * bytes + 1]);
        filtered[0] = Paeth;
        for (var y = 0; y < photograph.Size.Height; y++)
        {
            for (var i = 0; i < samples; i++)
            {
                var sample = photograph.Sample(y * samples + i);
                if (bytes == 1)
                    row[i] = (byte)sample;
                else
                    BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(2 * i), (ushort)sample);
            }
            for (var i = 0; i < row.Length; i++)
                filtered[i + 1] = (byte)(row[i] - DeepPng.Paeth(i < each ? 0 : row[i - each], above[i], i < each ? 0 : above[i - each]));
            stream.Write(filtered);
            (row, above) = (above, row);
        }
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(content);
        var crc = new Crc32();
        crc.Append(type);
        crc.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        stream.Write(number);
    }

    /// <summary>Passes what is written on as chunks IDAT.</summary>
    private sealed class ChunkStream(Stream stream) : Stream
    {
        private readonly MemoryStream _part = new();

        public override void Write(byte[] buffer, int offset, int count)
        {
            _part.Write(buffer, offset, count);
            if (_part.Length >= PartBytes)
                Empty();
        }

        protected override void Dispose(bool disposing)
        {
            Empty();
            base.Dispose(disposing);
        }

        private void Empty()
        {
            if (_part.Length > 0)
                Chunk(stream, "IDAT"u8, _part.GetBuffer().AsSpan(0, (int)_part.Length));
            _part.SetLength(0);
        }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
