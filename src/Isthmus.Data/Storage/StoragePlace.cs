using System.Globalization;

namespace Isthmus.Data.Storage;

/// <summary>
/// Choice of where the records of a data set are kept: in memory or in a file. By itself it is a file once they take more than an eighth of the memory
/// available; reading and training take several times what the records do.
/// </summary>
/// <param name="IsAsked">True for a file, false for memory, null for a choice by size.</param>
internal sealed record StoragePlace(bool? IsAsked)
{
    private const int Part = 8;

    /// <summary>Bytes of memory available: what the machine has left, and no more than the process may have (its control group's limit).</summary>
    public long Available
    {
        get => Sharing?.Available ?? field;
        init;
    } = AvailableMemory();

    /// <summary>Processes that have temporary files in common; null for this process alone.</summary>
    public FileSharing? Sharing { get; init; }

    /// <summary>Largest number of bytes of records that are kept in memory.</summary>
    public long MostInMemory =>
        IsAsked switch
        {
            true => 0,
            false => long.MaxValue,
            null => Available / Part,
        };

    /// <summary>Note on records that are kept in a file by themselves; null if that was asked for.</summary>
    /// <param name="bytes">Bytes of the records.</param>
    public Wording? Note(long bytes) =>
        IsAsked is null
            ? (Wording)(
                $"the records take {NumberText.OfBytes(bytes)}, more than an eighth of the {NumberText.OfBytes(Available)} of memory available, and stay in a "
                + $"file in {TemporaryFile.Folder} ({OptionNames.Stream} false keeps them in memory)"
            )
            : null;

    internal static long AvailableMemory()
    {
        // The runtime knows the limits of control groups.
        var allowed = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        try
        {
            var line = OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal))
                : null;
            return line is null ? allowed : Math.Min(allowed, 1024 * long.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return allowed;
        }
    }
}
