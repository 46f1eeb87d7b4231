using Isthmus.Data.Files;

namespace Isthmus.Data.Records;

/// <summary>What a name or path leads to, as far as formats ask to know their own: looked at when asked, and once.</summary>
/// <param name="path">A name or path.</param>
/// <param name="options">How the data are to be read.</param>
public sealed class DataLocation(string path, DataOptions options)
{
    private const int HeadBytes = 8;
    private byte[]? _head;

    /// <summary>The name or path.</summary>
    public string Path { get; } = path;

    /// <summary>How the data are to be read.</summary>
    public DataOptions Options { get; } = options;

    /// <summary>Whether it is a file.</summary>
    public bool IsFile { get; } = File.Exists(path);

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder { get; } = Directory.Exists(path);

    /// <summary>The path without the <c>.gz</c> of a packed file.</summary>
    public string PlainPath => Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Path[..^3] : Path;

    /// <summary>The first bytes of a file, eight or all if there are fewer; packed ones are unpacked.</summary>
    public ReadOnlySpan<byte> Head => _head ??= DataFile.Head(Path, HeadBytes);
}
