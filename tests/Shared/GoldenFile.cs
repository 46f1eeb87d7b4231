namespace Isthmus.Tests;

/// <summary>Files of tests/golden.</summary>
internal static class GoldenFile
{
    public static string PathOf(string name) => Path.Combine(Repository.Root, "tests", "golden", name);

    /// <summary>
    /// The bytes of a golden file, which these bytes must be. It is written where there is none and the environment says ISTHMUS_NEW_GOLDEN=1; one
    /// that is there is never changed.
    /// </summary>
    public static byte[] Same(string name, byte[] bytes)
    {
        var path = PathOf(name);
        if (Environment.GetEnvironmentVariable("ISTHMUS_NEW_GOLDEN") == "1" && !File.Exists(path))
            File.WriteAllBytes(path, bytes);
        var golden = File.ReadAllBytes(path);
        Assert.Equal(golden, bytes);
        return golden;
    }
}
