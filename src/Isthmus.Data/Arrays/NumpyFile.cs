using System.IO.Compression;
using Isthmus.Data.Files;

namespace Isthmus.Data.Arrays;

/// <summary>One array of a .npz archive.</summary>
/// <param name="Name">Name, without .npy.</param>
/// <param name="Entry">Entry of the archive.</param>
/// <param name="Header">Header of the array.</param>
internal sealed record NumpyEntry(string Name, ZipArchiveEntry Entry, NumpyArray.Header Header)
{
    /// <summary>Description of the array: "imgs u1 (60, 8, 8)".</summary>
    public override string ToString() =>
        Header.Type == "O" ? $"{Name} (Python objects)"
        : Header.Type.StartsWith('[') ? $"{Name} (several fields an element)"
        : $"{Name} {Header.Type} {Header.ShapeText}";
}

/// <summary>A .npz file: a zip archive of arrays.</summary>
internal static class NumpyFile
{
    /// <summary>Returns true if a file begins as a zip archive does.</summary>
    public static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK"u8);

    /// <summary>Passes the arrays, whose headers have been read, to a function.</summary>
    public static T Read<T>(string path, Func<IReadOnlyList<NumpyEntry>, T> read) => DataFile.Read(path, stream =>
        {
            if (stream is not FileStream)
                throw new InvalidInputException(path, "is a zip archive inside gzip", "unpack it first (gunzip)");
            using var archive = Guarded(path, () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
            NumpyEntry[] entries =
            [
                .. Guarded(path, () => archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)).ToArray())
                    .Select(entry => Opened(entry, path)),
            ];
            return entries.Length > 0
                ? read(entries)
                : throw new InvalidInputException(path, "is a zip archive without an array", "write it with numpy.savez(path, X=..., y=...)");
        });

    /// <summary>Reads the numbers of an array.</summary>
    public static NumpyArray Numbers(NumpyEntry entry, string path) => Content(entry, path, NumpyArray.Read);

    /// <summary>Reads the texts of an array.</summary>
    public static string[] Texts(NumpyEntry entry, string path) => Content(entry, path, NumpyArray.ReadTexts);

    /// <summary>Passes the content of an array, and its name for messages, to a function.</summary>
    public static T Content<T>(NumpyEntry array, string path, Func<Stream, string, T> read) => Guarded(path, () =>
        {
            var entry = array.Entry;
            if (entry.IsEncrypted)
                throw new InvalidInputException(path, "is encrypted", "write it with numpy.savez");
            using var content = new ChecksummedStream(entry.Open(), entry.Crc32, (uint)entry.Length, $"'{entry.FullName}' does not match its check sum.");
            return read(content, $"{path}, array '{array.Name}'");
        });

    private static NumpyEntry Opened(ZipArchiveEntry entry, string path)
    {
        var name = entry.FullName[..^".npy".Length];
        using var content = Guarded(path, entry.Open);
        return new(name, entry, Guarded(path, () => NumpyArray.ReadHeader(content, $"{path}, array '{name}'")));
    }

    // Exceptions of the zip reader for damaged directories besides InvalidDataException.
    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidInputException(path, $"is damaged: its zip directory makes no sense ({e.Message})", "fetch or write it again", cause: e);
        }
    }
}
