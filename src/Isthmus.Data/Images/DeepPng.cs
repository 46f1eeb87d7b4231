using System.Buffers.Binary;
using System.IO.Compression;
using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Reader of 16-bit PNG samples, which Skia reduces to 8 bits: grey or red, green and blue, each with or without alpha, in rows or in the seven passes of
/// Adam7. Source: Portable Network Graphics, third edition, W3C 2025, sections 7 to 9.
/// </summary>
internal static class DeepPng
{
    // First column and row of each pass, and the steps between.
    private static readonly (int X, int Y, int Across, int Down)[] Adam7 =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    /// <summary>Reads red, green, blue and alpha of every pixel, row by row.</summary>
    /// <param name="bytes">Bytes of the file, already recognised by Skia as a PNG of this size.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="path">Name of the file for messages.</param>
    /// <exception cref="InvalidInputException">It is damaged or cut short.</exception>
    public static ushort[] Read(byte[] bytes, ImageSize size, string path)
    {
        var chunks = PngChunks.All(bytes);
        var header = bytes.AsSpan(chunks[0].Start, chunks[0].Length);
        var (samples, interlaced) = (
            header[9] switch
            {
                0 => 1,
                2 => 3,
                4 => 2,
                6 => 4,
                _ => throw Damaged(path),
            },
            header[12] == 1
        );
        var packed = new MemoryStream();
        foreach (var (type, start, length) in chunks)
            if (type == "IDAT")
                packed.Write(bytes, start, length);
        packed.Position = 0;
        var pixels = new ushort[4 * size.Height * size.Width];
        try
        {
            ReadOnlySpan<byte> clear =
                chunks.FirstOrDefault(chunk => chunk.Type == "tRNS") is { Length: > 0 } found && found.Length == 2 * samples
                    ? bytes.AsSpan(found.Start, found.Length)
                    : [];
            using var stream = new ZLibStream(packed, CompressionMode.Decompress);
            foreach (var (x, y, across, down) in interlaced ? Adam7 : [(0, 0, 1, 1)])
                ReadPass(stream, pixels, size, samples, x, y, across, down, path);
            if (samples is 1 or 3 && !clear.IsEmpty)
                MakeClear(pixels, clear);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(path, e);
        }
        return pixels;
    }

    private static void ReadPass(Stream stream, ushort[] pixels, ImageSize size, int samples, int x, int y, int across, int down, string path)
    {
        var width = (size.Width - x + across - 1) / across;
        if (width <= 0)
            return;
        var each = 2 * samples;
        var (row, before) = (new byte[each * width], new byte[each * width]);
        for (; y < size.Height; y += down)
        {
            var filter = stream.ReadByte();
            stream.ReadExactly(row);
            if (filter is < 0 or > 4)
                throw Damaged(path);
            Unfilter(filter, row, before, each);
            for (var i = 0; i < width; i++)
                Put(row.AsSpan(i * each, each), samples, pixels.AsSpan(4 * ((y * size.Width) + x + (i * across)), 4));
            (row, before) = (before, row);
        }
    }

    private static void Unfilter(int filter, byte[] row, byte[] above, int each)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int left = i < each ? 0 : row[i - each],
                up = above[i],
                corner = i < each ? 0 : above[i - each];
            row[i] += (byte)(
                filter switch
                {
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, corner),
                    _ => 0,
                }
            );
        }
    }

    /// <summary>Applies the one transparent colour that pictures without alpha may have (tRNS).</summary>
    private static void MakeClear(ushort[] pixels, ReadOnlySpan<byte> colour)
    {
        Span<ushort> rgba = stackalloc ushort[4];
        Put(colour, colour.Length / 2, rgba);
        for (var i = 0; i < pixels.Length; i += 4)
            if (pixels.AsSpan(i, 3).SequenceEqual(rgba[..3]))
                pixels[i + 3] = 0;
    }

    /// <summary>Predicts a byte from those to the left, above, and above to the left.</summary>
    internal static int Paeth(int left, int up, int corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return toLeft <= toUp && toLeft <= toCorner ? left
            : toUp <= toCorner ? up
            : corner;
    }

    private static void Put(ReadOnlySpan<byte> pixel, int samples, Span<ushort> rgba)
    {
        for (var channel = 0; channel < 3; channel++)
            rgba[channel] = BinaryPrimitives.ReadUInt16BigEndian(pixel[(samples < 3 ? 0 : 2 * channel)..]);
        rgba[3] = samples is 2 or 4 ? BinaryPrimitives.ReadUInt16BigEndian(pixel[(2 * samples - 2)..]) : ushort.MaxValue;
    }

    private static InvalidInputException Damaged(string path, Exception? cause = null) =>
        new(path, "is damaged or cut short", "remove or replace it", cause: cause);
}
