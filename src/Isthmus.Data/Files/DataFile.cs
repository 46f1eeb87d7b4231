namespace Isthmus.Data.Files;

/// <summary>
/// Reads binary files that may be damaged or hostile: gzip is unpacked, declared sizes are believed only as far as data arrive, and any failure is one line
/// about the file.
/// </summary>
internal static class DataFile
{
    private const int FirstPiece = 1 << 20;

    /// <summary>Opens <paramref name="path"/>, unpacked if it is gzip, and passes the content to <paramref name="read"/>.</summary>
    public static T Read<T>(string path, Func<Stream, T> read)
    {
        FileKind.Demand(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using Stream content = IsGzip(file) ? new GzipContent(file) : file;
            return read(content);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, "does not exist", "check the spelling", cause: e);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidInputException(path, "is cut short", "fetch or write it again", cause: e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException(path, $"is damaged: {e.Message}", "fetch or write it again", cause: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
    }

    /// <summary>Returns the first <paramref name="count"/> bytes of the content, or all if there are fewer.</summary>
    public static byte[] Head(string path, int count) => Read(path, stream =>
        {
            var head = new byte[count];
            return head[..stream.ReadAtLeast(head, count, throwOnEndOfStream: false)];
        });

    /// <summary>Reads all bytes of <paramref name="stream"/>.</summary>
    public static byte[] ReadAll(Stream stream, string path)
    {
        if (stream.CanSeek && stream.Length > Array.MaxLength)
            throw new InvalidInputException(path, $"has {stream.Length} bytes, more than the {Array.MaxLength} that can be taken at once", "split it");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>
    /// Reads the rest of <paramref name="stream"/>, which must be exactly the <paramref name="declared"/> bytes of the header. A file is measured before
    /// anything is allocated; for packed content, memory grows as data arrive.
    /// </summary>
    public static byte[] ReadPayload(Stream stream, UInt128 declared, string path)
    {
        if (stream.CanSeek)
            DemandRest(stream, declared, path);
        if (declared > (UInt128)Array.MaxLength)
            throw new InvalidInputException(
                path,
                $"declares {declared} bytes of data, more than the {Array.MaxLength} that one data set can hold",
                "take a part of it, or write it again if its header is damaged"
            );

        var payload = new byte[(int)(stream.CanSeek ? declared : UInt128.Min(declared, FirstPiece))];
        for (var filled = 0; ; Array.Resize(ref payload, (int)UInt128.Min(declared, 2 * (UInt128)payload.Length)))
        {
            filled += stream.ReadAtLeast(payload.AsSpan(filled), payload.Length - filled, throwOnEndOfStream: false);
            if (filled < payload.Length)
                throw Short(declared, (UInt128)filled, path);
            if ((UInt128)filled == declared)
                break;
        }
        DemandEnd(stream, declared, path);
        return payload;
    }

    /// <summary>
    /// Reads the rest of <paramref name="stream"/>, which must be exactly the <paramref name="declared"/> bytes of the header, some at a time. Memory holds
    /// one part, whatever the header declares.
    /// </summary>
    public static void ReadPayload(Stream stream, UInt128 declared, string path, Action<ReadOnlySpan<byte>> visit)
    {
        if (stream.CanSeek)
            DemandRest(stream, declared, path);
        var part = new byte[(int)UInt128.Min(declared, FirstPiece)];
        for (var left = declared; left > 0; left -= (UInt128)part.Length)
        {
            if (left < (UInt128)part.Length)
                part = new byte[(int)left];
            var filled = stream.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
            if (filled < part.Length)
                throw Short(declared, declared - left + (UInt128)filled, path);
            visit(part);
        }
        DemandEnd(stream, declared, path);
    }

    /// <summary>Throws unless exactly the declared number of bytes follows.</summary>
    /// <exception cref="InvalidInputException">More or fewer do.</exception>
    public static void DemandRest(Stream file, UInt128 declared, string path)
    {
        if (declared != (UInt128)(file.Length - file.Position))
            throw new InvalidInputException(
                path,
                $"declares {declared} bytes of data but holds {file.Length - file.Position}; it is cut short or its header is damaged",
                "fetch or write it again"
            );
    }

    private static InvalidInputException Short(UInt128 declared, UInt128 read, string path) =>
        new(path, $"declares {declared} bytes of data but ends after {read}; it is cut short or its header is damaged", "fetch or write it again");

    // Past the last byte: nothing may follow, and packed content checks its sum.
    private static void DemandEnd(Stream stream, UInt128 declared, string path)
    {
        if (stream.ReadByte() >= 0)
            throw new InvalidInputException(
                path,
                $"holds more than the {declared} bytes of data that its header declares; the header is damaged",
                "fetch or write it again"
            );
    }

    /// <summary>Returns true if the file itself is gzip.</summary>
    public static bool IsGzip(string path)
    {
        using var file = File.OpenRead(path);
        return IsGzip(file);
    }

    private static bool IsGzip(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        var read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && magic is [0x1f, 0x8b];
    }
}
