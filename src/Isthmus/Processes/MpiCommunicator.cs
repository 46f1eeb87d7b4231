using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Isthmus.Processes;

/// <summary>
/// The processes of an MPI job: <c>mpirun -n 4 program</c>, Slurm's <c>srun</c>, a Kubernetes MPIJob. The MPI library is the one that is installed (Open MPI,
/// MPICH, Intel MPI and others of their families, or one of the standard ABI); it is loaded when this is asked for and not before, and the file may be named
/// by <c>ISTHMUS_MPI</c>.
/// </summary>
/// <remarks>One a process, since MPI begins and ends once. Members are called from one thread at a time.</remarks>
public sealed class MpiCommunicator : Communicator
{
    // A call's count is a 32-bit number.
    private const int MostBytes = 1 << 30;

    // Time for the others to come to an end that is not a success.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly MpiLibrary _library;
    private bool _ended;

    private MpiCommunicator(MpiLibrary library) => (_library, (Rank, Count)) = (library, library.Place());

    /// <summary>The one of this process, from its start to its end; null outside.</summary>
    internal static MpiCommunicator? Current { get; private set; }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <summary>Name and version of the MPI library.</summary>
    public string Library => _library.ToString();

    /// <summary>True if a launcher started this process as one of several, by the variables that it sets.</summary>
    public static bool IsLaunched => MpiLauncher.Find() is { Count: > 1 };

    /// <summary>Joins the processes that were started together. Dispose of the result at the end: the job ends when all have.</summary>
    /// <returns>The communicator; of a process that was started by itself, one process.</returns>
    /// <exception cref="InvalidInputException">No MPI library is installed, or launcher and library are of different MPIs, so that each process would believe
    /// to be alone.</exception>
    public static MpiCommunicator Start()
    {
        var launcher = MpiLauncher.Find();
        var library = MpiLibrary.Load(launcher);
        library.Begin();
        var joined = new MpiCommunicator(library);
        if (launcher is null || launcher.Count == joined.Count)
            return Current = joined;
        joined.Dispose();
        throw new InvalidInputException(
            $"{library.File} ({library})",
            $"sees {joined.Count} process, and {launcher.Name} started {launcher.Count}: launcher and library are of different MPIs",
            $"start it by the launcher of that library, or name the launcher's library by {MpiLibrary.Variable}"
        );
    }

    /// <summary>Returns the processes on this machine, its processors, and how many of those this process may use.</summary>
    internal (int Processes, int Processors, int Own) OnThisMachine()
    {
        var machine = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName)));
        return (
            Gather(machine).Count(other => other == machine),
            OperatingSystem.IsLinux() ? get_nprocs() : Environment.ProcessorCount,
            Environment.ProcessorCount
        );
    }

    /// <inheritdoc/>
    public override void Barrier() => _library.Barrier();

    /// <summary>Waits for the others for some seconds.</summary>
    /// <returns>True if all came.</returns>
    internal bool TryBarrier() => _library.Barrier(Patience);

    internal override void AllGather(nint memory, long bytesOfPart)
    {
        if (bytesOfPart <= MostBytes)
            _library.AllGather(memory, (int)bytesOfPart);
        else
            for (var rank = 0; rank < Count; rank++)
                Broadcast((nint)(memory + rank * bytesOfPart), bytesOfPart, rank);
    }

    internal override void AllToAll(nint sent, nint received, long bytesOfPart) => _library.AllToAll(sent, received, checked((int)bytesOfPart));

    internal override void Broadcast(nint memory, long bytes) => Broadcast(memory, bytes, 0);

    private void Broadcast(nint memory, long bytes, int from)
    {
        for (var first = 0L; first < bytes; first += MostBytes)
            _library.Broadcast((nint)(memory + first), (int)Math.Min(MostBytes, bytes - first), from);
    }

    internal override void Abort(int exitCode) => _library.Abort(exitCode);

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_ended)
            return;
        (_ended, Current) = (true, null);
        _library.End();
    }

    [DllImport("libc")]
    private static extern int get_nprocs();
}
