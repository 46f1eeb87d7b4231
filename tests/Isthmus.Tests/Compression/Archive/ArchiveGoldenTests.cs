using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Quantisation;
using Isthmus.Training;

namespace Isthmus.Tests.Compression.Archive;

/// <summary>
/// Archives of tests/golden/archives, which must decode forever: model, quantised latents, bits-back chains and all. A new one is
/// written only where there is none; one that is there is never changed.
/// </summary>
public class ArchiveGoldenTests
{
    private static readonly ImageSchema Binary = new(4, 4, 1, 2),
        Grey = new(4, 4, 1, 256);

    [Fact]
    public void Empty() => Decodes("empty", new ArchiveContent(16, null), () => null, CompressionMethod.Auto);

    [Fact]
    public void One_binary_record() => Decodes("binary-1", Content(Binary, 1), () => Model(Binary), CompressionMethod.Qlat, "qlat");

    [Fact]
    public void Binary_records_one_at_a_time() => Decodes("binary-200-qlat", Content(Binary, 200), () => Model(Binary), CompressionMethod.Qlat, "qlat");

    /// <summary>Two chains of 5,000, and one record that takes fewer bytes as it is.</summary>
    [Fact]
    public void Binary_records_as_chains() => Decodes("binary-10001", Content(Binary, 10_001), () => Model(Binary), CompressionMethod.Bbans, "bbans", "raw");

    [Fact]
    public void Grey_records_one_at_a_time() => Decodes("grey-100-qlat", Content(Grey, 100), () => Model(Grey), CompressionMethod.Qlat, "qlat");

    [Fact]
    public void Grey_records_as_one_chain() => Decodes("grey-300", Content(Grey, 300), () => Model(Grey), CompressionMethod.Bbans, "bbans");

    /// <summary>Of format 1.1 and arithmetic profile 2, by quantised latents of single records and by chains of groups of 16.</summary>
    [Theory]
    [InlineData("context-200-qlat", CompressionMethod.Qlat, "qlat")]
    [InlineData("context-200", CompressionMethod.Bbans, "bbans")]
    public void Grey_records_by_a_local_context(string name, CompressionMethod method, string type)
    {
        Decodes(name, Content(Grey, 200), () => Model(Grey, "pixel-vae", " context-hidden=5 components=2 features=1"), method, type);
        using var archive = ArchiveReader.Open(GoldenFile.PathOf($"archives/{name}.isth"), new());
        Assert.Equal((1, 2), (archive.Header.MinorVersion, archive.Header.ArithmeticProfile));
    }

    /// <summary>Arithmetic profile 3.</summary>
    [Fact]
    public void Binary_records_by_a_codebook()
    {
        Decodes(
            "codebook-200-qlat",
            Content(Binary, 200),
            () => Model(Binary, "vq-vae", " latent=4 slot-width=2 codebook=4 code-hidden=8"),
            CompressionMethod.Qlat,
            "qlat"
        );
        using var archive = ArchiveReader.Open(GoldenFile.PathOf("archives/codebook-200-qlat.isth"), new());
        Assert.Equal((1, 3), (archive.Header.MinorVersion, archive.Header.ArithmeticProfile));
    }

    /// <summary>Of format 1.2 and arithmetic profile 4: convolutions.</summary>
    [Fact]
    public void Colour_records_by_convolutions()
    {
        var model = SmallModel.Of("convolution");
        var content = new ArchiveContent(model.Schema.Dimension, model.Schema);
        content.Add(new() { Name = "golden.raw", Scale = 1 }, SmallModel.Records(model, 40), isModelled: true);
        Decodes("convolution-40", content, () => ArchiveModel.Of(model), CompressionMethod.Bbans, "bbans");
        using var archive = ArchiveReader.Open(GoldenFile.PathOf("archives/convolution-40.isth"), new());
        Assert.Equal((2, 4), (archive.Header.MinorVersion, archive.Header.ArithmeticProfile));
    }

    [Fact]
    public void Rows_of_bytes() => Decodes("bytes", Rows(), () => null, CompressionMethod.Auto, "brotli", "raw");

    private static void Decodes(string name, ArchiveContent content, Func<ArchiveModel?> model, CompressionMethod method, params string[] types)
    {
        var path = GoldenFile.PathOf($"archives/{name}.isth");
        if (!File.Exists(path))
            ArchiveWriter.Write(path, content, model(), new() { Method = method, RecordsPerBlock = 5000 });
        using var archive = ArchiveReader.Open(path, new());
        Assert.Equal(ArchiveDirectory.ToBytes(content.Entries), ArchiveDirectory.ToBytes(archive.Entries));
        Assert.Equal(Archives.Records(content), Archives.Records(archive));
        var found = archive
            .Blocks.Select(block => Isthmus.Cli.Verbs.CompressCommand.Name(archive.Decode(block, new byte[block.Count * archive.Header.RecordBytes])))
            .Distinct()
            .Order();
        Assert.Equal(types, found);
        // What today's encoder makes of the same records with the model in the archive.
        if (archive.Model is { } held)
            Assert.Equal(File.ReadAllBytes(path), Archives.Written(content, held, new() { Method = method, RecordsPerBlock = 5000 }));
    }

    private static ArchiveContent Content(ImageSchema schema, int count)
    {
        var content = new ArchiveContent(16, schema);
        content.Add(new() { Name = "golden.raw", Scale = (byte)(schema.Levels == 2 ? 255 : 1) }, Pictures(schema, count), isModelled: true);
        return content;
    }

    private static ArchiveContent Rows()
    {
        var content = new ArchiveContent(16);
        content.Add(new() { Name = "text", Suffix = "end"u8.ToArray() }, [.. Enumerable.Range(0, 320).Select(i => (byte)('a' + i % 16))], isModelled: true);
        content.Add(new() { Name = "noise", Prefix = [1, 2] }, [.. Enumerable.Range(0, 16).Select(i => (byte)(i * i * 37))], isModelled: false);
        return content;
    }

    /// <summary>A bar, upright or lying, at one of four places, one pixel in eight of the others wrong, in whole numbers alone.</summary>
    private static byte[] Pictures(ImageSchema schema, int count)
    {
        var pixels = new byte[count * 16];
        for (var i = 0; i < count; i++)
        {
            var draw = Mixed((uint)i);
            for (var pixel = 0; pixel < 16; pixel++)
            {
                var isBar = (draw % 2 == 0 ? pixel / 4 : pixel % 4) == draw / 2 % 4;
                var noise = Mixed((uint)((i * 16) + pixel + 77_777));
                pixels[(16 * i) + pixel] = (byte)(schema.Levels == 2 ? (isBar ^ noise % 8 == 0 ? 1 : 0) : (isBar ? 200 : 40) + (noise % 16));
            }
        }
        return pixels;
    }

    private static uint Mixed(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7FEB352D;
        x = (x ^ (x >> 15)) * 0x846CA68B;
        return x ^ (x >> 16);
    }

    private static ArchiveModel Model(ImageSchema schema, string preset = "vae", string more = "")
    {
        var pictures = Dataset.Images("golden", schema, Pictures(schema, 2000));
        using var trained = TrainingRun
            .Train(preset, DataSplits.Random(pictures, 1), new() { Settings = Tiny.Settings($"hidden=16 latent=3 epochs=30 batch-size=50{more}") })
            .Model;
        return ArchiveModel.Of(IntegerForm.From(trained, pictures));
    }
}
