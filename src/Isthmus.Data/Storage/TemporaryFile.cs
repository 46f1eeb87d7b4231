using Microsoft.Win32.SafeHandles;

namespace Isthmus.Data.Storage;

/// <summary>
/// A file beside the machine's temporary ones (<c>TMPDIR</c>) that has no name: its room is free again when the last process that has it open ends, however it
/// ends. On Windows it keeps its name until it is closed.
/// </summary>
internal static class TemporaryFile
{
    /// <summary>Folder of temporary files.</summary>
    public static string Folder => Path.GetTempPath();

    /// <summary>Creates an empty file to write and read.</summary>
    /// <param name="bytes">Bytes that it will hold, as far as they are known; 0 if not.</param>
    /// <param name="name">Name of the data in error messages.</param>
    /// <exception cref="InvalidInputException">The folder has less room, or cannot be written.</exception>
    public static SafeFileHandle Create(string name, long bytes = 0)
    {
        var path = Path.Combine(Folder, $"isthmus-{Environment.ProcessId}-{Guid.NewGuid():N}.records");
        try
        {
            Demand(name, bytes);
            var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
            // A name is not needed to read, and without one nothing can be left behind.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
            return handle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(name, e);
        }
    }

    /// <summary>Writes bytes at a place.</summary>
    /// <exception cref="InvalidInputException">There is no room for them.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, string name)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (IOException e)
        {
            throw Failed(name, e);
        }
    }

    /// <summary>Throws if the folder has less room than some bytes.</summary>
    /// <exception cref="InvalidInputException">It has less.</exception>
    private static void Demand(string name, long bytes)
    {
        if (bytes > 0 && new DriveInfo(Folder).AvailableFreeSpace is var free && free < bytes)
            throw new InvalidInputException(
                name,
                $"needs {NumberText.OfBytes(bytes)} beside the temporary files, and {Folder} has {NumberText.OfBytes(free)}",
                "make room there, or set TMPDIR to a folder that has it"
            );
    }

    /// <summary>Returns the error for a folder that cannot take what is written.</summary>
    internal static InvalidInputException Failed(string name, Exception e) =>
        new(
            name,
            $"is copied to a temporary file to be read in parts, and {Folder} cannot take it: {e.Message}",
            "make room there, or set TMPDIR to a folder that has it",
            cause: e
        );
}
