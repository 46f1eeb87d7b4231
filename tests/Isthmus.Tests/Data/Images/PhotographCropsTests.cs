using Isthmus.Cli.Output;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Training;
using SkiaSharp;

namespace Isthmus.Tests.Data.Images;

/// <summary>Crops of photographs of mixed sizes: where they are cut, by which seed, and how many photographs are in memory.</summary>
public sealed class PhotographCropsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    // Red is the photograph, green the row, blue the column.
    private void Photograph(string name, int number, int height, int width)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new((byte)number, (byte)y, (byte)x));
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        _scratch.Write(name, png.ToArray());
    }

    private void Eight()
    {
        for (var i = 0; i < 8; i++)
            Photograph($"{i}.png", i, 12 + i, 30 - 2 * i);
    }

    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(true, false, 2)]
    [InlineData(false, true, 4)]
    [InlineData(true, true, 8)]
    public void A_crop_is_a_square_of_one_photograph_in_one_of_the_wanted_positions(bool flips, bool turns, int positions)
    {
        Eight();
        const int Side = 5;
        var data = DataSource.LoadAll(_scratch.Folder, new() { Crop = new(Side, flips, turns) });
        Assert.Equal(new ImageSchema(Side, Side, 3, 256), data.Schema);
        // As many as fit into each area.
        Assert.Equal(Enumerable.Range(0, 8).Sum(i => (12 + i) * (30 - 2 * i) / 25), data.Count);
        HashSet<(int, int)> found = [];
        var places = new HashSet<(int, int, int)>();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var pixels = Scratch.Pixels(data.DrawnIn(7, epoch));
            for (var crop = 0; crop < data.Count; crop++)
            {
                var own = pixels.AsSpan(crop * 75, 75);
                Assert.Equal(-1, own[..25].IndexOfAnyExcept(own[0]));
                (int Row, int Column) At(ReadOnlySpan<byte> from, int y, int x) => (from[25 + y * Side + x], from[50 + y * Side + x]);
                var (first, right, down) = (At(own, 0, 0), At(own, 0, 1), At(own, 1, 0));
                var (across, below) = ((right.Row - first.Row, right.Column - first.Column), (down.Row - first.Row, down.Column - first.Column));
                for (var y = 0; y < Side; y++)
                    for (var x = 0; x < Side; x++)
                        Assert.Equal((first.Row + y * below.Item1 + x * across.Item1, first.Column + y * below.Item2 + x * across.Item2), At(own, y, x));
                found.Add((3 * across.Item1 + across.Item2, 3 * below.Item1 + below.Item2));
                places.Add((own[0], first.Row, first.Column));
            }
        }
        Assert.Equal(positions, found.Count);
        // Epochs draw other places: more than one epoch has crops.
        Assert.True(places.Count > data.Count);
    }

    [Fact]
    public void Folders_first_and_second_are_pairs_cut_at_the_same_place()
    {
        for (var i = 0; i < 4; i++)
        {
            Photograph($"pairs/first/{i}.png", i, 12, 15);
            Photograph($"pairs/second/{i}.png", 100 + i, 12, 15);
        }
        var path = Path.Combine(_scratch.Folder, "pairs");
        var data = DataSource.LoadAll(path, new() { Crop = new(5, Flips: true, Turns: true) });
        var schema = new ImageSchema(5, 5, 3, 256) { IsPaired = true };
        Assert.Equal(schema, data.Schema);
        Assert.Equal((150, 75, 75), (schema.Dimension, schema.Input.Dimension, schema.Output.Dimension));
        Assert.NotEqual(schema, schema.Input);
        Assert.Empty(data.Labels);
        var (pixels, order) = (Scratch.Pixels(data.DrawnIn(3, 0)), new HashSet<bool>());
        for (var crop = 0; crop < data.Count; crop++)
        {
            byte[] one = pixels[(crop * 150)..(crop * 150 + 75)],
                other = pixels[(crop * 150 + 75)..(crop * 150 + 150)];
            Assert.Equal(100, Math.Abs(one[0] - other[0]));
            Assert.Equal(one[25..], other[25..]);
            order.Add(one[0] < other[0]);
        }
        Assert.Equal(2, order.Count);

        // A model of single pictures takes both folders as pictures.
        Assert.Equal(new ImageSchema(5, 5, 3, 256), DataSource.LoadAll(path, new() { Crop = new(5), Expected = new ImageSchema(5, 5, 3, 256) }).Schema);
        Photograph("pairs/second/4.png", 104, 12, 15);
        string Refusal() => Assert.Throws<InvalidInputException>(() => DataSource.LoadAll(path, new() { Crop = new(5) })).Message;
        Assert.Contains("4.png in only one of the folders", Refusal());
        Photograph("pairs/first/4.png", 4, 15, 12);
        Assert.Contains("a pair of two sizes: 4.png", Refusal());
    }

    [Fact]
    public void Batches_depend_on_seed_and_epoch_alone_so_that_a_run_may_go_on_anywhere()
    {
        Eight();
        var data = DataSource.LoadAll(_scratch.Folder, new() { Crop = new(4, Flips: true, Turns: true) });
        byte[] Batch(EpochOrder order, int epoch, int first)
        {
            using var batch = order.Batch(epoch, first, 6, null);
            return batch.bytes.ToArray();
        }
        var whole = new EpochOrder(data, seed: 3);
        Batch(whole, 0, 0);
        Batch(whole, 1, 0);
        var after = Batch(whole, 1, 6);
        Assert.Equal(after, Batch(new(data, seed: 3), 1, 6));
        Assert.NotEqual(after, Batch(new(data, seed: 3), 2, 6));
        Assert.NotEqual(after, Batch(new(data, seed: 4), 1, 6));
    }

    [Fact]
    public void Photographs_past_memory_give_the_same_crops_and_no_more_than_the_limit_is_held()
    {
        Eight();
        var options = new DataOptions { Crop = new(4) };
        var bytes = Enumerable.Range(0, 8).Max(i => 3 * (12 + i) * (30 - 2 * i));
        var (all, few) = (PhotographReader.Read(_scratch.Folder, options), PhotographReader.Read(_scratch.Folder, options, mostBytes: 3 * bytes));
        Assert.Equal(Scratch.Pixels(all), Scratch.Pixels(few));
        var drawn = few.DrawnIn(5, 2);
        int[] order = drawn.Drawn!.Order;
        Assert.Equal(Enumerable.Range(0, all.Count), order.Order());
        var crop = new byte[48];
        // Photographs follow one another: between the first and the last crop of one lie crops of its pool alone.
        int[] photographs =
        [
            .. order.Select(index =>
            {
                drawn.CopyPixels([index], crop);
                return (int)crop[0];
            }),
        ];
        foreach (var photograph in photographs.Distinct())
        {
            var (first, last) = (Array.IndexOf(photographs, photograph), Array.LastIndexOf(photographs, photograph));
            Assert.InRange(photographs[first..last].Distinct().Count(), 1, 2);
        }
        Assert.InRange(((PhotographCrops)drawn.Drawn).HeldBytes, 1, 3 * bytes);
    }

    [Fact]
    public void No_photograph_has_crops_in_two_parts_and_folders_of_parts_are_kept()
    {
        Eight();
        var random = DataSource.Load(_scratch.Folder, new() { Crop = new(4) });
        int[][] parts = [.. new[] { random.Train, random.Validation, random.Test }.Select(Photographs)];
        Assert.Equal([6, 1, 1], parts.Select(part => part.Length));
        Assert.Equal(Enumerable.Range(0, 8), parts.SelectMany(part => part).Order());
        using var parted = new Scratch();
        foreach (var (name, number) in new[] { ("train/a", 0), ("train/b", 1), ("test/a", 2) })
            File.Copy(
                Path.Combine(_scratch.Folder, $"{number}.png"),
                Path.Combine(Directory.CreateDirectory(Path.Combine(parted.Folder, Path.GetDirectoryName(name)!)).FullName, $"{number}.png")
            );
        var given = DataSource.Load(parted.Folder, new() { Crop = new(4) });
        Assert.Equal([2], Photographs(given.Test));
        Assert.Equal([0, 1], Photographs(given.Train).Concat(Photographs(given.Validation)).Order());

        static int[] Photographs(Dataset data) => [.. Scratch.Pixels(data).Where((_, i) => i % 48 == 0).Select(red => (int)red).Distinct().Order()];
    }

    [Fact]
    public void What_is_smaller_is_named_and_contradictions_are_refused()
    {
        Photograph("a.png", 1, 20, 20);
        Photograph("b.png", 2, 7, 90);
        var data = DataSource.LoadAll(_scratch.Folder, new() { Crop = new(8) });
        Assert.Contains("b.png", string.Join(' ', data.Notes.Select(note => note.OnCommandLine())));
        Assert.DoesNotContain((byte)2, Scratch.Pixels(data).Where((_, i) => i % 192 < 64));
        Assert.Contains("--crop", Scratch.Refusal(_scratch.Folder, new() { Crop = new(21) }));
        Assert.Contains("--size", Scratch.Refusal(_scratch.Folder, new() { Crop = new(8), Size = new(8, 8) }));
        Assert.Contains("--crop", Scratch.Refusal(_scratch.Write("t.csv", "a\n1\n"), new() { Crop = new(8) }));
    }

    [Fact]
    public void A_model_keeps_how_its_crops_were_cut()
    {
        Eight();
        var schema = DataSource.LoadAll(_scratch.Folder, new() { Crop = new(4, Turns: true), Grey = true }).Schema;
        var again = schema.Kind.AsTrained(schema, new());
        Assert.Equal(new CropOptions(4, Turns: true), again.Crop);
        Assert.True(again.Grey);
        Assert.Equal("4 × 4 crops of grey photographs", schema.Kind.Phrase(schema));
    }
}
