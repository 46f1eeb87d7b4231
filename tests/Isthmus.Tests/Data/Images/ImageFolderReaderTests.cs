using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Training;
using SkiaSharp;

namespace Isthmus.Tests.Data.Images;

public sealed class ImageFolderReaderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Files_come_in_ordinal_order_with_their_names_and_classes()
    {
        foreach (var (name, shade) in new[] { ("b/2.png", 3), ("b/10.png", 2), ("a/Ü x.png", 1) })
            Picture(name, 2, 3, (_, _) => Grey(shade * 50));
        _scratch.Write("LICENCE.txt", "not an image");
        var data = DataSource.LoadAll(_scratch.Folder, new());
        Assert.Equal(["a/Ü x.png", "b/10.png", "b/2.png"], data.RecordNames);
        Assert.Equal(new ImageSchema(2, 3, 1, 256), data.Schema);
        Assert.Equal([50, 100, 150], Scratch.Pixels(data).Where((_, i) => i % 6 == 0));
        var label = Assert.Single(data.Labels);
        Assert.Equal(["a", "b"], label.Classes);
        Assert.Equal([0, 1, 1], label.Values);
    }

    /// <summary>The same pixels, levels, names and notes in a file, and the same weights, by blocks and one by one.</summary>
    [Theory]
    [InlineData("grey", 3, 3)]
    [InlineData("colour late", 5, 4)]
    [InlineData("colour first", 4, 5)]
    [InlineData("black and white", 6, 5)]
    public void Pictures_in_a_file_are_those_of_memory(string kind, int height, int width)
    {
        for (var i = 0; i < 130; i++)
            Picture($"{"ab"[i % 2]}/{i:D3}.png", height, width, (y, x) => kind == "black and white" ? Grey((i * 7 + y * x) % 3 == 0 ? 255 : 0)
                : kind == "colour late" && i == 70 || kind == "colour first" && i == 0 ? new SKColor(10, 20, 30)
                : Grey((i * 13 + y * 40 + x * 5) % 256));
        string[] Told(bool stored, bool byBlocks)
        {
            var options = new DataOptions { Stream = stored, ByBlocks = byBlocks };
            var all = DataSource.LoadAll(_scratch.Folder, options);
            Assert.Equal(stored, all.IsInFile);
            var data = DataSource.Load(_scratch.Folder, options);
            Assert.Equal(byBlocks, data.Train.Blocks is not null);
            var settings = Tiny.Settings("hidden=8 latent=2 epochs=2 batch-size=16");
            using var model = TrainingRun.Train("vae", data, new() { Settings = settings, Threads = 1 }).Model;
            return
            [
                $"{all.Schema}",
                Convert.ToHexString(Scratch.Pixels(all)),
                string.Join(' ', all.RecordNames!),
                string.Join(' ', all.Labels[0].Values),
                .. all.Notes.Select(note => note.ToString()!),
                Convert.ToHexString(Scratch.Pixels(data.Test)),
                Convert.ToHexString(model.WeightBytes()),
            ];
        }
        foreach (var byBlocks in new[] { false, true })
            Assert.Equal(Told(stored: false, byBlocks), Told(stored: true, byBlocks));
    }

    [Fact]
    public void One_coloured_image_makes_all_colour()
    {
        Picture("1.png", 1, 2, (_, _) => Grey(50));
        Picture("2.png", 1, 2, (_, x) => x == 0 ? new SKColor(10, 20, 30) : new SKColor(40, 50, 60));
        Picture("3.png", 1, 2, (_, _) => Grey(70));
        var data = DataSource.LoadAll(_scratch.Folder, new());
        Assert.Equal(new ImageSchema(1, 2, 3, 256), data.Schema);
        Assert.Equal([50, 50, 50, 50, 50, 50, 10, 40, 20, 50, 30, 60, 70, 70, 70, 70, 70, 70], Scratch.Pixels(data));
        Assert.Empty(data.Labels);
        // Rec. 601: (299 * 10 + 587 * 20 + 114 * 30 + 500) / 1000 = 18, and 30 more for the other.
        Assert.Equal([50, 50, 18, 48, 70, 70], Scratch.Pixels(DataSource.LoadAll(_scratch.Folder, new() { Grey = true })));
    }

    [Fact]
    public void Grey_images_are_colour_if_asked_or_if_the_model_takes_colour()
    {
        Picture("1.png", 1, 1, (_, _) => Grey(50));
        Assert.Equal([50, 50, 50], Scratch.Pixels(DataSource.LoadAll(_scratch.Folder, new() { Grey = false })));
        Assert.Equal([50, 50, 50], Scratch.Pixels(DataSource.LoadAll(_scratch.Folder, new() { Expected = new ImageSchema(1, 1, 3, 256) })));
    }

    [Fact]
    public void Transparent_pixels_are_laid_over_white()
    {
        Picture("1.png", 1, 2, (_, x) => x == 0 ? new SKColor(0, 0, 0, 0) : new SKColor(0, 0, 0, 255));
        Assert.Equal([1, 0], Scratch.Pixels(DataSource.LoadAll(_scratch.Folder, new())));
    }

    [Fact]
    public void Images_of_different_sizes_are_named_with_the_remedy()
    {
        Picture("a.png", 2, 3, (_, _) => Grey(9));
        Picture("b.png", 3, 2, (_, _) => Grey(9));
        Assert.Equal(
            $"{_scratch.Folder} holds images of different sizes: a.png is 2x3 and b.png is 3x2 (rows x columns); bring them to one size with "
                + "--size HxW, or take squares of them with --crop n.",
            Scratch.Refusal(_scratch.Folder)
        );
        var data = DataSource.LoadAll(_scratch.Folder, new() { Size = ImageSize.Parse("4x5") });
        Assert.Equal(new ImageSchema(4, 5, 1, 256), data.Schema);
        Assert.All(Scratch.Pixels(data), pixel => Assert.Equal(9, pixel));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, "x.JPG")]
    [InlineData(SKEncodedImageFormat.Jpeg, "x.jpeg")]
    [InlineData(SKEncodedImageFormat.Webp, "x.webp")]
    public void Jpeg_and_WebP_are_read(SKEncodedImageFormat format, string name)
    {
        Picture(name, 8, 16, (_, _) => Grey(128), format);
        var data = DataSource.LoadAll(Path.Combine(_scratch.Folder, name), new() { Grey = true });
        Assert.Equal(new ImageSchema(8, 16, 1, 256), data.Schema);
        Assert.All(Scratch.Pixels(data), pixel => Assert.InRange(pixel, 126, 130));
        Assert.Equal([name], data.RecordNames);
    }

    // The stored image is 8 x 16: dark, but for a light top left quarter.
    [Theory]
    [InlineData(1, 8, 16, "top left")]
    [InlineData(2, 8, 16, "top right")]
    [InlineData(3, 8, 16, "bottom right")]
    [InlineData(4, 8, 16, "bottom left")]
    [InlineData(5, 16, 8, "top left")]
    [InlineData(6, 16, 8, "top right")]
    [InlineData(7, 16, 8, "bottom right")]
    [InlineData(8, 16, 8, "bottom left")]
    public void Photographs_stand_upright(byte orientation, int height, int width, string light)
    {
        var plain = File.ReadAllBytes(Picture("a.jpg", 8, 16, (y, x) => Grey(y < 4 && x < 8 ? 200 : 20), SKEncodedImageFormat.Jpeg));
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        var path = _scratch.Write("a.jpg", [.. plain[..2], .. exif, .. plain[2..]]);
        var data = DataSource.LoadAll(path, new() { Grey = true });
        Assert.Equal(new ImageSchema(height, width, 1, 256), data.Schema);
        var pixels = Scratch.Pixels(data);
        var corners = new[] { ("top left", 0), ("top right", width - 1), ("bottom left", (height - 1) * width), ("bottom right", height * width - 1) };
        Assert.Equal([light], corners.Where(corner => pixels[corner.Item2] > 110).Select(corner => corner.Item1));
    }

    // The last 20 bytes are check sums and the end mark; before them every byte carries pixels.
    [Fact]
    public void An_image_that_is_cut_short_is_named()
    {
        var path = Picture("a.png", 64, 64, (y, x) => Grey((x * 37 + y * 91) % 256));
        var content = File.ReadAllBytes(path);
        for (var length = 0; length < content.Length - 24; length += 7)
        {
            File.WriteAllBytes(path, content[..length]);
            Scratch.Refusal(path);
        }
    }

    [Fact]
    public void Flipped_bits_of_an_image_never_crash() =>
        Assert.InRange(_scratch.SurvivesEveryBitFlip("a.png", File.ReadAllBytes(Picture("a.png", 3, 3, (y, x) => Grey(80 * x + y)))), 0, 200);

    [Fact]
    public void An_empty_folder_is_refused() => Assert.Contains("holds no images", Scratch.Refusal(_scratch.Folder));

    [Fact]
    public void Table_options_do_not_apply()
    {
        Picture("1.png", 1, 1, (_, _) => Grey(50));
        Assert.Contains("--label", Scratch.Refusal(_scratch.Folder, new() { Label = "class" }));
    }

    private static SKColor Grey(int shade) => new((byte)shade, (byte)shade, (byte)shade);

    private string Picture(string name, int height, int width, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, colour(y, x));
        using var data = bitmap.Encode(format, 95);
        return _scratch.Write(name, data.ToArray());
    }
}
