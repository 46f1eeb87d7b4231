using System.IO.Compression;
using System.Text;
using Isthmus.Cli.Output;
using Isthmus.Compression.Archive;
using Isthmus.Data.Images;
using SkiaSharp;

namespace Isthmus.Tests.Compression.Archive;

/// <summary>Files to an archive and back.</summary>
public sealed class InputFilesTests : IDisposable
{
    private static readonly ImageSchema Grey = new(5, 6, 1, 256),
        Binary = new(5, 6, 1, 2),
        Colour = new(5, 6, 3, 256);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Idx_npy_and_raw_files_come_back_as_the_same_bytes()
    {
        var pixels = Archives.Pictures(4);
        byte[] full = [.. pixels.Select(value => (byte)(255 * value))];
        byte[] idx = [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6];
        Write("in/a-idx3-ubyte", [.. idx, .. full]);
        Write("in/b.npy", Npy("|u1", "False", "(2, 2, 5, 6)", pixels));
        Write("in/c.raw", pixels);
        Write("in/odd.raw", [.. pixels, 1]);
        Write("in/fortran.npy", Npy("|u1", "True", "(4, 5, 6)", pixels));
        Write("in/labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3, 4]);
        Write("in/empty", []);
        Write("in/Ünï cödé 日本/x y.txt", "text"u8.ToArray());
        var notes = RoundTrip(Binary, out var content, "in");
        Assert.Equal(3, content.Entries.Count(entry => entry.Prefix.Length > 0 || entry.Name == "c.raw"));
        Assert.Contains("kept as bytes", Assert.Single(notes));
        Assert.Equal(Tree("in"), Tree("out"));
    }

    [Fact]
    public void Colours_side_by_side_or_apart_come_back_as_they_were()
    {
        byte[] pixels = [.. Enumerable.Range(0, 180).Select(i => (byte)(i * i))];
        Write("in/side.npy", Npy("|u1", "False", "(2, 5, 6, 3)", pixels));
        Write("in/apart.npy", Npy("|u1", "False", "(2, 3, 5, 6)", pixels));
        RoundTrip(Colour, out var content, "in");
        Assert.Equal([false, true], content.Entries.Select(entry => entry.Interleaved));
        var records = Archives.Records(content);
        // Pixel (0, 1) of channel 2 is byte 5 where colours stand side by side.
        Assert.Equal(pixels[5], records[180 + 61]);
        Assert.Equal(Tree("in"), Tree("out"));
    }

    [Fact]
    public void Pictures_come_back_as_png_of_the_same_pixels_and_others_as_they_are()
    {
        var random = new Random(3);
        Picture("in/1.png", SKEncodedImageFormat.Png, (_, _) => random.Next(256));
        Picture("in/2.webp", SKEncodedImageFormat.Webp, (x, y) => 20 * x + y);
        Picture("in/2.png", SKEncodedImageFormat.Png, (x, y) => 20 * x + y);
        Picture("in/3.jpg", SKEncodedImageFormat.Jpeg, (x, y) => 20 * x + y);
        Picture("in/wide.png", SKEncodedImageFormat.Png, (x, y) => x, width: 7);
        Picture("in/clear.png", SKEncodedImageFormat.Png, (x, y) => 20 * x, alpha: 100);
        Picture("in/red.png", SKEncodedImageFormat.Png, (x, y) => 20 * x, green: 0);
        var notes = RoundTrip(Grey, out var content, "in");
        Assert.Equal(["1.png", "2.png", "2.webp", "3.png", "clear.png", "red.png", "wide.png"], Tree("out").Keys);
        foreach (var (before, after) in new[] { ("1.png", "1.png"), ("2.png", "2.png"), ("3.jpg", "3.png") })
            Assert.Equal(ImageFile.Read(_folder.File($"in/{before}")).Rgb, ImageFile.Read(_folder.File($"out/{after}")).Rgb);
        // 2.webp would have become a second 2.png.
        foreach (var kept in new[] { "2.webp", "clear.png", "red.png", "wide.png" })
            Assert.Equal(Tree("in")[kept], Tree("out")[kept]);
        Assert.Contains(notes, note => note.StartsWith("3 files: pictures come back as PNG"));
        Assert.Contains(notes, note => note.StartsWith("4 files not such as the model takes"));
    }

    [Fact]
    public void Gzip_of_records_comes_back_unpacked_and_other_gzip_as_it_is()
    {
        byte[] idx = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 6, .. Archives.Pictures(1)];
        Write("in/images-idx3-ubyte.gz", Gzipped(idx));
        Write("in/other.gz", Gzipped("text"u8.ToArray()));
        var notes = RoundTrip(Binary, out _, "in");
        Assert.Equal(Convert.ToHexString(idx), Tree("out")["images-idx3-ubyte"]);
        Assert.Equal(Tree("in")["other.gz"], Tree("out")["other.gz"]);
        Assert.Contains(notes, note => note.Contains("come back unpacked"));
    }

    [Fact]
    public void What_is_damaged_or_no_picture_is_kept_as_bytes_and_named()
    {
        Picture("in/1.png", SKEncodedImageFormat.Png, (x, y) => 20 * x + y);
        var picture = File.ReadAllBytes(_folder.File("in/1.png"));
        Write("in/cut.png", picture[..60]);
        Write("in/zero.jpg", []);
        Write("in/page.png", "<!DOCTYPE html>"u8.ToArray());
        Write("in/._1.png", [0, 5, 22, 7]);
        Write("in/.DS_Store", [0, 0, 0, 1]);
        Write("in/log.gz", Gzipped(new byte[500])[..12]);
        Write("in/two.gz", [.. Gzipped("a"u8.ToArray()), .. Gzipped("b"u8.ToArray())]);
        Write("in/bits.bin", [0x1F, 0x8B]);
        byte[] moving = [.. picture[..33], 0, 0, 0, 8, .. "acTL"u8, 0, 0, 0, 2, 0, 0, 0, 0, 0xF3, 0x8D, 0x93, 0x70, .. picture[33..]];
        Write("in/moving.png", moving);
        var notes = RoundTrip(Grey, out _, "in");
        foreach (var (name, bytes) in Tree("in").Where(file => file.Key != "1.png"))
            Assert.Equal(bytes, Tree("out")[name]);
        Assert.Equal(ImageFile.Read(_folder.File("in/1.png")).Rgb, ImageFile.Read(_folder.File("out/1.png")).Rgb);
        Assert.Contains(notes, note =>
            note.StartsWith("9 files not such as the model takes, kept as bytes: .DS_Store, ._1.png (no picture, or a damaged one)")
        );
    }

    [Fact]
    public void A_picture_that_is_turned_comes_back_as_the_same_bytes()
    {
        Picture("in/1.png", SKEncodedImageFormat.Png, (x, y) => 20 * x + y);
        var plain = File.ReadAllBytes(_folder.File("in/1.png"));
        byte[] exif = [.. "eXIf"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] sum = [.. BitConverter.GetBytes(System.IO.Hashing.Crc32.HashToUInt32(exif)).Reverse()];
        Write("in/2.png", [.. plain[..33], 0, 0, 0, 26, .. exif, .. sum, .. plain[33..]]);
        var notes = RoundTrip(Grey, out _, "in");
        Assert.Equal(Tree("in")["2.png"], Tree("out")["2.png"]);
        Assert.Contains(notes, note => note.Contains("2.png (turned by its eXIf chunk)"));
    }

    [Fact]
    public void Gzip_beside_its_own_content_is_kept()
    {
        byte[] idx = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 6, .. Archives.Pictures(1)];
        Write("in/images-idx3-ubyte", idx);
        Write("in/images-idx3-ubyte.gz", Gzipped(idx));
        RoundTrip(Binary, out _, "in");
        Assert.Equal(Tree("in"), Tree("out"));
    }

    [Fact]
    public void A_folder_of_nothing_that_the_model_takes_is_kept_all_the_same()
    {
        Write("in/text.txt", "hello"u8.ToArray());
        var notes = RoundTrip(Grey, out var content, "in");
        Assert.Contains("does not hold what the model takes", notes[0]);
        Assert.Equal(Tree("in"), Tree("out"));
        Assert.Equal(5, content.GivenBytes);
    }

    [Fact]
    public void Links_in_a_loop_and_pipes_do_not_stop_an_archive()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are made by mkfifo.");
        Write("in/a.raw", Archives.Pictures(2));
        Directory.CreateSymbolicLink(_folder.File("in/again"), _folder.File("in"));
        using (var made = System.Diagnostics.Process.Start("mkfifo", [_folder.File("in/pipe")]))
            made.WaitForExit();
        var (content, notes) = Read(["in"], Binary);
        Assert.Equal("a.raw", Assert.Single(content.Entries).Name);
        Assert.Equal("left out: pipe (a pipe), again (a link to a folder around it).", Assert.Single(notes));
    }

    [Fact]
    public void Binarised_pixels_are_one_as_often_as_they_are_bright_and_the_same_for_a_seed()
    {
        var pixels = new byte[200 * 30];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i % 30 * 8);
        Write("in/a.npy", Npy("|u1", "False", "(200, 5, 6)", pixels));
        var (first, notes) = Read(["in"], Binary, 1);
        Assert.Contains("seed 1", Assert.Single(notes));
        var records = Archives.Records(first);
        Assert.Equal(records, Archives.Records(Read(["in"], Binary, 1).Content));
        Assert.NotEqual(records, Archives.Records(Read(["in"], Binary, 2).Content));
        Assert.Equal(1, first.BinarisationSeed);
        for (var pixel = 0; pixel < 30; pixel++)
        {
            // The share of 200 draws of probability p has a standard deviation of sqrt(p (1 - p) / 200) <= 0.036.
            var p = pixel * 8 / 255.0;
            Assert.InRange(
                Enumerable.Range(0, 200).Average(i => (double)records[30 * i + pixel]),
                p - 5 * Math.Sqrt(p * (1 - p) / 200),
                p + 5 * Math.Sqrt(p * (1 - p) / 200)
            );
        }
        RoundTrip(Binary, out _, "in", seed: 1);
        var back = File.ReadAllBytes(_folder.File("out/a.npy"));
        Assert.Equal(records.Select(value => (byte)(255 * value)), back[^6000..]);
        Assert.Equal(File.ReadAllBytes(_folder.File("in/a.npy"))[..^6000], back[..^6000]);
    }

    [Fact]
    public void Names_are_below_the_deepest_folder_that_holds_all()
    {
        Write("x/a/1.raw", new byte[30]);
        Write("x/b/1.raw", new byte[30]);
        Write("x/ab.raw", new byte[30]);
        Assert.Equal(["a/1.raw", "b/1.raw"], Names("x/a/1.raw", "x/b/1.raw"));
        Assert.Equal(["1.raw"], Names("x/a/1.raw"));
        Assert.Equal(["a/1.raw", "ab.raw", "b/1.raw"], Names("x"));
        Assert.Equal(["a/1.raw", "ab.raw"], Names("x/a", "x/ab.raw"));

        IEnumerable<string> Names(params string[] paths) => Read(paths, Binary).Content.Entries.Select(entry => entry.Name);
    }

    [Fact]
    public void Input_that_a_model_cannot_take_is_refused()
    {
        Write("grey.npy", Npy("|u1", "False", "(1, 5, 6)", [.. Enumerable.Range(0, 30).Select(i => (byte)i)]));
        Assert.Contains("--binarise", Refused(Binary, null, "grey.npy"));
        Assert.Contains("leave it out", Refused(Grey, 1, "grey.npy"));
        Assert.Contains("does not exist", Refused(Grey, null, "none"));
        Assert.Contains("given twice", Refused(Grey, null, "grey.npy", "grey.npy"));
        Directory.CreateDirectory(_folder.File("void"));
        Assert.Contains("holds no file", Refused(Grey, null, "void"));
        Write("text.txt", "hello"u8.ToArray());
        Assert.Contains("give IDX or .npy files", Refused(Grey, null, "text.txt"));

        string Refused(ImageSchema schema, int? seed, params string[] paths) =>
            Assert.Throws<InvalidInputException>(() => Read(paths, schema, seed)).OnCommandLine();
    }

    private IReadOnlyList<string> RoundTrip(ImageSchema schema, out ArchiveContent content, string folder, int? seed = null)
    {
        (content, var notes) = Read([folder], schema, seed);
        var model = schema.Channels == 1 ? TableModel.Of(5, 6, [.. Enumerable.Repeat(1.0, schema.Levels)]) : null;
        using var archive = Archives.Opened(Archives.Written(content, model, new() { RecordsPerBlock = 3 }));
        new Extraction(archive, _folder.File("out"), new()).All();
        return notes;
    }

    private (ArchiveContent Content, IReadOnlyList<string> Notes) Read(string[] paths, ImageSchema schema, int? seed = null)
    {
        var (content, notes) = InputFiles.Read([.. paths.Select(_folder.File)], schema, seed, TestContext.Current.CancellationToken);
        return (content, notes.Texts());
    }

    private SortedDictionary<string, string> Tree(string folder)
    {
        var root = _folder.File(folder);
        return new(
            Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .ToDictionary(path => Path.GetRelativePath(root, path), path => Convert.ToHexString(File.ReadAllBytes(path))),
            StringComparer.Ordinal
        );
    }

    private void Write(string name, byte[] bytes)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private void Picture(string name, SKEncodedImageFormat format, Func<int, int, int> value, int width = 6, byte alpha = 255, int? green = null)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, 5, SKColorType.Rgba8888, alpha == 255 ? SKAlphaType.Opaque : SKAlphaType.Unpremul));
        for (var y = 0; y < 5; y++)
            for (var x = 0; x < width; x++)
            {
                var grey = (byte)value(x, y);
                bitmap.SetPixel(x, y, new SKColor(grey, (byte)(green ?? grey), grey, alpha));
            }
        using var encoded = bitmap.Encode(format, 90);
        Write(name, encoded.ToArray());
    }

    private static byte[] Npy(string type, string fortran, string shape, byte[] elements)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), .. elements];
    }

    private static byte[] Gzipped(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
