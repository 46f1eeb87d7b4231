using System.Buffers.Binary;
using SkiaSharp;

namespace Isthmus.Data.Images;

/// <summary>
/// Properties in the chunks of a PNG that Skia ignores: bits a sample (IHDR), animation (acTL), and orientation (eXIf). Source: Portable Network Graphics,
/// third edition, W3C 2025.
/// </summary>
/// <param name="Bits">Bits of one sample.</param>
/// <param name="IsAnimated">True if it has further frames.</param>
/// <param name="Origin">Corner at which the upright picture begins.</param>
/// <param name="IsGrey">True if it has no colours.</param>
internal sealed record PngChunks(int Bits, bool IsAnimated, SKEncodedOrigin Origin, bool IsGrey)
{
    private const int SignatureBytes = 8,
        FrameBytes = 12;

    /// <summary>Returns true if a file begins as PNG does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    /// <summary>Reads the properties; null for a file that is no PNG. A truncated file gives as much as is there.</summary>
    public static PngChunks? Of(ReadOnlySpan<byte> bytes)
    {
        if (!IsPng(bytes))
            return null;
        var found = new PngChunks(8, false, SKEncodedOrigin.TopLeft, false);
        foreach (var (type, start, length) in All(bytes))
        {
            var content = bytes.Slice(start, length);
            found = type switch
            {
                "IHDR" when length == 13 => found with { Bits = content[8], IsGrey = content[9] is 0 or 4 },
                "acTL" => found with { IsAnimated = true },
                "eXIf" when Orientation(content) is { } origin => found with { Origin = origin },
                _ => found,
            };
        }
        return found;
    }

    /// <summary>Lists type, offset and length of each complete chunk.</summary>
    public static List<(string Type, int Start, int Length)> All(ReadOnlySpan<byte> bytes)
    {
        var chunks = new List<(string, int, int)>();
        for (var at = SignatureBytes; bytes.Length - at >= FrameBytes;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - FrameBytes)
                break;
            chunks.Add((System.Text.Encoding.Latin1.GetString(bytes.Slice(at + 4, 4)), at + 8, (int)length));
            at += FrameBytes + (int)length;
        }
        return chunks;
    }

    // TIFF: byte order, 42, where the directory begins; entries of tag (274 is the orientation), type (3: 16 bits), count, value. EXIF's orientations are
    // Skia's origins.
    private static SKEncodedOrigin? Orientation(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 10 || !(exif.StartsWith("II"u8) || exif.StartsWith("MM"u8)))
            return null;
        var little = exif[0] == 'I';
        var directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2)
            return null;
        var entries = Number(exif, (int)directory, little);
        for (var at = (int)directory + 2; entries > 0 && exif.Length - at >= 12; at += 12, entries--)
            if (Number(exif, at, little) == 274 && Number(exif, at + 2, little) == 3)
                return Number(exif, at + 8, little) is >= 1 and <= 8 and var origin ? (SKEncodedOrigin)origin : null;
        return null;
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}
