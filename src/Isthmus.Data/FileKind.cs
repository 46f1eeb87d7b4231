using System.Runtime.InteropServices;

namespace Isthmus;

/// <summary>
/// Kind of a path, found without opening it: opening a pipe waits for a writer, and reading a device need not end. Exact on Linux; elsewhere anything that is
/// no folder counts as a file.
/// </summary>
internal static partial class FileKind
{
    // linux/stat.h: struct statx has 256 bytes on every architecture, stx_mode at byte 28.
    private const int StatxBytes = 256,
        ModeAt = 28,
        CurrentFolder = -100;
    private const uint TypeAndMode = 1;

    /// <summary>Returns the kind of a path in words, such as "a pipe"; null for files, folders and paths that do not exist.</summary>
    public static string? Special(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            Span<byte> status = stackalloc byte[StatxBytes];
            if (Statx(CurrentFolder, path, 0, TypeAndMode, status) != 0)
                return null;
            return (MemoryMarshal.Read<ushort>(status[ModeAt..]) & 0xF000) switch
            {
                0x1000 => "a pipe",
                0x2000 or 0x6000 => "a device",
                0xC000 => "a socket",
                _ => null,
            };
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }
    }

    /// <summary>Throws if a path is neither a file nor a folder.</summary>
    /// <exception cref="InvalidInputException">A pipe, a device or a socket.</exception>
    public static void Demand(string path)
    {
        if (Special(path) is { } kind)
            throw new InvalidInputException(
                path,
                $"is {kind}, which cannot be read as a file: its length is not known, and it gives its bytes once",
                "save them in a file first"
            );
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> status);
}
