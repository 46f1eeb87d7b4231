using System.Diagnostics;

namespace Isthmus.Tests;

/// <summary>The command dotnet.</summary>
internal static class DotnetCommand
{
    /// <summary>Runs the command in a folder, expects exit code 0, and returns what it wrote on standard output.</summary>
    public static async Task<string> Run(string folder, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                // The test host's own MSBuild settings are not the sample's.
                Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
            }
        )!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await error);
        return output;
    }
}
