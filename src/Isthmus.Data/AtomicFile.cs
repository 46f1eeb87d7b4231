namespace Isthmus;

/// <summary>
/// Writes files completely or not at all: under a temporary name in the same folder, flushed to disk, then renamed. Folders are created as needed.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes to <paramref name="path"/> the bytes that <paramref name="write"/> puts on the stream; on any failure nothing is left behind.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write) => WriteByPath(path, temporary =>
        {
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite);
            write(stream);
            stream.Flush(flushToDisk: true);
        });

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(text);
        });

    /// <summary>Writes by a function that needs a path: <paramref name="write"/> makes the file at the temporary path it is given.</summary>
    internal static void WriteByPath(string path, Action<string> write)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp");
            try
            {
                write(temporary);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be written: {e.Message.ReplaceLineEndings(" ")}", "choose another folder, or make room", cause: e);
        }
    }
}
