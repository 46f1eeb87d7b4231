using System.Text.Json;

namespace Isthmus.Studio.Folders;

/// <summary>Star, tags and notes of a run.</summary>
/// <param name="IsStarred">True with a star.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Notes">Notes.</param>
public sealed record RunMark(bool IsStarred, IReadOnlyList<string> Tags, string Notes)
{
    /// <summary>No mark.</summary>
    public static RunMark None { get; } = new(false, [], "");
}

/// <summary>
/// Marks of all runs, in one file of the folder. Safe to use from several threads, not from several studios on one folder at the same moment.
/// </summary>
/// <param name="folder">The opened folder.</param>
public sealed class RunMarks(StudioFolder folder)
{
    private readonly Lock _lock = new();

    private string File => Path.Combine(folder.Own, "marks.json");

    /// <summary>Returns the mark of a run.</summary>
    public RunMark Of(string run) => All().GetValueOrDefault(run, RunMark.None);

    /// <summary>Returns all marks by run; none where the file cannot be read.</summary>
    public IReadOnlyDictionary<string, RunMark> All()
    {
        try
        {
            return System.IO.File.Exists(File) ? JsonSerializer.Deserialize<Dictionary<string, RunMark>>(System.IO.File.ReadAllText(File))! : [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return new Dictionary<string, RunMark>();
        }
    }

    /// <summary>Replaces the mark of a run.</summary>
    public void Set(string run, RunMark mark)
    {
        lock (_lock)
        {
            var all = new Dictionary<string, RunMark>(All());
            if (mark is { IsStarred: false, Tags.Count: 0, Notes: "" })
                all.Remove(run);
            else
                all[run] = mark;
            Directory.CreateDirectory(folder.Own);
            AtomicFile.WriteText(File, JsonSerializer.Serialize(all));
        }
    }
}
