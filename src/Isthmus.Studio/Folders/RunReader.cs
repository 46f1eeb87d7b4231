using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Isthmus.Models;
using Isthmus.Reporting.Pages;
using Isthmus.Training;

namespace Isthmus.Studio.Folders;

/// <summary>Reads a run folder as far as it can be read: what is damaged is said in the entry and throws nothing.</summary>
internal static partial class RunReader
{
    // A training that was started elsewhere writes its files this often at least, in a usual case.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(45);

    /// <summary>Returns the run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">Its folder.</param>
    /// <param name="job">Its training, if the studio has started it.</param>
    /// <param name="lines">Last lines of that training.</param>
    public static RunEntry Read(string name, string path, TrainingJob? job, IReadOnlyList<string> lines)
    {
        var files = new RunFolder(path);
        var entry = new RunEntry(name, files, RunState.Failed, null)
        {
            Bytes = Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Length) : 0,
            CheckpointBytes = File.Exists(files.Checkpoint) ? new FileInfo(files.Checkpoint).Length : 0,
            Changed = LastChange(files) ?? job?.Started ?? Directory.GetLastWriteTimeUtc(path),
            Model = job?.Option("--model", "-m") ?? "",
            Data = job?.Words is ["train", var data, ..] && !data.StartsWith('-') ? data : "",
        };
        string? problem = null;
        T? Try<T>(Func<T?> read)
            where T : class
        {
            try
            {
                return read();
            }
            catch (Exception e) when (e is InvalidInputException or IOException or JsonException or UnauthorizedAccessException)
            {
                problem ??= e.Message;
                return null;
            }
        }
        if (Try(() => Epochs(files.Metrics)) is { } epochs)
            entry = entry with { Epochs = epochs };
        if (File.Exists(files.Checkpoint) && Try(() => CheckpointManifest.Peek(files.Checkpoint)) is { } checkpoint)
            entry = With(entry, checkpoint.Preset, checkpoint.Settings) with { Seed = checkpoint.Seed, Noun = checkpoint.Schema.Noun };
        if (File.Exists(files.Model) && Try(() => ModelManifest.Peek(files.Model)) is { } model)
            entry = With(entry, model.Preset, model.Settings) with
            {
                Data = model.Provenance.Data,
                Metrics = model.Metrics,
                Seed = model.Provenance.Seed,
                Noun = model.Schema.Noun,
                RecordsPerSecond =
                    model.Provenance.TrainingSeconds > 0
                        ? model.Provenance.TrainRecords * (double)model.Provenance.Epochs / model.Provenance.TrainingSeconds
                        : null,
            };
        if (File.Exists(files.Report) && Try(() => Verdict(files.Report)) is { Words: var words, Next: var next })
            entry = entry with { Verdict = words, Next = next, Judgement = Judge(words) };
        var isAlive = job is { IsAlive: true } || job is null && File.Exists(files.Checkpoint) && DateTimeOffset.UtcNow - entry.Changed < Recent;
        var last = lines.LastOrDefault(line => !line.StartsWith('{')) ?? "";
        var state =
            isAlive ? RunState.Running
            : problem is not null ? RunState.Damaged
            : File.Exists(files.Checkpoint) ? RunState.Paused
            : File.Exists(files.Model) ? RunState.Finished
            : RunState.Failed;
        return entry with
        {
            State = state,
            Problem = problem ?? (state == RunState.Failed ? Failure(last) : null),
            Line = last,
            TimeLeft = isAlive && Left().Match(last) is { Success: true } left ? left.Groups[1].Value.Trim() : null,
            EpochLimit = entry.EpochLimit
                ?? (Limit().Match(last) is { Success: true } limit ? int.Parse(limit.Groups[1].Value, CultureInfo.InvariantCulture) : null),
        };
    }

    private static string Failure(string last) => last.Length > 0 ? last : "It has neither a model nor a checkpoint: train it anew, or delete it.";

    private static RunEntry With(RunEntry entry, string preset, IReadOnlyDictionary<string, string> settings) =>
        entry with
        {
            Model = preset,
            Settings = settings,
            EpochLimit = settings.TryGetValue("epochs", out var epochs) && int.TryParse(epochs, CultureInfo.InvariantCulture, out var limit) ? limit : null,
        };

    private static DateTimeOffset? LastChange(RunFolder files) =>
        ((string[])[files.Metrics, files.Checkpoint, files.Model, files.Report]).Where(File.Exists).Select(File.GetLastWriteTimeUtc).ToArray()
            is { Length: > 0 } times
            ? times.Max()
            : null;

    private static EpochMetrics[]? Epochs(string path) =>
        File.Exists(path)
            ? [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<EpochMetrics>(line, JsonFormat.Compact)!)]
            : null;

    // The report says the verdict in one paragraph, its command in a <code>.
    private static Spoken? Verdict(string report)
    {
        if (VerdictParagraph().Match(File.ReadAllText(report)) is not { Success: true } found)
            return null;
        var markup = found.Groups[1].Value;
        string Plain(string text) => WebUtility.HtmlDecode(Tags().Replace(text, "")).Trim();
        return new(Plain(markup), Command().Match(markup) is { Success: true } command ? Plain(command.Groups[1].Value) : null);
    }

    private static Judgement Judge(string verdict) =>
        VerdictStates.Of(verdict) switch
        {
            VerdictState.Good => Judgement.Good,
            VerdictState.Bad => Judgement.Bad,
            _ => Judgement.Look,
        };

    private sealed record Spoken(string Words, string? Next);

    [GeneratedRegex("""<p class="verdict[^"]*"><b>(?:Verdict|Good|Look|Bad)\.</b>(.*?)</p>""", RegexOptions.Singleline)]
    private static partial Regex VerdictParagraph();

    [GeneratedRegex("<code[^>]*>(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Command();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"rate\s{2,}(.+?) left")]
    private static partial Regex Left();

    [GeneratedRegex(@"^epoch \d+/(\d+)")]
    private static partial Regex Limit();
}
