using System.Runtime.Intrinsics.X86;
using Isthmus.Compression.Integer;
using Isthmus.Tests.Compression.Archive;

namespace Isthmus.Tests.Compression.Integer;

/// <summary>
/// Bytes of tests/golden/integer, which must decode forever and are what today's encoder writes, on any processor.
/// </summary>
public class IntegerGoldenTests
{
    [Theory]
    [MemberData(nameof(SmallModel.Names), MemberType = typeof(SmallModel))]
    public void Model_and_payloads(string name)
    {
        var model = IntegerModel.FromBytes(GoldenFile.Same($"integer/model-{name}.bin", SmallModel.Of(name).ToBytes()));
        var records = SmallModel.Records(model, 70);
        foreach (var codec in model.Codecs)
        {
            var back = new byte[records.Length];
            codec.Decode(GoldenFile.Same($"integer/{codec.Type}-{name}.bin", codec.Encode(records, 70)!), 70, back);
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
}

public class IntegerModelsOnOtherProcessorsTests
{
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableAVX512")]
    public Task Golden_bytes_are_the_same_without(string variable) => OtherProcessor.Runs(typeof(IntegerGoldenTests), 9, variable);

    /// <summary>Whole archives, decoded and written again.</summary>
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableAVX512")]
    public Task Golden_archives_are_the_same_without(string variable) => OtherProcessor.Runs(typeof(ArchiveGoldenTests), 11, variable);
}
