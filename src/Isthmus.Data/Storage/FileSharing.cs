using Microsoft.Win32.SafeHandles;

namespace Isthmus.Data.Storage;

/// <summary>
/// Temporary files that processes have in common which read the same data at the same time: one process of a machine writes each file, and the others read
/// it. All of them create and complete the same files in the same order.
/// </summary>
internal abstract class FileSharing
{
    /// <summary>True if this process writes the files; false if it reads those of another.</summary>
    public abstract bool IsWriter { get; }

    /// <summary>Bytes of memory available to the process that has least, so that all choose memory or file alike.</summary>
    public abstract long Available { get; }

    /// <summary>Waits until every process has come to the end of a file, and returns the file to read.</summary>
    /// <param name="own">The file that this process wrote; null if it reads that of another.</param>
    /// <exception cref="InvalidInputException">The other process's file cannot be opened.</exception>
    public abstract SafeFileHandle Complete(SafeFileHandle? own);
}
