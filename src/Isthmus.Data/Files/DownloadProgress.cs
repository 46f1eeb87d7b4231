namespace Isthmus.Data.Files;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Received">Bytes received.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct DownloadProgress(string File, long Received, long Total);
