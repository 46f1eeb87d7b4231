namespace Isthmus.Tests;

/// <summary>Files of tests/golden, found from the test program's folder upwards.</summary>
internal static class GoldenFile
{
    public static string PathOf(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Isthmus.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("No Isthmus.slnx above the test program: run the tests inside the repository."), "tests", "golden", name);
    }
}
