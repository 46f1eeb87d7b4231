using Isthmus.Compression.Photographs;
using Isthmus.Information.Coding;

namespace Isthmus.Tests.Photographs;

/// <summary>Bytes of tests/golden/photographs, which must decode forever and are what today's encoder writes, on any processor.</summary>
public class PixelGoldenTests
{
    [Theory]
    [InlineData(1, 19, 23)]
    [InlineData(3, 30, 41)]
    public void Model_and_tile(int colours, int height, int width)
    {
        var model = PixelModel.FromBytes(GoldenFile.Same($"photographs/pixel-model-{colours}.bin", SmallPixelModel.Of(colours).ToBytes()));
        var planes = SmallPixelModel.Planes(colours, height, width);
        var message = GoldenFile.Same($"photographs/tile-{colours}.bin", new PixelCoder(model).Encode(planes, height, width));
        var back = new byte[planes.Length];
        new PixelCoder(model).Decode(message, back, height, width);
        Assert.Equal(planes, back);
        // More bytes than there are symbols for are damage.
        Assert.Throws<MessageException>(() => new PixelCoder(model).Decode((byte[])[.. message, 1, 2, 3, 4, 5, 6, 7, 8], back, height, width));
    }

    /// <summary>Sums of products at their largest stay in 32 bits: black and white pixels by turns.</summary>
    [Fact]
    public void Black_and_white_pixels_come_back()
    {
        const int Side = 96;
        byte[] planes = [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (byte)((i / 2 * 7919 & 64) == 0 ? 0 : 255))];
        var coder = new PixelCoder(SmallPixelModel.Of(3));
        var back = new byte[planes.Length];
        coder.Decode(coder.Encode(planes, Side, Side), back, Side, Side);
        Assert.Equal(planes, back);
    }
}

public class PixelsOnOtherProcessorsTests
{
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableAVX512")]
    public Task Golden_bytes_are_the_same_without(string variable) => OtherProcessor.Runs(typeof(PixelGoldenTests), 3, variable);
}
