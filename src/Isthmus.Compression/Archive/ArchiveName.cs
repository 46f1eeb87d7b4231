using System.Text;

namespace Isthmus.Compression.Archive;

/// <summary>
/// Names of files in an archive: relative paths with '/' that mean the same on every system and lead nowhere but into the folder that is
/// unpacked to. An archive may be hostile: its names are checked before anything is written.
/// </summary>
internal static class ArchiveName
{
    private const int LongestPart = 255,
        Longest = 4096;

    // Windows takes these for devices, with any extension and in any folder.
    private static readonly string[] Devices =
    [
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"com{i}", $"lpt{i}" }),
        "com¹",
        "com²",
        "com³",
        "lpt¹",
        "lpt²",
        "lpt³",
    ];

    /// <summary>Returns the reason why a name is refused; null if it is allowed.</summary>
    public static string? Complaint(string name)
    {
        if (name.Length == 0)
            return "it is empty";
        if (Encoding.UTF8.GetByteCount(name) > Longest)
            return $"it is longer than {Longest} bytes";
        if (name.Any(c => char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' or '\uFFFD'))
            return "it holds a character that not every system takes";
        foreach (var part in name.Split('/'))
        {
            if (part.Length == 0)
                return "it is absolute, or a part of it is empty";
            if (part is "." or "..")
                return $"it holds '{part}', which leads out of the folder";
            if (part[^1] is '.' or ' ')
                return "a part of it ends with a dot or a space";
            if (Devices.Contains(part.Split('.')[0].TrimEnd().ToLowerInvariant()))
                return $"'{part}' is a device on Windows";
            if (Encoding.UTF8.GetByteCount(part) > LongestPart)
                return $"a part of it is longer than {LongestPart} bytes";
        }
        return null;
    }

    /// <summary>Returns the first name that occurs twice, or that others use as a folder; null if all can stand together.</summary>
    public static string? Conflict(IEnumerable<string> names)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
            if (!files.Add(name))
                return name;
        return files.FirstOrDefault(name => Folders(name).Any(files.Contains));
    }

    /// <summary>
    /// Returns the most likely next name: the last digits plus one, in as many places ("img-009.png" to "img-010.png"), so that a numbered list of files takes
    /// almost no bytes.
    /// </summary>
    public static string Successor(string name)
    {
        var end = name.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        var digits = name.ToCharArray();
        for (var at = end - 1; at >= 0 && char.IsAsciiDigit(digits[at]); at--)
        {
            if (digits[at] != '9')
            {
                digits[at]++;
                return new(digits);
            }
            digits[at] = '0';
        }
        // 9, 99, ... become longer.
        var start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
            start--;
        return end == 0 ? name : $"{name[..start]}1{new string(digits)[start..]}";
    }

    private static IEnumerable<string> Folders(string name)
    {
        for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
            yield return name[..slash];
    }
}
