using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Reporting.Drawing;
using SkiaSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Data.Images;

public class ImageGridTests
{
    private static readonly ImageSchema Grey = new(2, 3, 1, 256);

    [Fact]
    public void Pixels_land_row_by_row_inside_their_cell()
    {
        byte[][] pictures =
        [
            [.. Enumerable.Range(0, 6).Select(i => (byte)(10 + i))],
            [.. Enumerable.Range(0, 6).Select(i => (byte)(20 + i))],
            [.. Enumerable.Range(0, 6).Select(i => (byte)(30 + i))],
        ];
        using var grid = SKBitmap.Decode(ImageGrid.Png(Grey, pictures, columns: 2));
        Assert.Equal((2 * 3 + 3 * ImageGrid.Gap, 2 * 2 + 3 * ImageGrid.Gap), (grid.Width, grid.Height));
        for (var i = 0; i < 18; i++)
        {
            var (picture, pixel) = (i / 6, i % 6);
            var (x, y) = (ImageGrid.Gap + picture % 2 * (3 + ImageGrid.Gap) + pixel % 3, ImageGrid.Gap + picture / 2 * (2 + ImageGrid.Gap) + pixel / 3);
            Assert.Equal(Shade(pictures[picture][pixel]), grid.GetPixel(x, y));
        }
    }

    [Fact]
    public void Gaps_and_places_left_over_are_mid_grey()
    {
        using var grid = SKBitmap.Decode(ImageGrid.Png(Grey, [new byte[6], new byte[6], new byte[6]], columns: 2));
        Assert.Equal(Shade(0x80), grid.GetPixel(0, 0));
        Assert.Equal(Shade(0x80), grid.GetPixel(ImageGrid.Gap + 3, ImageGrid.Gap));
        Assert.Equal(Shade(0x80), grid.GetPixel(grid.Width - 3, grid.Height - 3));
    }

    [Fact]
    public void Colour_planes_become_red_green_and_blue()
    {
        using var picture = SKBitmap.Decode(
            ImageGrid.Png(
                new(1, 2, 3, 256),
                [
                    [1, 2, 3, 4, 5, 6],
                ],
                columns: 1
            )
        );
        Assert.Equal((2, 1), (picture.Width, picture.Height));
        Assert.Equal([new SKColor(1, 3, 5), new SKColor(2, 4, 6)], picture.Pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Scaling_makes_each_pixel_a_square(int channels)
    {
        var schema = new ImageSchema(2, 2, channels, 256);
        byte[] pixels = [.. Enumerable.Range(1, schema.Dimension).Select(i => (byte)i)];
        using var plain = SKBitmap.Decode(ImageGrid.Png(schema, [pixels, pixels], columns: 2));
        using var scaled = SKBitmap.Decode(ImageGrid.Png(schema, [pixels, pixels], columns: 2, scale: 3));
        Assert.Equal((3 * plain.Width, 3 * plain.Height), (scaled.Width, scaled.Height));
        for (var y = 0; y < scaled.Height; y++)
            for (var x = 0; x < scaled.Width; x++)
                Assert.Equal(plain.GetPixel(x / 3, y / 3), scaled.GetPixel(x, y));
    }

    [Fact]
    public void Records_become_8_bit_pictures_whatever_the_levels()
    {
        TensorLibrary.EnsureLoaded();
        using var records = tensor(new[] { 0f, 1, 0.5f, -3, 7, float.NaN, 1, 1, 1, 1, 1, 1 }).view(2, 6);
        Assert.Equal(
            [
                [0, 255, 128, 0, 255, 0],
                [255, 255, 255, 255, 255, 255],
            ],
            RecordPictures.Of(records, Grey with { Levels = 2 })
        );
    }

    [Fact]
    public void Records_of_another_width_are_refused()
    {
        TensorLibrary.EnsureLoaded();
        using var records = zeros(2, 5);
        Assert.Contains("2 x 5", Assert.Throws<InvalidInputException>(() => RecordPictures.Of(records, Grey)).Message);
    }

    [Fact]
    public void No_picture_a_picture_of_another_size_and_a_grid_beyond_reason_are_refused()
    {
        Assert.Contains("at least one", Assert.Throws<InvalidInputException>(() => ImageGrid.Png(Grey, [], 1)).Message);
        Assert.Contains("Picture 2 has 5", Assert.Throws<InvalidInputException>(() => ImageGrid.Png(Grey, [new byte[6], new byte[5]], 1)).Message);
        Assert.Contains("too large", Assert.Throws<InvalidInputException>(() => ImageGrid.Png(Grey, [new byte[6]], 1, int.MaxValue)).Message);
    }

    private static SKColor Shade(byte value) => new(value, value, value);
}
