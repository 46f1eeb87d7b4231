namespace Isthmus.Compression.Archive;

/// <summary>How a file is made of its records.</summary>
public enum EntryKind
{
    /// <summary>Bytes: what stands before the records, the records, what stands after them.</summary>
    Bytes = 0,

    /// <summary>One record as a PNG of its pixels.</summary>
    Picture = 1,
}

/// <summary>One file of an archive.</summary>
public sealed record ArchiveEntry
{
    /// <summary>Its name: a relative path with '/'.</summary>
    public required string Name { get; init; }

    /// <summary>How it is made of its records.</summary>
    public EntryKind Kind { get; init; }

    /// <summary>Number of its first record in the archive.</summary>
    public int First { get; init; }

    /// <summary>Its records.</summary>
    public int Records { get; init; }

    /// <summary>What a pixel of value 1 is in the file: 1, or 255 where black and white are 0 and 255.</summary>
    public byte Scale { get; init; } = 1;

    /// <summary>Whether the file holds the colours of a pixel side by side (H x W x C); a record holds them apart (C x H x W).</summary>
    public bool Interleaved { get; init; }

    /// <summary>Bytes before the records, such as a header.</summary>
    public byte[] Prefix { get; init; } = [];

    /// <summary>Bytes after the records.</summary>
    public byte[] Suffix { get; init; } = [];

    /// <summary>The name that it is unpacked to: pictures become PNG.</summary>
    public string OutputName => Kind == EntryKind.Picture ? Path.ChangeExtension(Name, ".png") : Name;

    /// <summary>Bytes of the file, of a picture those of its pixels.</summary>
    internal long Size(int recordBytes) => Prefix.Length + ((long)Records * recordBytes) + Suffix.Length;
}
