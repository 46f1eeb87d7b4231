using System.Collections.Concurrent;
using Isthmus.Training;

namespace Isthmus.Studio.Folders;

/// <summary>
/// All runs of the folder, read again where a file has changed: looked at every second while a page listens, as not every file system announces changes. Safe
/// to use from several threads.
/// </summary>
/// <param name="folder">The opened folder.</param>
/// <param name="jobs">Its trainings.</param>
/// <param name="time">Time of the looks.</param>
public sealed class RunCatalog(StudioFolder folder, TrainingJobs jobs, TimeProvider time) : IDisposable
{
    // A run below folders of its kind: runs/sweep/point. Deeper ones are another project's.
    private const int Depth = 3;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, (string Stamp, RunEntry Entry)> _read = new();
    private readonly ConcurrentDictionary<string, Lock> _reading = new();
    private Action? _changed;
    private ITimer? _timer;
    private string _last = "";

    /// <summary>Raised, on a thread of the pool, when a run has changed, come or gone.</summary>
    public event Action Changed
    {
        add
        {
            lock (_lock)
            {
                _changed += value;
                _timer ??= time.CreateTimer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            }
        }
        remove
        {
            lock (_lock)
            {
                _changed -= value;
                if (_changed is not null)
                    return;
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    /// <summary>Returns all runs, those that changed last first.</summary>
    public IReadOnlyList<RunEntry> Runs() =>
        [.. Folders().Concat(jobs.All().Select(Started)).OfType<string>().Distinct().Select(Entry).OrderByDescending(run => run.Changed)];

    /// <summary>Returns one run.</summary>
    /// <exception cref="InvalidInputException">There is none of that name.</exception>
    public RunEntry Run(string name) =>
        Folders().Concat(jobs.All().Select(Started)).OfType<string>().FirstOrDefault(path => folder.NameOf(path) == name) is { } path
            ? Entry(path)
            : throw new InvalidInputException(name, "is no run of this folder", "choose one of the list");

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    // A training that has just begun has a folder without files; one whose folder is gone was deleted.
    private string? Started(string run)
    {
        try
        {
            return folder.Resolve(run) is var path && Directory.Exists(path) ? path : null;
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    private IEnumerable<string> Folders() =>
        Directory
            .EnumerateDirectories(
                folder.Path,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    MaxRecursionDepth = Depth - 1,
                    AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
                }
            )
            .Where(path => !path.StartsWith(folder.Own, StringComparison.Ordinal) && StudioFolder.IsRun(path));

    private RunEntry Entry(string path)
    {
        var (name, stamp) = (folder.NameOf(path), Stamp(path));
        if (Known() is { } known)
            return known;
        // Whoever asks while it is being read waits for that.
        lock (_reading.GetOrAdd(path, _ => new()))
        {
            if (Known() is { } meanwhile)
                return meanwhile;
            var job = jobs.Find(name);
            var entry = RunReader.Read(name, path, job, job is null ? [] : jobs.Lines(name));
            _read[path] = (stamp, entry);
            return entry;
        }

        RunEntry? Known() => _read.TryGetValue(path, out var read) && read.Stamp == stamp ? read.Entry : null;
    }

    // Files as they are now, and for a training its life and its last words.
    private string Stamp(string path)
    {
        var files = new RunFolder(path);
        var stamps = ((string[])[files.Model, files.Metrics, files.Checkpoint, files.Report])
            .Select(file => new FileInfo(file))
            .Select(file => file.Exists ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "-");
        var name = folder.NameOf(path);
        var job = jobs.Find(name);
        // A run that another program trains ends by falling silent.
        var age = job is null && File.Exists(files.Checkpoint) ? (time.GetUtcNow() - File.GetLastWriteTimeUtc(files.Checkpoint)).TotalSeconds < 45 : false;
        return string.Join('|', stamps) + $"|{age}|{job?.Process}|{job?.IsAlive}|{job?.IsStopping}|{(job is null ? "" : jobs.Lines(name, 1).FirstOrDefault())}";
    }

    private void Look()
    {
        string now;
        try
        {
            now = string.Join('\n', Folders().Concat(jobs.All().Select(Started)).OfType<string>().Distinct().Select(path => path + Stamp(path)));
        }
        catch (IOException)
        {
            // A folder that is being deleted; the next look sees what is left.
            return;
        }
        if (Interlocked.Exchange(ref _last, now) != now)
            _changed?.Invoke();
    }
}
