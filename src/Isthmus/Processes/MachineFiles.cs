using System.Security.Cryptography;
using System.Text;
using Isthmus.Data.Storage;
using Microsoft.Win32.SafeHandles;

namespace Isthmus.Processes;

/// <summary>
/// Temporary files that the ranks of one machine have in common. The first of them writes; the others open its files, which have no names, by its number and
/// that of the open file (<c>/proc/PROCESS/fd/FILE</c>). So nothing is left behind however a rank ends, and what is open stays readable when the writer has
/// ended. A rank that cannot open the first one's files (another container, another user) has files of its own.
/// </summary>
internal sealed class MachineFiles : FileSharing
{
    private readonly Communicator _ranks;
    private readonly Probe[] _probes;
    private readonly int _writer;

    private MachineFiles(Communicator ranks, Probe[] probes, int writer)
    {
        (_ranks, _probes, _writer) = (ranks, probes, writer);
        Available = probes.Min(probe => probe.Available);
    }

    /// <inheritdoc/>
    public override bool IsWriter => _writer == _ranks.Rank;

    /// <inheritdoc/>
    public override long Available { get; }

    /// <summary>Finds out which ranks can read whose files; all ranks call it. Null for one process, and where the system has no such numbers.</summary>
    public static MachineFiles? Of(Communicator ranks)
    {
        if (ranks.Count == 1 || !OperatingSystem.IsLinux())
            return null;
        var token = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        using var own = Written(token);
        var probes = ranks.Gather(new Probe(Machine(), Environment.ProcessId, Number(own), token, StoragePlace.AvailableMemory()));
        var writer = Enumerable.Range(0, ranks.Rank + 1).First(rank => rank == ranks.Rank || Holds(probes[rank], probes[ranks.Rank].Machine));
        // Every rank has looked, and the files may go. One that reads another's writes none.
        var writers = ranks.Gather(writer);
        return new(ranks, probes, writers[writer] == writer ? writer : ranks.Rank);
    }

    /// <inheritdoc/>
    public override SafeFileHandle Complete(SafeFileHandle? own)
    {
        var files = _ranks.Gather(Number(own));
        try
        {
            var file = own ?? Open(_probes[_writer].Process, files[_writer]);
            // The writer may close a file that it has read itself.
            _ranks.Barrier();
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The temporary file of rank {_writer}",
                $"cannot be opened by rank {_ranks.Rank}: {e.Message}",
                "start again",
                cause: e
            );
        }
    }

    private static long Number(SafeFileHandle? file) => file is null ? -1 : file.DangerousGetHandle();

    private static SafeFileHandle? Written(long token)
    {
        try
        {
            var file = TemporaryFile.Open();
            RandomAccess.Write(file, BitConverter.GetBytes(token), 0);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such files, then.
            return null;
        }
    }

    private static bool Holds(Probe probe, long machine)
    {
        if (probe.Machine != machine || probe.File < 0)
            return false;
        try
        {
            // Behind a number of another name space could be a pipe, which waits.
            if (new FileInfo(PathOf(probe.Process, probe.File)).LinkTarget?.Contains(TemporaryFile.Extension, StringComparison.Ordinal) != true)
                return false;
            using var file = Open(probe.Process, probe.File);
            var token = new byte[sizeof(long)];
            return RandomAccess.Read(file, token, 0) == token.Length && BitConverter.ToInt64(token) == probe.Token;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static SafeFileHandle Open(long process, long file) => File.OpenHandle(PathOf(process, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    private static string PathOf(long process, long file) => FormattableString.Invariant($"/proc/{process}/fd/{file}");

    private static long Machine() =>
        BitConverter.ToInt64(
            SHA256.HashData(Encoding.UTF8.GetBytes(File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id") : ""))
        );

    private readonly record struct Probe(long Machine, long Process, long File, long Token, long Available);
}
