using System.Text.Json;

namespace Isthmus.Studio.Folders;

/// <summary>
/// Groups of records that a reader has named, one file a run: places of records in the data as read, by name and part of the data. Safe to use from several
/// threads, not from several studios on one folder at the same moment.
/// </summary>
/// <param name="folder">The opened folder.</param>
public sealed class RecordTags(StudioFolder folder)
{
    private readonly Lock _lock = new();

    /// <summary>Returns the groups of a run; none where the file cannot be read.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="part">Part of the data.</param>
    public IReadOnlyDictionary<string, int[]> Of(string run, string part) =>
        All(run).TryGetValue(part, out var groups) ? groups : new Dictionary<string, int[]>();

    /// <summary>Names a group, or takes a name away with no records.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="part">Part of the data.</param>
    /// <param name="name">Name of the group.</param>
    /// <param name="records">Places of its records.</param>
    public void Set(string run, string part, string name, IReadOnlyList<int> records)
    {
        lock (_lock)
        {
            var all = All(run);
            var groups = all.TryGetValue(part, out var known) ? known : all[part] = [];
            if (records.Count == 0)
                groups.Remove(name);
            else
                groups[name] = [.. records];
            AtomicFile.WriteText(FileOf(run), JsonSerializer.Serialize(all));
        }
    }

    private string FileOf(string run) => Path.Combine(folder.Own, "tags", $"{Uri.EscapeDataString(run)}.json");

    private Dictionary<string, Dictionary<string, int[]>> All(string run)
    {
        try
        {
            return File.Exists(FileOf(run)) ? JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, int[]>>>(File.ReadAllText(FileOf(run)))! : [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
