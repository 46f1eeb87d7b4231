using Isthmus.Data.Cells;
using Isthmus.Data.Files;

namespace Isthmus.Data.Records;

/// <summary>Data at a name or path, as formats examine them to recognise their own; each property is read on first use only.</summary>
/// <param name="path">A name or path.</param>
/// <param name="options">Options for reading the data.</param>
/// <param name="progress">Receiver of the progress of a download.</param>
/// <param name="cancellationToken">Stops a download; nothing is left behind.</param>
public sealed class DataLocation(string path, DataOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
{
    private const int HeadBytes = 8;
    private byte[]? _head;
    private bool? _isTable;

    /// <summary>Name or path.</summary>
    public string Path { get; } = path;

    /// <summary>Options for reading the data.</summary>
    public DataOptions Options { get; } = options;

    /// <summary>Receiver of the progress of a download; null for none.</summary>
    public IProgress<DownloadProgress>? Progress => progress;

    /// <summary>Stops a download; nothing is left behind.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>True if the path is a file.</summary>
    public bool IsFile { get; } = File.Exists(path);

    /// <summary>True if the path is a folder.</summary>
    public bool IsFolder { get; } = Directory.Exists(path);

    /// <summary>True if the path is a table: a file, a folder that holds tables alone, or a pattern of several files.</summary>
    public bool IsTable => _isTable ??= TableFiles.Are(Path);

    /// <summary>Path without the <c>.gz</c> of a packed file.</summary>
    public string PlainPath => Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Path[..^3] : Path;

    /// <summary>First bytes of a file, eight or all if there are fewer; packed ones are unpacked.</summary>
    public ReadOnlySpan<byte> Head => _head ??= DataFile.Head(Path, HeadBytes);
}
