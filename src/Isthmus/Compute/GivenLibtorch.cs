using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Isthmus.Compute;

/// <summary>
/// A libtorch that the user has and this build has not, such as one for CUDA: the folder <c>torch/lib</c> of an installed PyTorch, or <c>lib</c> of a libtorch,
/// named by the environment variable ISTHMUS_LIBTORCH. Linux alone. It must be of the version that TorchSharp was built against.
/// </summary>
internal static partial class GivenLibtorch
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "ISTHMUS_LIBTORCH";

    private const string Cpu = "libtorch_cpu.so",
        Cuda = "libtorch_cuda.so";
    private const int Major = 2,
        Minor = 10;

    // In the order in which each needs those before it.
    private static readonly string[] Libraries = ["libc10.so", Cpu, "libc10_cuda.so", Cuda, "libtorch.so"],
        Optional = ["libc10_cuda.so", Cuda];

    /// <summary>The folder that the user names; null if there is none.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;

    /// <summary>True if the libraries in a folder are for CUDA too.</summary>
    public static bool HasCuda(string folder) => File.Exists(Path.Combine(folder, Cuda));

    /// <summary>Checks what can be seen without loading anything.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="own">Folder with the libtorch of this build; null if it has none.</param>
    /// <exception cref="InvalidInputException">No such folder, no libtorch in it, another system, or a build with a libtorch of its own.</exception>
    public static void Check(string folder, string? own)
    {
        if (!OperatingSystem.IsLinux())
            throw Refused(folder, "is for Linux; on other systems models compute on the CPU", $"unset {Variable}");
        if (!Directory.Exists(folder))
            throw Refused(folder, "is no folder", "give torch/lib of an installed PyTorch, or lib of a libtorch");
        if (VersionBeside(folder) is { } version)
            DemandVersion(folder, version);
        if (Libraries.Except(Optional).FirstOrDefault(name => !File.Exists(Path.Combine(folder, name))) is { } missing)
            throw Refused(
                folder,
                $"holds no {missing}, so it is no libtorch that can be loaded",
                File.Exists(Path.Combine(folder, "lib", Cpu))
                    ? $"give {Path.Combine(folder, "lib")}"
                    : $"give torch/lib of an installed PyTorch {Major}.{Minor}, or lib of a libtorch"
            );
        // TorchSharp asks for the library beside it by its path, and two of them in one process end it.
        if (own is not null && !IsSame(Path.Combine(folder, Cpu), Path.Combine(own, Cpu)))
            throw Refused(
                folder,
                $"cannot take the place of the libtorch in {own}, which would be loaded beside it",
                $"take a build without one (dotnet publish -p:Libtorch=none), or remove {string.Join(", ", Libraries.Except(Optional))} from there"
            );
    }

    /// <summary>Loads the libraries, after a check of their version.</summary>
    /// <exception cref="InvalidInputException">Another version, or a library that does not load.</exception>
    public static void Load(string folder)
    {
        foreach (var name in Libraries.Where(name => File.Exists(Path.Combine(folder, name))))
        {
            if (!TryLoad(Path.Combine(folder, name), out var library, out var why))
                throw Refused(folder, $"holds a {name} that does not load: {why}", $"check it with: ldd {Path.Combine(folder, name)}");
            if (name == Cpu)
                DemandVersion(folder, VersionOf(library));
        }
    }

    /// <summary>
    /// Returns the version that is written beside a folder of libraries: in version.py of PyTorch, in build-version of a libtorch; null if there is neither.
    /// </summary>
    internal static (int Major, int Minor)? VersionBeside(string folder)
    {
        foreach (var name in (string[])["version.py", "build-version"])
            if (Path.Combine(folder, "..", name) is var file && File.Exists(file) && WrittenVersion().Match(File.ReadAllText(file)) is { Success: true } found)
                return (int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(found.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        return null;
    }

    [GeneratedRegex(@"(?:^|__version__\s*=\s*['""])(\d{1,4})\.(\d{1,4})\.", RegexOptions.Multiline)]
    private static partial Regex WrittenVersion();

    /// <summary>Returns a libtorch's version, major and minor; null of one from before 2.9, which does not say.</summary>
    internal static unsafe (int Major, int Minor)? VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var version))
            return null;
        // Major, minor and patch in the three highest bytes.
        var bits = ((delegate* unmanaged<ulong>)version)();
        return ((int)(bits >> 56), (int)(bits >> 48 & 0xff));
    }

    /// <summary>Throws unless a version is that which TorchSharp was built against.</summary>
    internal static void DemandVersion(string folder, (int Major, int Minor)? version)
    {
        if (version != (Major, Minor))
            throw Refused(
                folder,
                $"holds a libtorch of {(version is { } other ? $"version {other.Major}.{other.Minor}" : "an older version, which does not say which")}, and "
                    + $"version {Major}.{Minor} is needed",
                $"give the folder of a PyTorch {Major}.{Minor}"
            );
    }

    private static bool TryLoad(string path, out nint library, out string why)
    {
        try
        {
            (library, why) = (NativeLibrary.Load(path), "");
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // .NET puts advice for programmers before what the loader says.
            var message = e.Message.ReplaceLineEndings(" ").Trim();
            (library, why) = (0, message[(message.LastIndexOf("variable:", StringComparison.Ordinal) is >= 0 and var at ? at + 9 : 0)..].Trim());
            return false;
        }
    }

    private static bool IsSame(string one, string other) => RealPath.Comparer.Equals(RealPath.Of(one), RealPath.Of(other));

    private static InvalidInputException Refused(string folder, string problem, string remedy) => new($"{Variable}={folder}", problem, remedy);
}
