using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Isthmus.Compute;

/// <summary>Loads libtorch and TorchSharp's bridge to it, even if the bridge's own load fails.</summary>
/// <remarks>
/// TorchSharp 0.107.0's <c>libLibTorchSharp.so</c> demands <c>GLIBCXX_3.4.32</c> for one symbol
/// (<c>_ZSt21ios_base_library_initv</c>) that nothing relocates against. Debian 12, Ubuntu 22.04 and RHEL 9 stop at
/// 3.4.30, so it does not load there. The cure is a private copy with that demand marked weak, loaded before anything
/// touches TorchSharp; its SONAME then answers every later request. See docs/decisions/0002-torchsharp-on-older-linux.md.
/// </remarks>
public static class TensorLibrary
{
    private const string NewestLibStdCxxVersion = "GLIBCXX_3.4.32",
        Bridge = "libLibTorchSharp.so";
    private static readonly string[] LibTorch = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>True after <see cref="EnsureLoaded"/> has succeeded in this process.</summary>
    public static bool IsLoaded => Volatile.Read(ref _loaded);

    /// <summary>Loads the native libraries once. Call before the first use of TorchSharp.</summary>
    /// <remarks>
    /// The environment variable ISTHMUS_LIBTORCH names the folder of another libtorch of the same version, such as one for CUDA (Linux).
    /// </remarks>
    /// <exception cref="PlatformNotSupportedException">No native build exists for this system, or it cannot be loaded; the message says which and what to
    /// do.</exception>
    /// <exception cref="InvalidInputException">ISTHMUS_LIBTORCH names no folder, one without a libtorch, or one of another version.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (_loaded)
                return;
            CheckPlatform(
                OperatingSystem.IsLinux() ? OSPlatform.Linux
                    : OperatingSystem.IsWindows() ? OSPlatform.Windows
                    : OSPlatform.OSX,
                RuntimeInformation.ProcessArchitecture
            );
            // A thread of OpenMP that spins until there is work steals a core from everything else; one that sleeps at once
            // is woken too late for small matrices. A short spin is neither: two threads on a quiet machine trained the
            // 784-400-400-40 network at 1.3 times one thread's rate with it, and at 0.8 times asleep.
            if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
                SetNativeEnvironmentVariable("GOMP_SPINCOUNT", "10000");
            var given = GivenLibtorch.Folder;
            if (given is not null)
                GivenLibtorch.Check(given, NativeDirectories().FirstOrDefault(place => File.Exists(Path.Combine(place, "libtorch_cpu.so"))));
            if (OperatingSystem.IsLinux())
            {
                KeepFreedMemory();
                LoadOnLinux(given);
            }
            RuntimeHelpers.RunClassConstructor(typeof(TorchSharp.torch).TypeHandle);
            Volatile.Write(ref _loaded, true);
        }
    }

    /// <summary>Throws unless libtorch is packaged for this system.</summary>
    internal static void CheckPlatform(OSPlatform system, Architecture architecture)
    {
        var supported =
            (system == OSPlatform.Linux || system == OSPlatform.Windows) && architecture == Architecture.X64
            || system == OSPlatform.OSX && architecture == Architecture.Arm64;
        if (!supported)
            throw new PlatformNotSupportedException(
                $"No tensor library exists for {system} on {architecture}: models need Linux x64, Windows x64 or macOS arm64. "
                    + "Entropy, mutual information and coding (Isthmus.Information) work here without it."
            );
    }

    private static void LoadOnLinux(string? given)
    {
        var directory = NativeDirectory(given is null ? "libtorch_cpu.so" : Bridge);
        if (given is not null)
            GivenLibtorch.Load(given);
        else
            foreach (var name in LibTorch)
                LoadOrThrow(Path.Combine(directory, name));
        var bridge = Path.Combine(directory, Bridge);
        if (NativeLibrary.TryLoad(bridge, out _))
            return;
        LoadOrThrow(PatchedCopy(bridge, CacheDirectory()));
    }

    /// <summary>Writes the copy of <paramref name="bridge"/> that older systems can load, unless it exists.</summary>
    /// <returns>The path of the copy, named by the SHA-256 of its source.</returns>
    internal static string PatchedCopy(string bridge, string cacheDirectory)
    {
        var bytes = File.ReadAllBytes(bridge);
        var source = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (ElfVersionNeeds.MarkWeak(bytes, NewestLibStdCxxVersion) == 0)
            throw new PlatformNotSupportedException(
                $"{bridge} does not load on this system, and not for the known reason ({NewestLibStdCxxVersion}). Check with: ldd {bridge}"
            );
        var copy = Path.Combine(cacheDirectory, source[..16], "libLibTorchSharp.so");
        // An attacker, or a full disk, may have left something else under that name: trust the bytes, not the name.
        if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(bytes))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            AtomicFile.Write(copy, stream => stream.Write(bytes));
        }
        return copy;
    }

    private static string[] NativeDirectories() =>
        [
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
            .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        ];

    private static string NativeDirectory(string library)
    {
        var places = NativeDirectories();
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, library)) && File.Exists(Path.Combine(place, Bridge)))
            ?? places.FirstOrDefault(place => File.Exists(Path.Combine(place, library)))
            ?? throw new PlatformNotSupportedException(
                library == Bridge
                    ? $"{Bridge} was not found beside the program ({AppContext.BaseDirectory}): it belongs to the package TorchSharp."
                    : $"{library} was not found beside the program ({AppContext.BaseDirectory}): add the package Isthmus.Cpu, or "
                        + $"libtorch-cpu-linux-x64 2.10.0, or name the folder of one by {GivenLibtorch.Variable}."
            );
    }

    private static string CacheDirectory()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var preferred = Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "isthmus", "native");
        try
        {
            Directory.CreateDirectory(preferred);
            return preferred;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Directory.CreateTempSubdirectory("isthmus-native-").FullName;
        }
    }

    private static void LoadOrThrow(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new PlatformNotSupportedException($"{path} does not load: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // Environment.SetEnvironmentVariable changes .NET's copy only; OpenMP reads the C library's.
    private static void SetNativeEnvironmentVariable(string name, string value)
    {
        if (OperatingSystem.IsLinux())
            setenv(name, value, overwrite: 0);
    }

    /// <summary>
    /// Tells the C library to keep what it frees. By default it hands every tensor above 32 MB, and the top of its heap,
    /// back to the kernel at once, and the next step takes the same pages again, each to be zeroed: a third of the time of
    /// a convolutional step (seen as system time). What is kept is what a step needs at its peak.
    /// </summary>
    private static void KeepFreedMemory()
    {
        try
        {
            mallopt(MmapThreshold, 1 << 30);
            mallopt(TrimThreshold, int.MaxValue);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such switch, and no need of it.
        }
    }

    // malloc.h of the GNU C library.
    private const int TrimThreshold = -1,
        MmapThreshold = -3;

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc", CharSet = CharSet.Ansi)]
    private static extern int setenv(string name, string value, int overwrite);
}
