using System.Runtime.InteropServices;
using System.Text;

namespace Isthmus.Processes;

/// <summary>
/// Functions of an installed MPI library: those that move bytes. Three families of handles exist, and the exported symbols tell them apart: Open MPI's are
/// addresses of structures that it exports, MPICH's and Intel's 32-bit numbers, those of the standard ABI (MPI 5) small numbers.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Environment variable that names the library's file.</summary>
    public const string Variable = "ISTHMUS_MPI";

    private static readonly string[] OpenMpi = ["libmpi.so.40"],
        Mpich = ["libmpich.so.12", "libmpi.so.12"],
        Standard = ["libmpi_abi.so.1", "libmpi_abi.so.0"],
        Windows = ["msmpi.dll"],
        MacOs = ["libmpi.40.dylib", "libmpi.12.dylib", "libmpi_abi.1.dylib", "libmpi_abi.0.dylib"];

    private readonly nint _world,
        _byte,
        _inPlace,
        _ignoredStatus;
    private readonly int _serialised;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int, int*, int> _init;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _rank,
        _size;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _barrier;
    private readonly delegate* unmanaged[Cdecl]<nint, int, nint, nint, int, nint, nint, int> _allGather,
        _allToAll;
    private readonly delegate* unmanaged[Cdecl]<nint, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, int> _beginBarrier;
    private readonly delegate* unmanaged[Cdecl]<nint*, int*, nint, int> _test;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> _abort;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;
    private readonly delegate* unmanaged[Cdecl]<byte*, int*, int> _version;

    private MpiLibrary(nint library, string file)
    {
        File = file;
        nint Symbol(string name) => NativeLibrary.GetExport(library, name);
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _world))
            (Abi, _byte, _inPlace, _ignoredStatus, _serialised) = ("Open MPI", Symbol("ompi_mpi_byte"), 1, 0, 2);
        else if (Path.GetFileName(file).StartsWith("libmpi_abi.", StringComparison.Ordinal))
            (Abi, _world, _byte, _inPlace, _ignoredStatus, _serialised) = ("standard", 0x101, 0x247, 1, 0, 2048);
        else
            (Abi, _world, _byte, _inPlace, _ignoredStatus, _serialised) = ("MPICH", 0x44000000, 0x4c00010d, -1, 1, 2);
        _init = (delegate* unmanaged[Cdecl]<nint, nint, int, int*, int>)Symbol("MPI_Init_thread");
        _rank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Symbol("MPI_Comm_rank");
        _size = (delegate* unmanaged[Cdecl]<nint, int*, int>)Symbol("MPI_Comm_size");
        _barrier = (delegate* unmanaged[Cdecl]<nint, int>)Symbol("MPI_Barrier");
        _allGather = (delegate* unmanaged[Cdecl]<nint, int, nint, nint, int, nint, nint, int>)Symbol("MPI_Allgather");
        _allToAll = (delegate* unmanaged[Cdecl]<nint, int, nint, nint, int, nint, nint, int>)Symbol("MPI_Alltoall");
        _broadcast = (delegate* unmanaged[Cdecl]<nint, int, nint, int, nint, int>)Symbol("MPI_Bcast");
        _beginBarrier = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Symbol("MPI_Ibarrier");
        _test = (delegate* unmanaged[Cdecl]<nint*, int*, nint, int>)Symbol("MPI_Test");
        _abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Symbol("MPI_Abort");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Symbol("MPI_Finalize");
        _version = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Symbol("MPI_Get_library_version");
    }

    /// <summary>File that the functions are in.</summary>
    public string File { get; }

    /// <summary>Family of handles: Open MPI, MPICH or standard.</summary>
    public string Abi { get; }

    /// <summary>Loads the library of the launcher that started this process, or another that is installed.</summary>
    /// <exception cref="InvalidInputException">None is installed, or the named one cannot be used.</exception>
    public static MpiLibrary Load(MpiLauncher? launcher)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        string[] files =
            named is { Length: > 0 } ? [named]
            : OperatingSystem.IsWindows() ? Windows
            : OperatingSystem.IsMacOS() ? MacOs
            : launcher?.IsMpich == true ? [.. Mpich, .. Standard, .. OpenMpi]
            : [.. OpenMpi, .. Mpich, .. Standard];
        // UCX takes the signals by which .NET raises NullReferenceException. It reads the C library's environment when it is loaded.
        if (OperatingSystem.IsLinux())
            setenv("UCX_ERROR_SIGNALS", "", overwrite: 0);
        foreach (var file in files)
            if (NativeLibrary.TryLoad(file, out var library))
                try
                {
                    return new(library, file);
                }
                catch (EntryPointNotFoundException e)
                {
                    throw new InvalidInputException(file, $"is no MPI library that can be used: {e.Message}", $"name another by {Variable}", null, e);
                }
        throw new InvalidInputException(
            "MPI",
            $"is asked for, and no library of it was found ({string.Join(", ", files)})",
            $"install the one of your launcher (Debian: openmpi-bin, or mpich), or name its file by {Variable}"
        );
    }

    /// <summary>Begins, for use by one thread at a time.</summary>
    public void Begin()
    {
        int provided;
        Check(_init(0, 0, _serialised, &provided), "MPI_Init_thread");
        if (provided < _serialised)
            throw new InvalidOperationException($"{File} can be used by the first thread alone, and Isthmus calls it from others.");
    }

    /// <summary>Returns this process's number and the number of processes.</summary>
    public (int Rank, int Count) Place()
    {
        int rank,
            size;
        Check(_rank(_world, &rank), "MPI_Comm_rank");
        Check(_size(_world, &size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>Waits until every process is here.</summary>
    public void Barrier() => Check(_barrier(_world), "MPI_Barrier");

    /// <summary>Waits until every process is here, or until time is up.</summary>
    /// <returns>True if all came.</returns>
    public bool Barrier(TimeSpan atMost)
    {
        nint request = 0;
        Check(_beginBarrier(_world, &request), "MPI_Ibarrier");
        for (var end = DateTime.UtcNow + atMost; ; Thread.Sleep(1))
        {
            int done;
            Check(_test(&request, &done, _ignoredStatus), "MPI_Test");
            if (done != 0)
                return true;
            if (DateTime.UtcNow > end)
                return false;
        }
    }

    /// <summary>Exchanges equal parts in place.</summary>
    public void AllGather(nint memory, int bytesOfPart) => Check(_allGather(_inPlace, 0, _byte, memory, bytesOfPart, _byte, _world), "MPI_Allgather");

    /// <summary>Exchanges equal parts, one for each process.</summary>
    public void AllToAll(nint sent, nint received, int bytesOfPart) =>
        Check(_allToAll(sent, bytesOfPart, _byte, received, bytesOfPart, _byte, _world), "MPI_Alltoall");

    /// <summary>Overwrites bytes with those of one process.</summary>
    public void Broadcast(nint memory, int bytes, int from) => Check(_broadcast(memory, bytes, _byte, from, _world), "MPI_Bcast");

    /// <summary>Ends all processes.</summary>
    public void Abort(int exitCode) => _abort(_world, exitCode);

    /// <summary>Ends the use of the library, when all processes do.</summary>
    public void End() => Check(_finalize(), "MPI_Finalize");

    /// <summary>The library's name and version, first line.</summary>
    public override string ToString()
    {
        // MPI_MAX_LIBRARY_VERSION_STRING is 8192 at most.
        var text = stackalloc byte[8192];
        int length;
        return _version(text, &length) == 0 ? Encoding.UTF8.GetString(text, length).Split('\n')[0].Trim().TrimEnd(',') : Abi;
    }

    // By default MPI ends the job itself; a library that was told otherwise returns a number.
    private static void Check(int code, string function)
    {
        if (code != 0)
            throw new InvalidOperationException($"{function} failed with code {code}.");
    }

    [DllImport("libc", CharSet = CharSet.Ansi)]
    private static extern int setenv(string name, string value, int overwrite);
}
