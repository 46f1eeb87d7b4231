using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using SkiaSharp;

namespace Isthmus.Tests.Data.Images;

/// <summary>Pictures as cameras, scanners and browsers leave them: of 16 bits, turned, animated, of other kinds, or no pictures at all.</summary>
public sealed class PictureKindTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(246, 8)]
    [InlineData(255, 8)]
    [InlineData(256, 9)]
    [InlineData(3936, 12)]
    [InlineData(4095, 12)]
    [InlineData(4096, 13)]
    [InlineData(65535, 16)]
    public void Values_of_16_bit_files_are_brought_to_8_bits_by_the_bits_that_they_take(int peak, int depth)
    {
        Deep("a.png", 2, 2, [0, (ushort)(peak / 3), (ushort)(peak / 2), (ushort)peak]);
        Deep("b.png", 2, 2, [0, 0, 0, 1]);
        var data = DataSource.LoadAll(_scratch.Folder, new());
        byte[] expected = [.. new[] { 0, peak / 3, peak / 2, peak, 0, 0, 0, 1 }.Select(value => (byte)Math.Floor(255.0 * value / ((1 << depth) - 1) + 0.5))];
        Assert.Equal(expected, Scratch.Pixels(data));
        Assert.Equal(depth, ((ImageSchema)data.Schema).Depth);
        Assert.Contains($"taken as {depth} bits", Assert.Single(data.Notes.Texts()));
    }

    [Fact]
    public void A_model_reads_dimmer_files_at_the_depth_that_it_was_trained_at()
    {
        Deep("a.png", 1, 2, [100, 900]);
        var trained = new ImageSchema(1, 2, 1, 256) { Depth = 12 };
        var data = DataSource.LoadAll(_scratch.Folder, new() { Expected = trained });
        Assert.Equal([6, 56], Scratch.Pixels(data));
        Assert.Equal(12, ((ImageSchema)data.Schema).Depth);
        Assert.Equal([25, 224], Scratch.Pixels(DataSource.LoadAll(_scratch.Folder, new() { Depth = 10 })));
        // What is more than white is white, and that is said.
        var cut = DataSource.LoadAll(_scratch.Folder, new() { Depth = 8 });
        Assert.Equal([100, 255], Scratch.Pixels(cut));
        Assert.Contains("so is what is more", Assert.Single(cut.Notes.Texts()));
    }

    [Fact]
    public void The_depth_is_kept_in_a_schema_and_makes_no_other_kind_of_record()
    {
        DataSchema schema = new ImageSchema(1, 2, 1, 256) { Depth = 12 };
        var json = System.Text.Json.JsonSerializer.Serialize(schema, JsonFormat.Compact);
        Assert.Equal(12, ((ImageSchema)System.Text.Json.JsonSerializer.Deserialize<DataSchema>(json, JsonFormat.Compact)!).Depth);
        Assert.Equal(new ImageSchema(1, 2, 1, 256), schema);
        Assert.DoesNotContain("epth", System.Text.Json.JsonSerializer.Serialize<DataSchema>(new ImageSchema(1, 2, 1, 256), JsonFormat.Compact));
    }

    // Every filter, colours, opacity and interlacing: what an independent encoder wrote comes back.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 4)]
    public void Every_form_of_deep_png_is_read(int colourType, int samples)
    {
        var random = new Random(colourType);
        foreach (var filter in Enumerable.Range(0, 5))
            foreach (var interlaced in new[] { false, true })
            {
                var values = Enumerable.Range(0, 5 * 7 * samples).Select(_ => (ushort)random.Next(65536)).ToArray();
                var file = _scratch.Write("x.png", DeepPngFile(5, 7, samples, colourType, values, filter, interlaced));
                var read = DeepPng.Read(File.ReadAllBytes(file), new(5, 7), file);
                for (var i = 0; i < 35; i++)
                {
                    for (var channel = 0; channel < 3; channel++)
                        Assert.Equal(values[i * samples + (samples < 3 ? 0 : channel)], read[4 * i + channel]);
                    Assert.Equal(samples is 2 or 4 ? values[i * samples + samples - 1] : ushort.MaxValue, read[4 * i + 3]);
                }
            }
    }

    [Fact]
    public void A_transparent_colour_of_a_deep_png_is_laid_over_white()
    {
        var plain = DeepPngFile(1, 3, 1, 0, [0, 513, 65535], 0, false);
        Assert.Equal(
            [0, 255, 255],
            Scratch.Pixels(
                DataSource.LoadAll(
                    _scratch.Write("a.png", [.. plain[..33], .. Chunk("tRNS", [2, 1]), .. plain[33..]]),
                    new() { Expected = new ImageSchema(1, 3, 1, 256) }
                )
            )
        );
        Assert.Equal(
            [0, 2, 255],
            Scratch.Pixels(DataSource.LoadAll(_scratch.Write("a.png", [.. plain[..33], .. Chunk("tRNS", [2, 2]), .. plain[33..]]), new()))
        );
    }

    [Fact]
    public void A_damaged_deep_png_is_refused_and_never_crashes()
    {
        var whole = DeepPngFile(4, 4, 1, 0, [.. Enumerable.Range(0, 16).Select(i => (ushort)(i * 4000))], 4, false);
        Assert.InRange(_scratch.SurvivesEveryBitFlip("x.png", whole), 1, 8 * whole.Length);
        for (var length = 0; length < whole.Length - 24; length++)
            Scratch.Refusal(_scratch.Write("x.png", whole[..length]));
    }

    [Fact]
    public void A_png_that_declares_more_pixels_than_its_bytes_can_hold_takes_no_memory()
    {
        var huge = DeepPngFile(1, 1, 1, 0, [7], 0, false);
        BinaryPrimitives.WriteInt32BigEndian(huge.AsSpan(16), 11_000);
        BinaryPrimitives.WriteInt32BigEndian(huge.AsSpan(20), 11_000);
        BinaryPrimitives.WriteUInt32BigEndian(huge.AsSpan(29), Crc32.HashToUInt32(huge.AsSpan(12, 17)));
        var before = GC.GetTotalAllocatedBytes();
        Assert.Contains("more than its", Scratch.Refusal(_scratch.Write("huge.png", huge)));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    // As of JPEG: stored 8 x 16 and dark, but for a light top left quarter.
    [Theory]
    [InlineData(1, 8, 16, "top left")]
    [InlineData(2, 8, 16, "top right")]
    [InlineData(3, 8, 16, "bottom right")]
    [InlineData(4, 8, 16, "bottom left")]
    [InlineData(5, 16, 8, "top left")]
    [InlineData(6, 16, 8, "top right")]
    [InlineData(7, 16, 8, "bottom right")]
    [InlineData(8, 16, 8, "bottom left")]
    public void A_png_stands_upright_as_its_exif_says(byte orientation, int height, int width, string light)
    {
        foreach (var little in new[] { false, true })
        {
            byte[] exif = little
                ? [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
                : [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
            var plain = Picture(8, 16, (y, x) => y < 4 && x < 8 ? 200 : 20, SKEncodedImageFormat.Png);
            var data = DataSource.LoadAll(_scratch.Write("a.png", [.. plain[..33], .. Chunk("eXIf", exif), .. plain[33..]]), new());
            Assert.Equal(new ImageSchema(height, width, 1, 256), data.Schema);
            var pixels = Scratch.Pixels(data);
            var corners = new[] { ("top left", 0), ("top right", width - 1), ("bottom left", (height - 1) * width), ("bottom right", height * width - 1) };
            Assert.Equal([light], corners.Where(corner => pixels[corner.Item2] > 110).Select(corner => corner.Item1));
        }
    }

    [Fact]
    public void Exif_that_makes_no_sense_turns_nothing()
    {
        var plain = Picture(2, 3, (y, x) => 50 * y + x, SKEncodedImageFormat.Png);
        byte[] whole = [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0];
        for (var length = 0; length <= whole.Length; length++)
            Assert.Equal(
                new ImageSize(2, 3),
                ImageFile.Read(_scratch.Write("a.png", [.. plain[..33], .. Chunk("eXIf", whole[..length]), .. plain[33..]])).Size
            );
        byte[] far = [.. "MM"u8, 0, 42, 0xFF, 0xFF, 0xFF, 0xFF, 0, 1];
        Assert.Equal(new ImageSize(2, 3), ImageFile.Read(_scratch.Write("a.png", [.. plain[..33], .. Chunk("eXIf", far), .. plain[33..]])).Size);
    }

    [Fact]
    public void Of_an_animation_the_first_frame_is_taken_and_that_is_said()
    {
        var plain = Picture(2, 3, (y, x) => 50 * y + x, SKEncodedImageFormat.Png);
        _scratch.Write("still.png", plain);
        _scratch.Write("moving.png", [.. plain[..33], .. Chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]), .. plain[33..]]);
        var data = DataSource.LoadAll(_scratch.Folder, new());
        Assert.Equal(Scratch.Pixels(data)[..6], Scratch.Pixels(data)[6..]);
        Assert.Equal("of 1 animation the first frame: moving.png", Assert.Single(data.Notes.Texts()));
    }

    [Fact]
    public void Pictures_of_other_kinds_are_read_and_what_is_none_is_named()
    {
        _scratch.Write("a.PNG", Picture(2, 3, (_, _) => 10, SKEncodedImageFormat.Png));
        _scratch.Write("b.jfif", Picture(2, 3, (_, _) => 20, SKEncodedImageFormat.Jpeg));
        _scratch.Write("c.JPE", Picture(2, 3, (_, _) => 30, SKEncodedImageFormat.Jpeg));
        _scratch.Write("d.bmp", Bitmap(2, 3, 40));
        _scratch.Write("e.gif", Gif);
        _scratch.Write("scan.tif", "II*"u8.ToArray());
        _scratch.Write("page.png", "<!DOCTYPE html>"u8.ToArray());
        _scratch.Write("zero.jpg", []);
        _scratch.Write("LICENCE", "words");
        _scratch.Write("._a.PNG", "resource fork");
        _scratch.Write(".cache/x.png", Picture(9, 9, (_, _) => 10, SKEncodedImageFormat.Png));
        var data = DataSource.LoadAll(_scratch.Folder, new() { Grey = true });
        Assert.Equal(["a.PNG", "b.jfif", "c.JPE", "d.bmp", "e.gif"], data.RecordNames);
        Assert.Equal([10, 20, 30, 40, 255], Scratch.Pixels(data).Where((_, i) => i % 6 == 0));
        Assert.Equal("5 pictures read (1 .bmp, 1 .gif, 1 .jfif, 1 .jpe, 1 .png), 6 files passed over", data.Notes.Texts()[0]);
        foreach (
            var (name, why) in new[]
            {
                ("scan.tif", "names are not those"),
                ("LICENCE", "names are not those"),
                ("page.png", "no pictures"),
                ("zero.jpg", "no pictures"),
                ("._a.PNG", "hidden"),
                (".cache/x.png", "hidden"),
            }
        )
            Assert.Contains(data.Notes.Texts(), note => note.Contains(name) && note.Contains(why));
    }

    [Fact]
    public void A_folder_without_a_picture_says_what_it_holds()
    {
        _scratch.Write("page.png", "<!DOCTYPE html>"u8.ToArray());
        Assert.Contains("page.png is none", Scratch.Refusal(_scratch.Folder));
    }

    [Fact]
    public void Transparent_pixels_are_said()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new(100, 100, 100, 128));
        bitmap.SetPixel(1, 0, new(100, 100, 100, 255));
        _scratch.Write("a.png", bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        var data = DataSource.LoadAll(_scratch.Folder, new());
        Assert.Equal([177, 100], Scratch.Pixels(data));
        Assert.Equal("transparent pixels laid over white, in 1 picture: a.png", Assert.Single(data.Notes.Texts()));
    }

    [Theory]
    [InlineData("train", "test", null)]
    [InlineData("Training", "Testing", "val")]
    [InlineData("train", "test", "validation")]
    [InlineData("train", "val", null)]
    public void Folders_of_parts_are_the_parts_and_the_classes_lie_in_them(string train, string test, string? validation)
    {
        foreach (var (part, count) in new[] { (train, 10), (test, 3), (validation, 2) })
            for (var i = 0; part is not null && i < count; i++)
                foreach (var kind in new[] { "cat", "dog" })
                    _scratch.Write(
                        $"{part}/{kind}/{i}.png",
                        Picture(2, 2, (_, _) => (part == test ? 100 : 0) + 10 * i + (kind == "cat" ? 1 : 2), SKEncodedImageFormat.Png)
                    );
        Assert.True(DataSource.HasParts(_scratch.Folder, new()));
        var parts = DataSource.Load(_scratch.Folder, new());
        Assert.Equal((validation is null ? 18 : 20, validation is null ? 2 : 4, 6), (parts.Train.Count, parts.Validation.Count, parts.Test.Count));
        Assert.All(parts.Test.RecordNames!, name => Assert.StartsWith(test, name));
        Assert.All(parts.Train.RecordNames!, name => Assert.StartsWith(train, name));
        foreach (var part in new[] { parts.Train, parts.Validation, parts.Test })
        {
            Assert.Equal(["cat", "dog"], Assert.Single(part.Labels).Classes);
            Assert.Equal(part.RecordNames!.Select(name => name.Contains("dog") ? 1 : 0), part.Labels[0].Values);
        }
    }

    [Fact]
    public void A_class_that_is_called_test_is_a_class()
    {
        foreach (var name in new[] { "test/1.png", "prod/1.png", "test/2.png" })
            _scratch.Write(name, Picture(2, 2, (_, _) => 9, SKEncodedImageFormat.Png));
        Assert.False(DataSource.HasParts(_scratch.Folder, new()));
        Assert.Equal(["prod", "test"], DataSource.LoadAll(_scratch.Folder, new()).Labels[0].Classes);
    }

    /// <summary>A white GIF of 2 x 3: codes clear, 0, 0 0, 0 0 0, end.</summary>
    private static byte[] Gif => [.. "GIF89a"u8, 3, 0, 2, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 3, 0, 2, 0, 0, 2, 2, 0x84, 0x5F, 0, 0x3B];

    private static byte[] Bitmap(int height, int width, byte shade)
    {
        var stride = (3 * width + 3) / 4 * 4;
        var bytes = new byte[54 + stride * height];
        "BM"u8.CopyTo(bytes);
        foreach (var (at, value) in new[] { (2, bytes.Length), (10, 54), (14, 40), (18, width), (22, height), (34, stride * height) })
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        (bytes[26], bytes[28]) = (1, 24);
        bytes.AsSpan(54).Fill(shade);
        return bytes;
    }

    private void Deep(string name, int height, int width, ushort[] values) => _scratch.Write(name, DeepPngFile(height, width, 1, 0, values, 0, false));

    private static byte[] DeepPngFile(int height, int width, int samples, int colourType, ushort[] values, int filter, bool interlaced)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (16, (byte)colourType, (byte)(interlaced ? 1 : 0));
        (int X, int Y, int Across, int Down)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            foreach (var (x0, y0, across, down) in passes)
            {
                byte[]? before = null;
                for (var y = y0; y < height && x0 < width; y += down)
                {
                    var row = new List<byte>();
                    for (var x = x0; x < width; x += across)
                        for (var s = 0; s < samples; s++)
                            row.AddRange([(byte)(values[(y * width + x) * samples + s] >> 8), (byte)values[(y * width + x) * samples + s]]);
                    zlib.WriteByte((byte)filter);
                    for (var i = 0; i < row.Count; i++)
                    {
                        int a = i < 2 * samples ? 0 : row[i - 2 * samples],
                            b = before?[i] ?? 0,
                            c = i < 2 * samples ? 0 : before?[i - 2 * samples] ?? 0;
                        var p = a + b - c;
                        var paeth =
                            Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a
                            : Math.Abs(p - b) <= Math.Abs(p - c) ? b
                            : c;
                        zlib.WriteByte((byte)(row[i] - new[] { 0, a, b, (a + b) / 2, paeth }[filter]));
                    }
                    before = [.. row];
                }
            }
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. content];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(body));
        return [.. length, .. body, .. sum];
    }

    private static byte[] Picture(int height, int width, Func<int, int, int> shade, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new((byte)shade(y, x), (byte)shade(y, x), (byte)shade(y, x)));
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }
}
