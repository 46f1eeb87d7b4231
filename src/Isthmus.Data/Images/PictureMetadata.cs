using System.Buffers.Binary;
using System.IO.Compression;
using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// What a picture's file says besides its pixels, from PNG, JPEG or WebP into any of the three: EXIF (camera, time, place, how it is to be turned) and the
/// colour profile (ICC), if it is one of red, green and blue or of grey.
/// </summary>
/// <param name="Exif">EXIF as TIFF; null for none.</param>
/// <param name="Profile">ICC profile; null for none.</param>
internal sealed record PictureMetadata(byte[]? Exif, byte[]? Profile)
{
    // A profile may be packed a thousandfold.
    private const int MostProfileBytes = 1 << 24;

    private const int MostSegmentBytes = 65_533;
    private static readonly byte[] ExifMark = "Exif\0\0"u8.ToArray(),
        ProfileMark = "ICC_PROFILE\0"u8.ToArray();

    /// <summary>No metadata.</summary>
    public static PictureMetadata None { get; } = new(null, null);

    /// <summary>Reads the metadata of a file; what is damaged is left out.</summary>
    public static PictureMetadata Of(ReadOnlySpan<byte> file)
    {
        var found =
            PngChunks.IsPng(file) ? OfPng(file)
            : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? OfJpeg(file)
            : IsWebP(file) ? OfWebP(file)
            : None;
        // Pixels are red, green and blue, or grey, now: a profile of other inks is not theirs.
        return found.Profile is { Length: >= 20 } profile && (profile.AsSpan(16, 4).SequenceEqual("RGB "u8) || profile.AsSpan(16, 4).SequenceEqual("GRAY"u8))
            ? found
            : found with
            {
                Profile = null,
            };
    }

    /// <summary>Returns a JPEG file with this metadata behind its first marker.</summary>
    /// <exception cref="InvalidInputException">The EXIF is larger than JPEG can hold.</exception>
    public byte[] InJpeg(byte[] jpeg, string path)
    {
        using var result = new MemoryStream();
        result.Write(jpeg, 0, 2);
        if (Exif is { } exif)
            Segment(result, 0xE1, [.. ExifMark, .. exif], path);
        if (Profile is { } profile)
        {
            byte[][] parts = [.. profile.Chunk(MostSegmentBytes - ProfileMark.Length - 2)];
            for (var i = 0; i < parts.Length; i++)
                Segment(result, 0xE2, [.. ProfileMark, (byte)(i + 1), (byte)parts.Length, .. parts[i]], path);
        }
        result.Write(jpeg, 2, jpeg.Length - 2);
        return result.ToArray();
    }

    /// <summary>Returns a WebP file with this metadata in its extended form.</summary>
    public byte[] InWebP(byte[] webP, ImageSize size, bool hasAlpha)
    {
        if (Exif is null && Profile is null)
            return webP;
        using var chunks = new MemoryStream();
        byte flags = 0;
        foreach (var (type, start, length) in WebPChunks(webP))
            if (type == "VP8X")
                flags = webP[start];
            else
                Chunk(chunks, type, webP.AsSpan(start, length));
        flags |= (byte)((Profile is null ? 0 : 0x20) | (hasAlpha ? 0x10 : 0) | (Exif is null ? 0 : 0x08));
        var extended = new byte[10];
        extended[0] = flags;
        for (var i = 0; i < 3; i++)
            (extended[4 + i], extended[7 + i]) = ((byte)((size.Width - 1) >> (8 * i)), (byte)((size.Height - 1) >> (8 * i)));
        using var content = new MemoryStream();
        content.Write("WEBP"u8);
        Chunk(content, "VP8X", extended);
        if (Profile is not null)
            Chunk(content, "ICCP", Profile);
        content.Write(chunks.ToArray());
        if (Exif is not null)
            Chunk(content, "EXIF", Exif);
        using var result = new MemoryStream();
        Chunk(result, "RIFF", content.ToArray());
        return result.ToArray();
    }

    private static PictureMetadata OfPng(ReadOnlySpan<byte> file)
    {
        byte[]? exif = null,
            profile = null;
        foreach (var (type, start, length) in PngChunks.All(file))
            if (type == "eXIf")
                exif = file.Slice(start, length).ToArray();
            else if (type == "iCCP")
                profile = Unpacked(file.Slice(start, length));
        return new(exif, profile);
    }

    private static byte[]? Unpacked(ReadOnlySpan<byte> chunk)
    {
        var name = chunk.IndexOf((byte)0);
        if (name < 0 || name + 2 > chunk.Length)
            return null;
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(chunk[(name + 2)..].ToArray()), CompressionMode.Decompress);
            var profile = new MemoryStream();
            var part = new byte[1 << 16];
            for (int read; (read = zlib.Read(part)) > 0 && profile.Length <= MostProfileBytes;)
                profile.Write(part, 0, read);
            return profile.Length <= MostProfileBytes ? profile.ToArray() : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static PictureMetadata OfJpeg(ReadOnlySpan<byte> file)
    {
        byte[]? exif = null;
        var profile = new SortedDictionary<int, byte[]>();
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] is not 0xDA;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
                break;
            var content = file.Slice(at + 4, length - 2);
            if (file[at + 1] == 0xE1 && content.StartsWith(ExifMark))
                exif ??= content[ExifMark.Length..].ToArray();
            else if (file[at + 1] == 0xE2 && content.StartsWith(ProfileMark) && content.Length > ProfileMark.Length + 2)
                profile[content[ProfileMark.Length]] = content[(ProfileMark.Length + 2)..].ToArray();
            at += 2 + length;
        }
        return new(exif, profile.Count == 0 ? null : [.. profile.Values.SelectMany(part => part)]);
    }

    private static PictureMetadata OfWebP(ReadOnlySpan<byte> file)
    {
        byte[]? exif = null,
            profile = null;
        foreach (var (type, start, length) in WebPChunks(file))
        {
            var content = file.Slice(start, length);
            if (type == "EXIF")
                exif = (content.StartsWith(ExifMark) ? content[ExifMark.Length..] : content).ToArray();
            else if (type == "ICCP")
                profile = content.ToArray();
        }
        return new(exif, profile);
    }

    private static bool IsWebP(ReadOnlySpan<byte> file) => file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    private static List<(string Type, int Start, int Length)> WebPChunks(ReadOnlySpan<byte> file)
    {
        var chunks = new List<(string, int, int)>();
        for (var at = 12; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - 8)
                break;
            chunks.Add((System.Text.Encoding.Latin1.GetString(file.Slice(at, 4)), at + 8, (int)length));
            at += 8 + (int)length + (int)(length % 2);
        }
        return chunks;
    }

    private static void Chunk(MemoryStream stream, string type, ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        stream.Write(System.Text.Encoding.Latin1.GetBytes(type));
        stream.Write(length);
        stream.Write(content);
        if (content.Length % 2 == 1)
            stream.WriteByte(0);
    }

    private static void Segment(MemoryStream stream, byte marker, byte[] content, string path)
    {
        if (content.Length > MostSegmentBytes)
            throw new InvalidInputException(
                path,
                $"cannot hold EXIF of {content.Length:N0} bytes, as JPEG holds 65,527",
                "give a name that ends in .png or .webp"
            );
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        stream.Write(head);
        stream.Write(content);
    }
}
