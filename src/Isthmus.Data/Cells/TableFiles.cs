using System.IO.Enumeration;
using Isthmus.Data.Files;

namespace Isthmus.Data.Cells;

/// <summary>
/// Files of one table: a file, all tables in a folder and its sub-folders, or those that match a pattern such as <c>sales/2024-*.parquet</c>. Rows follow one
/// another in the ordinal order of the files' names.
/// </summary>
/// <param name="Paths">Paths of the files, in the order of their rows; at least one.</param>
/// <param name="Notes">Notes on what was taken and left out; none for one file.</param>
internal sealed record TableFiles(IReadOnlyList<string> Paths, IReadOnlyList<Wording> Notes)
{
    // What tools of big data leave beside tables: _SUCCESS, part-0.parquet.crc; and a page for readers.
    private static readonly string[] Beside = ["", ".md", ".crc"];

    /// <summary>Returns true if a path is a table: a file with the name of one, a folder that holds tables and no other records, or a pattern.</summary>
    public static bool Are(string path) =>
        File.Exists(path) ? TableFile.IsAny(path)
        : Directory.Exists(path) ? IsFolder(path)
        : IsPattern(path) && (TableFile.IsAny(path) || Matches(path).Any(TableFile.IsAny));

    /// <summary>Returns true if a path is a pattern of several files, with * or ?, and no file or folder of that name.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?') && !Path.Exists(path);

    /// <summary>Returns what a word names: itself where there is such a path, else the files that it is a pattern of; nothing for any other word.</summary>
    public static IEnumerable<string> Named(string word) =>
        Path.Exists(word) ? [word]
        : IsPattern(word) ? Matches(word)
        : [];

    /// <summary>Lists the files of a table.</summary>
    /// <exception cref="InvalidInputException">No such file, none that matches, or files of several kinds.</exception>
    public static TableFiles Of(string path)
    {
        if (File.Exists(path))
            return new([path], []);
        if (!Directory.Exists(path) && !IsPattern(path))
            throw new InvalidInputException(path, "does not exist", "give a .csv, .tsv, .json or .parquet file, a folder of them, or a pattern in quotes");
        var found = Directory.Exists(path) ? Names(path).Select(name => Path.Combine(path, name)) : Matches(path);
        var groups = found.ToLookup(TableFile.IsAny);
        string[] tables = [.. groups[true]],
            others = [.. groups[false]];
        // A pattern may name files of any extension, such as of ratings.
        if (tables.Length == 0 && IsPattern(path))
            (tables, others) = (others, []);
        if (tables.Length == 0)
            throw new InvalidInputException(
                path,
                Directory.Exists(path) ? "holds no table" : "matches no file",
                "give a folder or a pattern of .csv, .tsv, .json or .parquet files"
            );
        string Kind(string file) =>
            TableFile.IsParquet(file) ? "Parquet"
            : TableFile.IsJson(file) ? "JSON"
            : "text";
        if (tables.FirstOrDefault(file => Kind(file) != Kind(tables[0])) is { } other)
            throw new InvalidInputException(
                path,
                $"holds tables of two kinds, {Name(tables[0])} ({Kind(tables[0])}) and {Name(other)} ({Kind(other)})",
                $"give a pattern for one kind, such as '{Path.Combine(Directory.Exists(path) ? path : Path.GetDirectoryName(path)!, "*.parquet")}'"
            );
        string Name(string file) => Directory.Exists(path) ? Path.GetRelativePath(path, file) : file;
        var notes = new List<Wording>();
        if (tables.Length > 1)
            notes.Add($"{tables.Length:N0} files are one table, in the order of their names: {Name(tables[0])} to {Name(tables[^1])}");
        if (others.Length > 0)
            notes.Add($"{Counted.Of(others.Length, "other file")} passed over: {Name(others[0])}{(others.Length > 1 ? ", ..." : "")}");
        if (tables.Any(file => Name(file).Split('/', '\\')[..^1].Any(folder => folder.Contains('='))))
            notes.Add("names of folders such as year=2024 are not read as columns");
        return new(tables, notes);
    }

    private static bool IsFolder(string folder)
    {
        var any = false;
        // Nothing is sorted or followed here: of a folder of pictures, the first file tells.
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 32 }))
            if (TableFile.IsAny(file))
                any = true;
            else if (!IsHidden(Path.GetRelativePath(folder, file)) && !Beside.Contains(Path.GetExtension(file).ToLowerInvariant()))
                return false;
        return any;
    }

    private static IEnumerable<string> Names(string folder) => FolderFiles.Of(folder).Names.Where(name => !IsHidden(name));

    private static bool IsHidden(string name) => name.Split('/', '\\').Any(part => part.StartsWith('.') || part.StartsWith('_'));

    /// <summary>Returns the files that match, in ordinal order: * and ? stand for characters of one name, ** for any number of folders.</summary>
    private static IEnumerable<string> Matches(string pattern)
    {
        var parts = pattern.Split('/', Path.DirectorySeparatorChar);
        var plain = parts.TakeWhile(part => !part.AsSpan().ContainsAny('*', '?')).Count();
        var root = string.Join(Path.DirectorySeparatorChar, parts[..plain]);
        return Below(plain == 1 && root.Length == 0 ? "/" : root, parts[plain..]).Distinct().Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Below(string folder, string[] wanted)
    {
        var place = folder.Length == 0 ? "." : folder;
        if (!Directory.Exists(place))
            return [];
        string Full(string entry) => Path.Combine(folder, Path.GetFileName(entry));
        bool IsWanted(string entry) =>
            Path.GetFileName(entry) is var name && !name.StartsWith('.') && FileSystemName.MatchesSimpleExpression(wanted[0], name, ignoreCase: false);
        return wanted switch
        {
            ["**"] => Below(folder, ["**", "*"]),
            ["**", ..] => Below(folder, wanted[1..])
                .Concat(
                    Directory
                        .EnumerateDirectories(place)
                        .Where(entry => !Path.GetFileName(entry).StartsWith('.') && new DirectoryInfo(entry).LinkTarget is null)
                        .SelectMany(entry => Below(Full(entry), wanted))
                ),
            [_] => Directory.EnumerateFiles(place).Where(IsWanted).Select(Full),
            _ => Directory.EnumerateDirectories(place).Where(IsWanted).SelectMany(entry => Below(Full(entry), wanted[1..])),
        };
    }
}
