namespace Isthmus.Data.Files;

/// <summary>Progress of a download.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Received">Bytes received.</param>
/// <param name="Total">Bytes of the whole file.</param>
public readonly record struct DownloadProgress(string File, long Received, long Total);
