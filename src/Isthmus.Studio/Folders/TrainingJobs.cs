using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Isthmus.Studio.Folders;

/// <summary>
/// Trainings in processes of their own: <c>isthmus train</c>, so that a fault of one harms neither the studio nor the draws of another. They go on without the
/// studio, which finds them again. Safe to use from several threads.
/// </summary>
/// <param name="folder">The opened folder.</param>
/// <param name="program">Words that start the program, before the verb.</param>
public sealed class TrainingJobs(StudioFolder folder, IReadOnlyList<string> program)
{
    // SIGTERM, as a studio that was started in the background hands an ignored SIGINT down.
    private const int Terminate = 15;
    private readonly Lock _lock = new();

    private string Jobs => Path.Combine(folder.Own, "trainings");

    /// <summary>Starts a training; the run has its name at once.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="words">Words of the command after the program's name, without those that name the run.</param>
    /// <exception cref="InvalidInputException">It is trained already, or the program cannot be started.</exception>
    public TrainingJob Start(string run, IReadOnlyList<string> words)
    {
        lock (_lock)
        {
            if (Find(run) is { IsAlive: true })
                throw new InvalidInputException(run, "is being trained already", "wait for it, or stop it first");
            var path = folder.Resolve(run);
            IReadOnlyList<string> all = [.. words, "--output", Path.GetDirectoryName(path)!, "--name", Path.GetFileName(path)];
            Directory.CreateDirectory(path);
            Directory.CreateDirectory(Jobs);
            var start = Shell([.. program, .. all], LogOf(run));
            start.WorkingDirectory = folder.Path;
            try
            {
                using var process = Process.Start(start)!;
                var job = new TrainingJob(run, words, process.Id, process.StartTime.ToUniversalTime());
                Keep(job);
                return job;
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                throw new InvalidInputException(
                    program[0],
                    $"cannot be started ({e.Message.TrimEnd('.')})",
                    "start the studio from the program's own folder",
                    cause: e
                );
            }
        }
    }

    /// <summary>Asks a training to write its checkpoint and end; does nothing if it has ended.</summary>
    public void Stop(string run)
    {
        lock (_lock)
        {
            if (Find(run) is not { IsAlive: true } job)
                return;
            Keep(job with { IsStopping = true });
            if (OperatingSystem.IsWindows())
            {
                // A process without a console takes no Ctrl-C: it goes on from the last checkpoint that it wrote by itself.
                using var process = Process.GetProcessById(job.Process);
                process.Kill();
            }
            else
                _ = Kill(job.Process, Terminate);
        }
    }

    /// <summary>Asks a training to end, and has the best weights so far evaluated and reported.</summary>
    public void StopAndKeepBest(string run)
    {
        Stop(run);
        _ = Task.Run(async () =>
        {
            while (Find(run) is { IsAlive: true })
                await Task.Delay(100);
            if (Find(run) is { } job && File.Exists(new Training.RunFolder(folder.Resolve(run)).Checkpoint))
                Start(run, [.. job.Words.Where(word => word is not ("--resume" or "--finish")), "--resume", "--finish"]);
        });
    }

    /// <summary>Goes on with a training that was stopped.</summary>
    /// <exception cref="InvalidInputException">The studio does not know its command.</exception>
    public TrainingJob Resume(string run) =>
        Find(run) is { } job
            ? Start(run, [.. job.Words.Where(word => word is not ("--resume" or "--finish")), "--resume"])
            : throw new InvalidInputException(run, "was started elsewhere", "go on with it there, by the command that it printed");

    /// <summary>Returns the training of a run; null if the studio did not start it or its file cannot be read.</summary>
    public TrainingJob? Find(string run)
    {
        try
        {
            return File.Exists(FileOf(run)) ? JsonSerializer.Deserialize<TrainingJob>(File.ReadAllText(FileOf(run))) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Names of all runs that the studio has started.</summary>
    public IReadOnlyList<string> All() =>
        Directory.Exists(Jobs)
            ? [.. Directory.EnumerateFiles(Jobs, "*.json").Select(file => Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(file)))]
            : [];

    /// <summary>Last lines that a training has written, the newest last.</summary>
    public IReadOnlyList<string> Lines(string run, int most = 20)
    {
        try
        {
            using var stream = new FileStream(LogOf(run), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Seek(-Math.Min(stream.Length, 1 << 14), SeekOrigin.End);
            using var reader = new StreamReader(stream);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(most)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Forgets a training that has ended.</summary>
    public void Forget(string run)
    {
        File.Delete(FileOf(run));
        File.Delete(LogOf(run));
    }

    private void Keep(TrainingJob job) => AtomicFile.WriteText(FileOf(job.Run), JsonSerializer.Serialize(job));

    private string FileOf(string run) => Path.Combine(Jobs, $"{Uri.EscapeDataString(run)}.json");

    private string LogOf(string run) => Path.Combine(Jobs, $"{Uri.EscapeDataString(run)}.log");

    // Output goes to a file and not through a pipe, which would break with the studio. The shell becomes the program.
    private static ProcessStartInfo Shell(IReadOnlyList<string> words, string log)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe")
            {
                Arguments = $"/d /s /c \"{string.Join(' ', words.Append(log).Select(word => $"\"{word}\"")).Replace($"\"{log}\"", $"> \"{log}\" 2>&1")}\"",
                CreateNoWindow = true,
            }
            : new ProcessStartInfo("/bin/sh", ["-c", "log=\"$1\"; shift; exec \"$@\" > \"$log\" 2>&1 < /dev/null", "sh", log, .. words]);
        start.UseShellExecute = false;
        start.Environment["TERM"] = "dumb";
        return start;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
