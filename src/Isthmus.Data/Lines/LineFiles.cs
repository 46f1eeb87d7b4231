using System.Text;
using System.Text.RegularExpressions;
using Isthmus.Data.Cells;
using Isthmus.Data.Files;

namespace Isthmus.Data.Lines;

/// <summary>
/// Lines of text files, one after another without holding them: UTF-8, or the encoding of the byte order mark; packed by gzip or not. LF, CR and CR LF end a
/// line; a file's last line may have no end. Of rotated logs (app.log, app.log.1, app.log.2.gz) the oldest comes first.
/// </summary>
internal static partial class LineFiles
{
    /// <summary>Returns true for the name of a log: <c>.log</c>, also rotated (<c>.log.1</c>, <c>.log-20240131</c>) and packed.</summary>
    public static bool IsLog(string path) => LogName().IsMatch(Path.GetFileName(path));

    /// <summary>Returns true if a path is a log, or a folder or a pattern of logs.</summary>
    public static bool AreLogs(string path) =>
        File.Exists(path) ? IsLog(path)
        : Directory.Exists(path) ? Directory.EnumerateFiles(path).Any() && Directory.EnumerateFiles(path).All(IsLog)
        : TableFiles.IsPattern(path) && TableFiles.Named(path).ToArray() is { Length: > 0 } files && files.All(IsLog);

    /// <summary>Returns the files that a path names, in the order of their lines.</summary>
    /// <exception cref="InvalidInputException">There are none.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        if (File.Exists(path))
            return [path];
        string[] files = Directory.Exists(path)
            ? [.. FolderFiles.Of(path).Names.Where(name => !Path.GetFileName(name).StartsWith('.')).Select(name => Path.Combine(path, name))]
            : [.. TableFiles.Named(path)];
        if (files.Length == 0)
            throw Directory.Exists(path) || TableFiles.IsPattern(path)
                ? new InvalidInputException(path, "holds no files", "give a file of lines, a folder of such files, or a pattern in quotes")
                : new InvalidInputException(path, "does not exist", "check the spelling");
        return [.. files.OrderBy(Family, StringComparer.Ordinal).ThenByDescending(Age).ThenBy(file => file, StringComparer.Ordinal)];
    }

    /// <summary>Calls with each line of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="visit">Called with the line and its number from 1; returns false to stop.</param>
    /// <exception cref="InvalidInputException">It cannot be read, or is no text of these encodings: names the line.</exception>
    public static void ForEachLine(string path, Func<string, long, bool> visit) => DataFile.Read(path, stream =>
        {
            ForEachLine(stream, path, visit);
            return true;
        });

    /// <summary>The same of a stream, such as standard input.</summary>
    public static void ForEachLine(Stream stream, string name, Func<string, long, bool> visit)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), true, 1 << 16, leaveOpen: true);
        var number = 0L;
        while (true)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (Exception e) when (e is DecoderFallbackException or ArgumentException)
            {
                throw new InvalidInputException(
                    $"{name}: near line {number + 1}",
                    $"is not {reader.CurrentEncoding.WebName.ToUpperInvariant()} text",
                    "save it as UTF-8",
                    cause: e
                );
            }
            if (line is null)
                return;
            number++;
            // Every other byte of such a file is 0; a log may hold a few where a machine stopped.
            if (number == 1 && line.Length > 1 && line.AsSpan(0, Math.Min(line.Length, 256)).Count('\0') * 4 > Math.Min(line.Length, 256))
                throw new InvalidInputException(
                    $"{name}: line 1",
                    "is mostly bytes of 0; it is binary, or UTF-16 without a byte order mark",
                    "save it as UTF-8"
                );
            if (!visit(line, number))
                return;
        }
    }

    // app.log.2.gz is of the family of app.log; what has no number is the youngest.
    private static string Family(string file) => Rotation().Replace(file, "");

    private static long Age(string file) =>
        Rotation().Match(file) is { Success: true, Groups: [_, { Value: var number }, ..] } && long.TryParse(number, out var age)
            ? number.Length >= 8
                ? long.MaxValue - age
                : age
            : 0;

    [GeneratedRegex(@"\.log([.-]\d+)?(\.gz)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LogName();

    [GeneratedRegex(@"[.-](\d+)(\.gz)?$|\.gz$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Rotation();
}
