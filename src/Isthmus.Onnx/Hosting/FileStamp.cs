namespace Isthmus.Onnx.Hosting;

/// <summary>Identity of a file's content: path, time and length. A link is followed, as volumes of Kubernetes replace files by changing links.</summary>
internal sealed record FileStamp(string Path, DateTime Written, long Length)
{
    /// <summary>Stamp of a file as it is now; null if there is none that can be read.</summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? new(file.FullName, file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
