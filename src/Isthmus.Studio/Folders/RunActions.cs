namespace Isthmus.Studio.Folders;

/// <summary>Changes to runs that can be undone. Safe to use from several threads.</summary>
/// <param name="folder">The opened folder.</param>
/// <param name="jobs">Its trainings.</param>
/// <param name="marks">Its marks.</param>
public sealed class RunActions(StudioFolder folder, TrainingJobs jobs, RunMarks marks)
{
    private string Deleted => Path.Combine(folder.Own, "deleted");

    /// <summary>Moves a run out of sight; <see cref="Restore"/> brings it back while the studio's own folder has it.</summary>
    /// <param name="run">Name of the run.</param>
    /// <returns>What <see cref="Restore"/> takes.</returns>
    /// <exception cref="InvalidInputException">It is being trained, or cannot be moved.</exception>
    public string Delete(string run)
    {
        if (jobs.Find(run) is { IsAlive: true })
            throw new InvalidInputException(run, "is being trained", "stop it first");
        var path = folder.Resolve(run);
        if (path == folder.Path || !Directory.Exists(path))
            throw new InvalidInputException(run, "is no run of this folder", "choose one of the list");
        var key = $"{Uri.EscapeDataString(run)}~{DateTime.UtcNow.Ticks}";
        try
        {
            Directory.CreateDirectory(Deleted);
            Directory.Move(path, Path.Combine(Deleted, key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(run, $"cannot be deleted ({e.Message.TrimEnd('.')})", "close what uses its files", cause: e);
        }
        return key;
    }

    /// <summary>Brings a deleted run back.</summary>
    /// <param name="key">Key that <see cref="Delete"/> returned.</param>
    /// <exception cref="InvalidInputException">It is gone for good, or another run has its name now.</exception>
    public void Restore(string key)
    {
        var run = Uri.UnescapeDataString(key[..key.LastIndexOf('~')]);
        var (from, to) = (Path.Combine(Deleted, Path.GetFileName(key)), folder.Resolve(run));
        if (!Directory.Exists(from) || Path.Exists(to))
            throw new InvalidInputException(run, "cannot be brought back", Path.Exists(to) ? "another run has its name now" : "its files are gone");
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        Directory.Move(from, to);
    }

    /// <summary>Deletes the checkpoint of a run that has a model; it can no longer be resumed.</summary>
    /// <exception cref="InvalidInputException">It is being trained, or has nothing else.</exception>
    public void DropCheckpoint(string run)
    {
        var files = folder.Run(run);
        if (jobs.Find(run) is { IsAlive: true })
            throw new InvalidInputException(run, "is being trained", "stop it first");
        if (!File.Exists(files.Model))
            throw new InvalidInputException(run, "has a checkpoint and no model", "resume it first, or delete it as a whole");
        File.Delete(files.Checkpoint);
    }

    /// <summary>Returns a name for a new run that no run has.</summary>
    /// <param name="data">Name or path of its data.</param>
    /// <param name="model">Its preset.</param>
    public string NewName(string data, string model)
    {
        var stem = Path.GetFileName(Path.TrimEndingDirectorySeparator(data)).TrimStart('.').Split('.')[0];
        var plain = string.Concat(stem.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '-')).Trim('-');
        var parent = folder.NewRuns is { Length: > 0 } runs ? $"{runs}/" : "";
        var name = $"{parent}{(plain.Length > 0 ? plain : "data")}-{model}";
        for (var number = 2; Path.Exists(folder.Resolve(name)); number++)
            name = $"{parent}{(plain.Length > 0 ? plain : "data")}-{model}-{number}";
        return name;
    }

    /// <summary>Marks of a run.</summary>
    public RunMarks Marks => marks;
}
