namespace Isthmus.Data.Files;

/// <summary>
/// Files below a folder: each once, even if links lead to it by several ways or in a loop. Pipes, devices and sockets are left out, as are links that lead
/// nowhere or to a folder around this one.
/// </summary>
/// <param name="Names">The files' paths below the folder with '/', in ordinal order.</param>
/// <param name="Skipped">Entries that are no files, or listed already under another name: path below the folder, and reason.</param>
internal sealed record FolderFiles(IReadOnlyList<string> Names, IReadOnlyList<(string Name, string Why)> Skipped)
{
    /// <summary>Lists the files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="linkedFiles">True if a link to a file of the folder counts as a separate file.</param>
    /// <exception cref="InvalidInputException">A folder cannot be read.</exception>
    public static FolderFiles Of(string folder, bool linkedFiles = false)
    {
        var (names, skipped) = (new List<string>(), new List<(string, string)>());
        var root = RealPath.Of(folder);
        var met = new HashSet<string>(RealPath.Comparer) { root };
        var folders = new Stack<(string Path, string Real)>([(folder, root)]);
        // Links come last, so that what is in the folder itself keeps its own name.
        var links = new Queue<string>();
        try
        {
            while (true)
                if (folders.TryPop(out var at))
                {
                    foreach (var entry in new DirectoryInfo(at.Path).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
                        if (entry.LinkTarget is null)
                            Take(Path.Combine(at.Path, entry.Name), Path.Combine(at.Real, entry.Name), entry is DirectoryInfo);
                        else
                            links.Enqueue(Path.Combine(at.Path, entry.Name));
                }
                else if (links.TryDequeue(out var link))
                    Follow(link, RealPath.Of(link));
                else
                    break;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(folder, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
        names.Sort(StringComparer.Ordinal);
        return new(names, skipped);

        string NameOf(string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');

        void Follow(string link, string real)
        {
            // A link that leads nowhere, or in a loop, is not followed to its end.
            if (!Path.Exists(real) || new FileInfo(real).LinkTarget is not null)
                skipped.Add((NameOf(link), "a link that leads nowhere"));
            else if (
                Directory.Exists(real)
                && $"{root}{Path.DirectorySeparatorChar}".StartsWith(
                    Path.EndsInDirectorySeparator(real) ? real : $"{real}{Path.DirectorySeparatorChar}",
                    StringComparison.Ordinal
                )
            )
                skipped.Add((NameOf(link), "a link to a folder around it"));
            else
                Take(link, real, Directory.Exists(real));
        }

        void Take(string path, string real, bool isFolder)
        {
            if (!isFolder && FileKind.Special(path) is { } kind)
                skipped.Add((NameOf(path), kind));
            else if (!met.Add(real) && (isFolder || !linkedFiles))
                skipped.Add((NameOf(path), "a link to what is there already"));
            else if (isFolder)
                folders.Push((path, real));
            else
                names.Add(NameOf(path));
        }
    }
}
