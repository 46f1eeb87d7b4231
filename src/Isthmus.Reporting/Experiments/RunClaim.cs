namespace Isthmus.Reporting.Experiments;

/// <summary>
/// Claim of one process to train a run of a sweep: a locked file beside the run's folder, which the system unlocks when the process ends, however it ends.
/// </summary>
internal static class RunClaim
{
    /// <summary>Claims a run until disposed; null if another process has it.</summary>
    public static IDisposable? Of(string folder, string run)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, $".{run}.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose
            );
        }
        // Locked; a folder that cannot be written to says so when the run is.
        catch (IOException) when (Directory.Exists(folder))
        {
            return null;
        }
    }
}
