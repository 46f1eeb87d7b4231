namespace Isthmus.Studio.Folders;

/// <summary>A training process that the studio has started, as its file in the folder keeps it, so that a studio started anew finds it again.</summary>
/// <param name="Run">Name of the run.</param>
/// <param name="Words">Words of the command after the program's name.</param>
/// <param name="Process">Number of the process.</param>
/// <param name="Started">Start of the process, as the system tells it: numbers of processes are used again.</param>
/// <param name="IsStopping">True once it was asked to end.</param>
public sealed record TrainingJob(string Run, IReadOnlyList<string> Words, int Process, DateTime Started, bool IsStopping = false)
{
    /// <summary>True while the process is there.</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(Process);
                return !process.HasExited && Math.Abs((process.StartTime.ToUniversalTime() - Started).TotalSeconds) < 2;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    /// <summary>Value of an option among the words; null if it is not there.</summary>
    public string? Option(params string[] names) => Words.Zip(Words.Skip(1)).FirstOrDefault(pair => names.Contains(pair.First)).Second;
}
