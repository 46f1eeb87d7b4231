using Microsoft.Win32.SafeHandles;

namespace Isthmus.Data.Storage;

/// <summary>
/// A file beside the machine's temporary ones (<c>TMPDIR</c>) that has no name: its room is free again when the last process that has it open ends, however it
/// ends. On Windows it keeps its name until it is closed. It is written from its beginning, and then read. For one thread while it is written.
/// </summary>
internal sealed class TemporaryFile
{
    /// <summary>Extension of the names that such files have until they have none.</summary>
    public const string Extension = ".records";

    private readonly string _name;
    private readonly FileSharing? _sharing;
    private readonly SafeFileHandle? _own;

    /// <summary>Creates an empty file.</summary>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="sharing">Processes that have the file in common; null for this process alone.</param>
    /// <param name="bytes">Bytes that it will hold, as far as they are known; 0 if not.</param>
    /// <exception cref="InvalidInputException">The folder has less room, or cannot be written.</exception>
    public TemporaryFile(string name, FileSharing? sharing, long bytes = 0)
    {
        (_name, _sharing) = (name, sharing);
        if (sharing is { IsWriter: false })
            return;
        Demand(name, bytes);
        try
        {
            _own = Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(name, e);
        }
    }

    /// <summary>Folder of temporary files.</summary>
    public static string Folder => Path.GetTempPath();

    /// <summary>Number of bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Writes bytes at the end; those of a file that another process writes too are left to it.</summary>
    /// <exception cref="InvalidInputException">There is no room for them.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_own is not null)
                RandomAccess.Write(_own, bytes, Length);
            Length += bytes.Length;
        }
        catch (IOException e)
        {
            throw Failed(_name, e);
        }
    }

    /// <summary>Returns the file to read; nothing can be added any more.</summary>
    public SafeFileHandle Finish() => _sharing is null ? _own! : _sharing.Complete(_own);

    /// <summary>Opens a file without a name to write and read.</summary>
    internal static SafeFileHandle Open()
    {
        var path = Path.Combine(Folder, $"isthmus-{Environment.ProcessId}-{Guid.NewGuid():N}{Extension}");
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
        // A name is not needed to read, and without one nothing can be left behind.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return handle;
    }

    /// <summary>Returns the error for a folder that cannot take what is written.</summary>
    internal static InvalidInputException Failed(string name, Exception e) =>
        new(
            name,
            $"is copied to a temporary file to be read in parts, and {Folder} cannot take it: {e.Message}",
            "make room there, or set TMPDIR to a folder that has it",
            cause: e
        );

    private static void Demand(string name, long bytes)
    {
        if (bytes > 0 && new DriveInfo(Folder).AvailableFreeSpace is var free && free < bytes)
            throw new InvalidInputException(
                name,
                $"needs {NumberText.OfBytes(bytes)} beside the temporary files, and {Folder} has {NumberText.OfBytes(free)}",
                "make room there, or set TMPDIR to a folder that has it"
            );
    }
}
