using Isthmus.Data.Records;

namespace Isthmus.Data.Published;

/// <summary>A published data set that is known by name.</summary>
/// <param name="Name">Name for commands and code.</param>
/// <param name="Description">One line about it.</param>
/// <param name="Licence">Licence, as its publisher states it.</param>
/// <param name="Publisher">The address below which the files lie.</param>
/// <param name="Files">The files.</param>
/// <param name="Read">Function that makes the splits, given a function from a file's published name to its path.</param>
public sealed record CatalogueSet(
    string Name,
    string Description,
    string Licence,
    Uri Publisher,
    IReadOnlyList<CatalogueFile> Files,
    Func<Func<string, string>, DataOptions, DataSplits> Read
);

/// <summary>One file of a published data set.</summary>
/// <param name="Name">The name it is published under; found on disk, it may be gzipped or unpacked.</param>
/// <param name="Bytes">Length as published.</param>
/// <param name="Sha256">SHA-256 as published, in lower-case hexadecimal.</param>
public sealed record CatalogueFile(string Name, long Bytes, string Sha256);
