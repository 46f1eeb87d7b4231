using System.Diagnostics;

namespace Isthmus.Tests;

/// <summary>Tests in a process of their own, as a processor with fewer instructions would run them.</summary>
internal static class OtherProcessor
{
    /// <summary>Runs a class of tests with one of the runtime's switches off, such as DOTNET_EnableAVX2; as many as are expected must pass.</summary>
    public static async Task Runs(Type tests, int expected, string variable)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [tests.Assembly.Location, "-class", tests.FullName!]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[variable] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await error);
        Assert.Contains($"Total: {expected},", output);
    }
}
