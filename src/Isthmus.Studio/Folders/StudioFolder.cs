using Isthmus.Training;

namespace Isthmus.Studio.Folders;

/// <summary>The folder that the studio was opened on; nothing outside it is read or written. Immutable, and safe to use from several threads.</summary>
public sealed class StudioFolder
{
    private static readonly StringComparison Comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">The folder; made if it is not there.</param>
    /// <exception cref="InvalidInputException">It cannot be made, or is a file.</exception>
    public StudioFolder(string path)
    {
        try
        {
            Path = Real(Directory.CreateDirectory(System.IO.Path.GetFullPath(path)).FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be opened as a folder ({e.Message.TrimEnd('.')})", "give a folder that you may write to", cause: e);
        }
    }

    /// <summary>Full path, links resolved.</summary>
    public string Path { get; }

    /// <summary>Last part of the path.</summary>
    public string Name => System.IO.Path.GetFileName(Path) is { Length: > 0 } name ? name : Path;

    /// <summary>Folder of the studio itself: marks, trainings, deleted runs.</summary>
    public string Own => System.IO.Path.Combine(Path, ".isthmus-studio");

    /// <summary>Folder of data that were dropped on a page.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>Name of the folder, below this one, for new runs: this one itself where runs lie in it already, else <c>runs</c>.</summary>
    public string NewRuns => Directory.EnumerateDirectories(Path).Any(IsRun) ? "" : "runs";

    /// <summary>Returns true if a folder has the files of a run.</summary>
    public static bool IsRun(string folder) =>
        new RunFolder(folder) is var run && (File.Exists(run.Model) || File.Exists(run.Checkpoint) || File.Exists(run.Metrics));

    /// <summary>Returns the full path of a name below the folder.</summary>
    /// <param name="name">Relative path, with <c>/</c> between its parts.</param>
    /// <exception cref="InvalidInputException">It leads outside, also through a link.</exception>
    public string Resolve(string name)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name));
        return IsInside(path) && IsInside(Real(path))
            ? path
            : throw new InvalidInputException(name, "is outside the folder that the studio has opened", "open the studio on a folder that holds it");
    }

    /// <summary>Returns the name of a path below the folder, as <see cref="Resolve"/> takes it.</summary>
    public string NameOf(string path) => System.IO.Path.GetRelativePath(Path, path).Replace('\\', '/');

    /// <summary>Returns the files of a run.</summary>
    /// <param name="name">Its name: the path of its folder below the opened one.</param>
    /// <exception cref="InvalidInputException">It leads outside, or there is no run.</exception>
    public RunFolder Run(string name)
    {
        var run = new RunFolder(Resolve(name));
        return IsRun(run.Path) ? run : throw new InvalidInputException(name, "is no run of this folder", "choose one of the list");
    }

    private bool IsInside(string path) => path.Equals(Path, Comparison) || path.StartsWith(Path + System.IO.Path.DirectorySeparatorChar, Comparison);

    // The path with every link on the way resolved, as far as it is there.
    private static string Real(string path)
    {
        var parent = System.IO.Path.GetDirectoryName(path);
        if (parent is null)
            return path;
        var here = System.IO.Path.Combine(Real(parent), System.IO.Path.GetFileName(path));
        FileSystemInfo found = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return found.LinkTarget is not null && found.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : here;
    }
}
