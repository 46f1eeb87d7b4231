using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Isthmus.Compression;

namespace Isthmus.Tests.Compression;

/// <summary>
/// Bytes of tests/golden/integer, which must decode forever and are what today's encoder writes, on any processor. A new file is written only
/// where there is none: a golden file is never changed.
/// </summary>
public class IntegerGoldenTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void Model_and_payloads(int levels)
    {
        var model = IntegerModel.FromBytes(Same($"model-{levels}.bin", SmallModel.Of(levels).ToBytes()));
        var records = SmallModel.Records(model, 70);
        foreach (var codec in model.Codecs)
        {
            var back = new byte[records.Length];
            codec.Decode(Same($"{codec.Type}-{levels}.bin", codec.Encode(records, 70)!), 70, back);
            Assert.Equal(records, back);
        }
    }

    [Fact]
    public void Without_vector_instructions_there_are_none()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableHWIntrinsic") == "0")
            Assert.False(Avx2.IsSupported || Avx512BW.IsSupported || System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated);
        if (Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") == "0")
            Assert.False(Avx512BW.IsSupported);
    }

    /// <summary>The tests above in a process of their own, as another processor would run them.</summary>
    internal static async Task RunInAnotherProcess(string variable)
    {
        var program = typeof(IntegerGoldenTests).Assembly.Location;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, "-class", typeof(IntegerGoldenTests).FullName!]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[variable] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await error);
        Assert.Contains("Total: 3,", output);
    }

    private static byte[] Same(string name, byte[] bytes)
    {
        var path = GoldenFile.PathOf(Path.Combine("integer", name));
        if (Environment.GetEnvironmentVariable("ISTHMUS_NEW_GOLDEN") == "1" && !File.Exists(path))
            File.WriteAllBytes(path, bytes);
        var golden = File.ReadAllBytes(path);
        Assert.Equal(golden, bytes);
        return golden;
    }
}

public class IntegerModelsOnOtherProcessorsTests
{
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableAVX512")]
    public Task Golden_bytes_are_the_same_without(string variable) => IntegerGoldenTests.RunInAnotherProcess(variable);
}
