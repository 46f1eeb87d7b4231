using Isthmus.Data.Cells;
using Isthmus.Training;

namespace Isthmus.Cli.Arguments;

/// <summary>Names of runs' folders, chosen so that no run ever overwrites another.</summary>
internal static class RunNames
{
    /// <summary>data-model, and the network where it is not the usual one.</summary>
    public static string Default(string data, string preset, IReadOnlyDictionary<string, string> settings)
    {
        // sales/2024-*.parquet: the folder.
        var place = TableFiles.IsPattern(data)
            ? Path.GetDirectoryName(data[..data.AsSpan().IndexOfAny('*', '?')]) is { Length: > 0 } folder
                ? folder
                : "."
            : data;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)));
        // photos.tar.gz, train-images-idx3-ubyte.gz: up to the first dot.
        var stem = name.TrimStart('.').Split('.')[0];
        var readable = string.Concat(stem.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '-')).Trim('-');
        return $"{(readable.Length > 0 ? readable : "data")}-{preset}{(settings.GetValueOrDefault("net") == "conv" ? "-conv" : "")}";
    }

    /// <summary>The folder of that name, or with a number behind it if another run has it.</summary>
    /// <param name="parent">The folder of all runs.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="resume">Go on with the run of exactly that name.</param>
    /// <param name="note">Receiver of a note if the name is taken.</param>
    public static RunFolder Choose(string parent, string name, bool resume, Action<string> note)
    {
        if (name.Length == 0 || name is "." or ".." || name != Path.GetFileName(name))
            throw new InvalidInputException($"--name {name}: expected the name of one folder; where it lies is said by --output.");
        var folder = new RunFolder(Path.Combine(parent, name));
        if (resume || !IsTaken(folder))
            return folder;
        var what =
            File.Exists(folder.Model) ? "a finished run"
            : File.Exists(folder.Checkpoint) ? "an unfinished run (--resume goes on with it)"
            : "files of a run";
        var number = 2;
        while (IsTaken(folder = new(Path.Combine(parent, $"{name}-{number}"))))
            number++;
        note($"{Path.Combine(parent, name)} holds {what}; this one goes to {folder.Path}.");
        return folder;
    }

    /// <summary>The words of a command line that say what is trained: not where this run goes nor what it prints.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="withTrackers">True to keep the trackers, for the command that goes on with the same run. Default false.</param>
    public static IReadOnlyList<string> Lasting(IReadOnlyList<string> words, bool withTrackers = false)
    {
        List<string> kept = [];
        for (var i = 0; i < words.Count; i++)
            if (words[i] is "--name" or "--ranks" || !withTrackers && TrackerArguments.Names.Contains(words[i]))
                i++;
            else if (words[i] is not ("isthmus" or "--resume" or "--finish" or "--json" or "--force"))
                kept.Add(words[i]);
        return kept;
    }

    /// <summary>The command that goes on with the run, for a POSIX shell.</summary>
    public static string ResumeCommand(IReadOnlyList<string> words, RunFolder run) =>
        Command([.. Lasting(words, withTrackers: true), "--name", Path.GetFileName(run.Path), "--resume"]);

    /// <summary>A command of this program, for a POSIX shell.</summary>
    public static string Command(IReadOnlyList<string> words) => string.Join(' ', Program().Concat(words).Select(Quoted));

    private static bool IsTaken(RunFolder folder) =>
        ((string[])[folder.Model, folder.Checkpoint, folder.Metrics, folder.Report]).Any(Path.Exists) || TrackerArguments.HasRecords(folder);

    /// <summary>Returns the command by which this program was started: the name on the path once it is installed, otherwise its file.</summary>
    private static string[] Program()
    {
        var file = Environment.ProcessPath ?? "isthmus";
        return Path.GetFileName(file) switch
        {
            "Isthmus.Cli" or "Isthmus.Cli.exe" or "isthmus" or "isthmus.exe" when !IsOnThePath(file) =>
            [
                Path.GetRelativePath(Environment.CurrentDirectory, file) is var near && !near.StartsWith("..") ? $"./{near}" : file,
            ],
            "dotnet" or "dotnet.exe" when Path.GetFileName(Environment.GetCommandLineArgs()[0]) == "Isthmus.Cli.dll" =>
            [
                "dotnet",
                Environment.GetCommandLineArgs()[0],
            ],
            _ => ["isthmus"],
        };
    }

    /// <summary>Returns the words that start this program again, by full paths.</summary>
    public static string[] Starting() =>
        Environment.ProcessPath is { } file && Path.GetFileNameWithoutExtension(file) is not "dotnet" ? [file]
        : Environment.GetCommandLineArgs()[0] is var library && File.Exists(library) ? [Environment.ProcessPath ?? "dotnet", Path.GetFullPath(library)]
        : ["isthmus"];

    private static bool IsOnThePath(string file) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Contains(Path.GetDirectoryName(file));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
