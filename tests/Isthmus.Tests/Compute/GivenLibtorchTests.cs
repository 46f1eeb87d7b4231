using System.Runtime.InteropServices;
using Isthmus.Compute;

namespace Isthmus.Tests.Compute;

/// <summary>A libtorch of the user's: every way in which it cannot be used is one line that names the folder.</summary>
public sealed class GivenLibtorchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Lib => _folder.File("torch/lib");

    public GivenLibtorchTests() => Directory.CreateDirectory(Lib);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_that_holds_none_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A libtorch is given on Linux only.");
        Assert.Contains("is no folder", Refused(_folder.File("nothing")));
        Assert.Contains("holds no libc10.so", Refused(Lib));
        foreach (var name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            File.WriteAllText(Path.Combine(Lib, name), "no library");
        Assert.EndsWith($"give {Lib}.", Refused(_folder.File("torch")));
        GivenLibtorch.Check(Lib, null);
        Assert.False(GivenLibtorch.HasCuda(Lib));
        var error = Assert.Throws<InvalidInputException>(() => GivenLibtorch.Load(Lib)).Message;
        Assert.Contains("holds a libc10.so that does not load: ", error);
        Assert.DoesNotContain("strace", error);
    }

    [Theory]
    [InlineData("version.py", "from typing import Optional\n__version__ = '1.13.1'\ndebug = False\n", 1, 13)]
    [InlineData("version.py", "__all__ = ['__version__']\n__version__ = '2.11.0+cu130'\ncuda: Optional[str] = '13.0'\n", 2, 11)]
    [InlineData("build-version", "2.9.1+cpu\n", 2, 9)]
    public void Another_version_is_refused_before_anything_is_loaded(string file, string text, int major, int minor)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A libtorch is given on Linux only.");
        File.WriteAllText(_folder.File($"torch/{file}"), text);
        Assert.Equal((major, minor), GivenLibtorch.VersionBeside(Lib));
        Assert.Contains($"holds a libtorch of version {major}.{minor}, and version 2.10 is needed", Refused(Lib));
        File.WriteAllText(_folder.File($"torch/{file}"), text.Replace($"{major}.{minor}.", "2.10."));
        Assert.Contains("holds no libc10.so", Refused(Lib));
    }

    [Fact]
    public void A_library_says_its_version_itself()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A libtorch is given on Linux only.");
        TensorLibrary.EnsureLoaded();
        var own = NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libtorch_cpu.so"));
        Assert.Equal((2, 10), GivenLibtorch.VersionOf(own));
        GivenLibtorch.DemandVersion("here", (2, 10));
        // Before 2.9 there was no such function, as there is none in the C library.
        Assert.Null(GivenLibtorch.VersionOf(NativeLibrary.Load("libc.so.6")));
        Assert.Contains("older version", Assert.Throws<InvalidInputException>(() => GivenLibtorch.DemandVersion("here", null)).Message);
    }

    [Fact]
    public void Two_libtorchs_in_one_process_are_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A libtorch is given on Linux only.");
        var own = _folder.File("program");
        Directory.CreateDirectory(own);
        foreach (var folder in (string[])[Lib, own])
            foreach (var name in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
                File.WriteAllText(Path.Combine(folder, name), "");
        Assert.Contains("would be loaded beside it", Assert.Throws<InvalidInputException>(() => GivenLibtorch.Check(Lib, own)).Message);
        GivenLibtorch.Check(own, own);
        // A link to the user's is the user's.
        File.Delete(Path.Combine(own, "libtorch_cpu.so"));
        File.CreateSymbolicLink(Path.Combine(own, "libtorch_cpu.so"), Path.Combine(Lib, "libtorch_cpu.so"));
        GivenLibtorch.Check(Lib, own);
    }

    private static string Refused(string folder)
    {
        var error = Assert.Throws<InvalidInputException>(() => GivenLibtorch.Check(folder, null)).Message;
        Assert.StartsWith($"ISTHMUS_LIBTORCH={folder} ", error);
        Assert.DoesNotContain('\n', error);
        return error;
    }
}
