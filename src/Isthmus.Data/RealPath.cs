namespace Isthmus;

/// <summary>Resolves all links in paths, so that two names of one file become one path.</summary>
internal static class RealPath
{
    // As many as Linux follows before it calls a path a loop.
    private const int MostLinks = 40;

    /// <summary>Comparer of real paths, which ignores case if the system does.</summary>
    public static StringComparer Comparer { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>Returns the absolute path without links, "." and ".."; parts that do not exist, and links in a loop, stay as they are.</summary>
    public static string Of(string path)
    {
        var links = 0;
        return Followed(path, Environment.CurrentDirectory, ref links);
    }

    private static string Followed(string path, string from, ref int links)
    {
        var full = Path.IsPathFullyQualified(path) ? path : Path.Combine(from, path);
        var real = Path.GetPathRoot(full)!;
        foreach (var part in full[real.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            // ".." is the parent of where a link leads, not of the link.
            var next = part switch
            {
                "." => real,
                ".." => Path.GetDirectoryName(real) ?? real,
                _ => Path.Combine(real, part),
            };
            real = next != real && new FileInfo(next).LinkTarget is { } target && ++links <= MostLinks ? Followed(target, real, ref links) : next;
        }
        return real;
    }
}
