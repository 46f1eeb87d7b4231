using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Studio.Pages.Archive;
using Isthmus.Tests.Compression;
using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

/// <summary>Archives taken apart.</summary>
[Collection(RunPages.Name)]
public sealed class ArchiveTests(StudioOnRows studio)
{
    private const int Records = 40;

    [Theory]
    [InlineData("2", CompressionMethod.Qlat)]
    [InlineData("context-256", CompressionMethod.Qlat)]
    [InlineData("convolution", CompressionMethod.Qlat)]
    [InlineData("256", CompressionMethod.Bbans)]
    public void Bits_of_pixels_add_up_to_what_the_codec_costs_them(string name, CompressionMethod method)
    {
        var (bytes, model) = Written(name, method);
        using var archive = ArchiveReader.Open(bytes, "test.isth", new());
        foreach (var block in archive.Blocks)
        {
            var records = new byte[block.Count * archive.Header.RecordBytes];
            var type = archive.Decode(block, records);
            Assert.Equal(method == CompressionMethod.Qlat ? BlockType.QuantisedLatent : BlockType.BitsBack, type);
            var costs = model.QuantisedLatentCosts(records, block.Count);
            var bits = archive.PixelBits(block, records)!;
            // Sums of 30 to 90 numbers of 24 bits: relative errors below 90 x 2^-24.
            for (var record = 0; record < block.Count; record++)
                Assert.Equal(
                    costs[record].Distortion,
                    bits.Skip(record * archive.Header.RecordBytes).Take(archive.Header.RecordBytes).Sum(bit => (double)bit),
                    costs[record].Distortion * 1e-5
                );
        }
    }

    [Fact]
    public void Parts_add_up_to_the_file_less_what_rounding_saves()
    {
        var (bytes, _) = Written("2", CompressionMethod.Qlat);
        using var archive = ArchiveReader.Open(bytes, "test.isth", new());
        var sizes = ArchiveSizeBreakdown.Of(archive, 1);
        Assert.Equal(8.0 * bytes.Length, sizes.TotalBits);
        var parts = SizeBar.Parts(sizes);
        Assert.Equal(["model", "codes", "pixels given the codes"], parts.Select(part => part.Name).Take(3));
        Assert.InRange(parts.Sum(part => part.Bits), 0.98 * sizes.TotalBits, 1.02 * sizes.TotalBits);
    }

    [Fact]
    public async Task An_archive_of_the_folder_is_taken_apart_and_a_damaged_one_is_said()
    {
        var (bytes, _) = Written("256", CompressionMethod.Qlat);
        await File.WriteAllBytesAsync(Path.Combine(studio.Folder, "small.isth"), bytes);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(studio.Folder, "damaged.isth"), bytes);
        var page = await studio.OpenAsync("archive?file=small.isth");
        await Expect(page.GetByText("every byte checked")).ToContainTextAsync("40 records");
        await Expect(page.Locator(".sizes rect.s2")).ToHaveCountAsync(1);
        await Expect(page.Locator(".pixel-costs figure")).ToHaveCountAsync(24);
        await Accessibility.DemandAsync(page);
        await page.GetByText("24 more").ClickAsync();
        await Expect(page.Locator(".pixel-costs figure")).ToHaveCountAsync(Records);
        await page.Locator(".archive label.pick select").SelectOptionAsync("cheap");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("order=cheap"));
        await page.Locator(".bar select").First.SelectOptionAsync("damaged.isth");
        await Expect(page.Locator(".mud-alert")).ToContainTextAsync("damaged");
        await page.CloseAsync();
    }

    private static (byte[] Bytes, Compression.Integer.IntegerModel Model) Written(string name, CompressionMethod method)
    {
        var model = SmallModel.Of(name);
        var content = new ArchiveContent(model.Schema.Dimension, model.Schema);
        content.Add(new() { Name = "pictures.bin" }, SmallModel.Records(model, Records), isModelled: true);
        using var stream = new MemoryStream();
        ArchiveWriter.Write(
            stream,
            content,
            method == CompressionMethod.Qlat ? ArchiveModel.OfQuantisedLatents(model) : ArchiveModel.Of(model),
            new() { RecordsPerBlock = 16, Method = method }
        );
        return (stream.ToArray(), model);
    }
}
