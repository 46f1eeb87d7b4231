namespace Isthmus.Compression.Archive;

/// <summary>Way in which a file is rebuilt from its records.</summary>
public enum EntryKind
{
    /// <summary>Bytes: a prefix, the records, a suffix.</summary>
    Bytes = 0,

    /// <summary>One record as a PNG of its pixels.</summary>
    Picture = 1,

    /// <summary>Bytes, as above, that are a coded photograph, which is written as PNG.</summary>
    Photograph = 2,
}

/// <summary>One file of an archive.</summary>
public sealed record ArchiveEntry
{
    /// <summary>Name of the file: a relative path with '/'.</summary>
    public required string Name { get; init; }

    /// <summary>Way in which the file is rebuilt from its records.</summary>
    public EntryKind Kind { get; init; }

    /// <summary>Index of the file's first record in the archive.</summary>
    public int First { get; init; }

    /// <summary>Number of records in the file.</summary>
    public int Records { get; init; }

    /// <summary>Value in the file of a pixel of value 1: 1, or 255 if black and white are 0 and 255.</summary>
    public byte Scale { get; init; } = 1;

    /// <summary>True if the file holds the colours of a pixel side by side (H x W x C); a record holds them apart (C x H x W).</summary>
    public bool Interleaved { get; init; }

    /// <summary>Bytes before the records, such as a header.</summary>
    public byte[] Prefix { get; init; } = [];

    /// <summary>Bytes after the records.</summary>
    public byte[] Suffix { get; init; } = [];

    /// <summary>Name of the unpacked file: pictures become PNG.</summary>
    public string OutputName => Kind is EntryKind.Picture or EntryKind.Photograph ? Path.ChangeExtension(Name, ".png") : Name;

    /// <summary>Returns the bytes of the file; for a picture, those of its pixels.</summary>
    internal long Size(int recordBytes) => Prefix.Length + ((long)Records * recordBytes) + Suffix.Length;
}
