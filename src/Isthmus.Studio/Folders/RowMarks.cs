using System.Text.Json;

namespace Isthmus.Studio.Folders;

/// <summary>
/// Judgements of rows, real or false alarm, one file a run: by the data's name and the row's identifiers. Safe to use from several threads, not from several
/// studios on one folder at the same moment.
/// </summary>
/// <param name="folder">The opened folder.</param>
public sealed class RowMarks(StudioFolder folder)
{
    private readonly Lock _lock = new();

    /// <summary>Returns the judgements by row: true for a real one, false for a false alarm. None where the file cannot be read.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="data">Name of the data.</param>
    public IReadOnlyDictionary<string, bool> Of(string run, string data) => All(run).TryGetValue(data, out var marks) ? marks : new Dictionary<string, bool>();

    /// <summary>Keeps a judgement, or takes it away.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="data">Name of the data.</param>
    /// <param name="row">Identifiers of the row, or its number.</param>
    /// <param name="isReal">The judgement; null for none.</param>
    public void Set(string run, string data, string row, bool? isReal)
    {
        lock (_lock)
        {
            var all = All(run);
            var marks = all.TryGetValue(data, out var known) ? known : all[data] = [];
            if (isReal is { } judged)
                marks[row] = judged;
            else
                marks.Remove(row);
            AtomicFile.WriteText(FileOf(run), JsonSerializer.Serialize(all));
        }
    }

    private string FileOf(string run) => Path.Combine(folder.Own, "rows", $"{Uri.EscapeDataString(run)}.json");

    private Dictionary<string, Dictionary<string, bool>> All(string run)
    {
        try
        {
            return File.Exists(FileOf(run)) ? JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, bool>>>(File.ReadAllText(FileOf(run)))! : [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
