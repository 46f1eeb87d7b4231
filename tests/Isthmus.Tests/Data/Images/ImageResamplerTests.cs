using CsCheck;
using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Images;

public class ImageResamplerTests
{
    [Fact]
    public void A_constant_stays_constant_at_every_size() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Byte)
            .Sample((h, w, toH, toW, value) => Resize(Enumerable.Repeat(value, h * w).ToArray(), new(h, w), new(toH, toW)).All(pixel => pixel == value));

    [Fact]
    public void The_same_size_changes_nothing() => Gen.Byte.Array[12].Sample(pixels => Resize(pixels, new(3, 4), new(3, 4)).SequenceEqual(pixels));

    // Halving, pixels 1.5 away and nearer count 1/4 and 3/4 a side; at the border the missing tap's weight goes to the others.
    [Fact]
    public void Halving_weighs_every_pixel() =>
        Assert.Equal(
            [(byte)Math.Round((0 * 3 + 80 * 3 + 160 * 1) / 7.0), (byte)Math.Round((80 * 1 + 160 * 3 + 240 * 3) / 7.0)],
            Resize([0, 80, 160, 240], new(1, 4), new(1, 2))
        );

    [Fact]
    public void Doubling_is_linear() => Assert.Equal([0, 25, 75, 100], Resize([0, 100], new(1, 2), new(1, 4)));

    private static byte[] Resize(byte[] pixels, ImageSize from, ImageSize to)
    {
        var resized = new byte[to.Height * to.Width];
        ImageResampler.Resize(pixels, from, resized, to, 1);
        return resized;
    }
}
