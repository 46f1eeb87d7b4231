using Isthmus.Data.Images;
using Isthmus.Data.Records;
using SkiaSharp;

namespace Isthmus.Tests.Data.Images;

/// <summary>Photographs as their files have them: bits, transparency and metadata, there and back, and files that are hostile.</summary>
public sealed class PhotographTests : IDisposable
{
    // 8 x 8, red to the left and cyan to the right, in four inks.
    private const string Cmyk =
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AA"
        + "FAgACAAIBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAAH/8QAGBAAAgMAAAAAAAAAAAAAAAAAAAdFg8P/2gAOBEMATQBZAEsAAD8AOeGvzCYmaNAmJmjQpx//2Q==";

    // Three pixels of a palette: red, green that is transparent, blue.
    private const string Palette =
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAgMAAABmjvwnAAAACVBMVEX/AAAA/wAAAP8tSs2KAAAAAnRSTlP/AOW3MEoAAAAKSURBVHicY5AAAAAaABktiPQ2AAAAAElFTkSuQmCC";

    // TIFF, little-endian, one entry: orientation 6, a quarter turn to the right.
    private static readonly byte[] Turned = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static Photograph Made(bool isGrey, bool hasAlpha, int bits, byte[]? exif = null)
    {
        var size = new ImageSize(5, 7);
        var samples = size.Height * size.Width * ((isGrey ? 1 : 3) + (hasAlpha ? 1 : 0));
        var random = new Random(samples + bits);
        var (bytes, words) = (new byte[samples], new ushort[samples]);
        for (var i = 0; i < samples; i++)
            (bytes[i], words[i]) = ((byte)random.Next(256), (ushort)random.Next(65536));
        return new("made", size, isGrey, hasAlpha, bits == 8 ? bytes : null, bits == 16 ? words : null, new(exif, null));
    }

    private static int[] Samples(Photograph photograph) =>
        [.. Enumerable.Range(0, photograph.Size.Height * photograph.Size.Width * photograph.Channels).Select(photograph.Sample)];

    [Theory]
    [InlineData(false, false, 8, "a.png")]
    [InlineData(false, true, 8, "a.png")]
    [InlineData(true, false, 8, "a.png")]
    [InlineData(true, true, 8, "a.png")]
    [InlineData(false, false, 16, "a.png")]
    [InlineData(false, true, 16, "a.png")]
    [InlineData(true, false, 16, "a.png")]
    [InlineData(true, true, 16, "a.png")]
    [InlineData(false, false, 8, "a.webp")]
    [InlineData(false, true, 8, "a.webp")]
    public void Samples_opacity_bits_and_EXIF_come_back_from_files_without_loss(bool isGrey, bool hasAlpha, int bits, string name)
    {
        var made = Made(isGrey, hasAlpha, bits, Turned);
        var path = Path.Combine(_scratch.Folder, name);
        made.Save(path);
        var read = Photograph.Load(path);
        Assert.Equal((made.Size, made.IsGrey, made.HasAlpha, made.Bits), (read.Size, read.IsGrey, read.HasAlpha, read.Bits));
        // A pixel that nobody sees has no colour in WebP.
        Assert.True(name.EndsWith("webp") && hasAlpha || Samples(made).SequenceEqual(Samples(read)));
        Assert.Equal(Turned, read.Metadata.Exif);
        // Another reader, which leaves 8 of 16 bits, finds the same.
        using var bitmap = SKBitmap.Decode(path, new SKImageInfo(7, 5, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var channels = made.Channels;
        for (var pixel = 0; pixel < 35 && !name.EndsWith("webp"); pixel++)
        {
            var colour = bitmap.GetPixel(pixel % 7, pixel / 7);
            Assert.InRange(colour.Red - (made.Sample(pixel * channels) >> (bits - 8)), 0, bits == 16 ? 1 : 0);
            if (hasAlpha)
                Assert.InRange(colour.Alpha - (made.Sample((pixel + 1) * channels - 1) >> (bits - 8)), 0, bits == 16 ? 1 : 0);
        }
    }

    [Fact]
    public void A_JPEG_keeps_EXIF_and_is_near()
    {
        var bytes = Enumerable.Range(0, 64 * 3).Select(i => (byte)i).ToArray();
        var path = Path.Combine(_scratch.Folder, "a.jpg");
        new Photograph("made", new(8, 8), false, false, bytes, null, new(Turned, null)).Save(path);
        var read = Photograph.Load(path);
        Assert.Equal(Turned, read.Metadata.Exif);
        Assert.All(Samples(read).Zip(bytes), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 12));
    }

    [Fact]
    public void Inks_become_red_green_and_blue_and_a_palette_its_colours()
    {
        var inks = Photograph.Load(_scratch.Write("inks.jpg", Convert.FromBase64String(Cmyk)));
        Assert.Equal((3, false), (inks.Colours, inks.HasAlpha));
        int Sample(int x, int channel) => inks.Sample(3 * (4 * 8 + x) + channel);
        Assert.True(Sample(1, 0) > 180 && Sample(1, 1) < 80 && Sample(1, 2) < 80, $"red: {Sample(1, 0)} {Sample(1, 1)} {Sample(1, 2)}");
        Assert.True(Sample(6, 0) < 80 && Sample(6, 1) > 150 && Sample(6, 2) > 150, $"cyan: {Sample(6, 0)} {Sample(6, 1)} {Sample(6, 2)}");
        var palette = Photograph.Load(_scratch.Write("palette.png", Convert.FromBase64String(Palette)));
        Assert.True(palette.HasAlpha);
        Assert.Equal([255, 0, 0, 255], Samples(palette)[..4]);
        Assert.Equal(0, Samples(palette)[7]);
        Assert.Equal([0, 0, 255, 255], Samples(palette)[8..]);
    }

    [Theory]
    [InlineData("a.png", 8)]
    [InlineData("deep.png", 16)]
    [InlineData("a.jpg", 8)]
    [InlineData("a.webp", 8)]
    public void A_file_cut_short_is_refused_in_one_line_that_names_it(string name, int bits)
    {
        var path = Path.Combine(_scratch.Folder, name);
        Made(false, false, bits).Save(path);
        var whole = File.ReadAllBytes(path);
        // Up to the last bytes, which may hold no pixels.
        foreach (var length in new[] { 0, 1, 20, whole.Length / 2, whole.Length * 3 / 4 })
        {
            File.WriteAllBytes(path, whole[..length]);
            var message = Assert.Throws<InvalidInputException>(() => Photograph.Load(path)).Message;
            Assert.Contains(name, message);
            Assert.DoesNotContain('\n', message);
        }
        Assert.Throws<InvalidInputException>(() => Photograph.Load(_scratch.Write("text.png", "no picture")));
    }

    [Theory]
    [InlineData(false, 16, "a.jpg", "16 bits")]
    [InlineData(false, 16, "a.webp", "16 bits")]
    [InlineData(true, 8, "a.jpg", "transparent")]
    [InlineData(false, 8, "a.tif", "kind of picture")]
    public void What_a_kind_of_file_cannot_hold_is_refused_and_nothing_is_written(bool hasAlpha, int bits, string name, string why)
    {
        var path = Path.Combine(_scratch.Folder, name);
        Assert.Contains(why, Assert.Throws<InvalidInputException>(() => Made(false, hasAlpha, bits).Save(path)).Message);
        Assert.False(File.Exists(path));
    }
}
