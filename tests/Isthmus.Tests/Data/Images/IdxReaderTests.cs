using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Vectors;

namespace Isthmus.Tests.Data.Images;

public sealed class IdxReaderTests : IDisposable
{
    private static readonly byte[] Small = Scratch.Idx([3, 2, 3], [.. Enumerable.Range(1, 18).Select(i => (byte)(i * 14))]);
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("images-idx3-ubyte")]
    [InlineData("renamed.dat")]
    [InlineData("it's * a ? \"ü\".gz")]
    public void Images_come_back_as_they_were_written(string name)
    {
        var path = _scratch.Write(name, name.EndsWith(".gz") ? Scratch.Gzip(Small) : Small);
        var data = DataSource.LoadAll(path, new());
        Assert.Equal(new ImageSchema(2, 3, 1, 256), data.Schema);
        Assert.Equal(Small[16..], Scratch.Pixels(data));
        Assert.Empty(data.Labels);
        Assert.Equal(18, data.StoredBytes);
    }

    [Fact]
    public void Labels_beside_the_images_are_joined()
    {
        var path = _scratch.Write("train-images-idx3-ubyte.gz", Scratch.Gzip(Small));
        _scratch.Write("train-labels-idx1-ubyte", Scratch.Idx([3], [9, 4, 9]));
        var label = Assert.Single(DataSource.LoadAll(path, new()).Labels);
        Assert.Equal(["4", "9"], label.Classes);
        Assert.Equal([1, 0, 1], label.Values);
    }

    [Fact]
    public void Another_number_of_labels_than_images_is_refused()
    {
        var path = _scratch.Write("train-images-idx3-ubyte", Small);
        var labels = _scratch.Write("train-labels-idx1-ubyte", Scratch.Idx([4], [1, 2, 3, 4]));
        Assert.Equal($"{path} holds 3 images but {labels} holds 4 labels; there must be one an image.", Scratch.Refusal(path));
    }

    [Theory]
    [InlineData(new byte[] { 0, 1, 1, 0 }, 2, new byte[] { 0, 1, 1, 0 })]
    [InlineData(new byte[] { 0, 255, 255, 0 }, 2, new byte[] { 0, 1, 1, 0 })]
    [InlineData(new byte[] { 0, 1, 255, 0 }, 256, new byte[] { 0, 1, 255, 0 })]
    public void Two_valued_pixels_are_binary(byte[] pixels, int levels, byte[] stored)
    {
        var data = DataSource.LoadAll(_scratch.Write("b.idx", Scratch.Idx([1, 2, 2], pixels)), new());
        Assert.Equal(levels, ((ImageSchema)data.Schema).Levels);
        Assert.Equal(stored, Scratch.Pixels(data));
    }

    [Fact]
    public void Four_dimensions_are_colour_images_made_planar()
    {
        var data = DataSource.LoadAll(_scratch.Write("c.idx", Scratch.Idx([1, 1, 2, 3], [10, 20, 30, 40, 50, 60])), new());
        Assert.Equal(new ImageSchema(1, 2, 3, 256), data.Schema);
        Assert.Equal([10, 40, 20, 50, 30, 60], Scratch.Pixels(data));
    }

    [Fact]
    public void Two_dimensions_are_vectors()
    {
        var data = DataSource.LoadAll(_scratch.Write("v.idx", Scratch.Idx([2, 2], [1, 2, 3, 4])), new());
        Assert.Equal(new VectorSchema(["x0", "x1"]), data.Schema);
        Assert.Equal([1, 2, 3, 4], Scratch.Values(data));
    }

    [Fact]
    public void A_label_file_is_no_data() =>
        Assert.Contains("give the file of the images", Scratch.Refusal(_scratch.Write("l.idx", Scratch.Idx([4], [1, 2, 3, 4]))));

    [Fact]
    public void Another_element_type_is_named()
    {
        var floats = Scratch.Idx([1, 1, 1], [0, 0, 0, 0]);
        floats[2] = 13;
        Assert.Contains("32-bit floats", Scratch.Refusal(_scratch.Write("f.idx", floats)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_header_that_declares_2_to_the_40_records_or_more_is_refused_without_allocating_them(bool packed)
    {
        foreach (var shape in new int[][] { [1 << 20, 1 << 10, 1 << 10], [-1, -1, -1, -1], [1 << 30, 1, 1] })
        {
            var content = Scratch.Idx(shape, new byte[100]);
            var path = _scratch.Write("h.idx", packed ? Scratch.Gzip(content) : content);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Scratch.Refusal(path);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        }
    }

    [Fact]
    public void No_records_are_refused() => Assert.Contains("no records", Scratch.Refusal(_scratch.Write("n.idx", Scratch.Idx([0, 28, 28], []))));

    [Fact]
    public void More_data_than_declared_are_refused() => Scratch.Refusal(_scratch.Write("m.idx", [.. Small, 1]));

    [Fact]
    public void Truncated_idx_is_refused_at_every_byte() => _scratch.RefusesEveryTruncation("t-idx3-ubyte", Small);

    [Fact]
    public void Truncated_idx_gz_is_refused_at_every_byte() => _scratch.RefusesEveryTruncation("t-idx3-ubyte.gz", Scratch.Gzip(Small));

    [Fact]
    public void Flipped_bits_of_idx_are_read_only_in_the_pixels() => Assert.Equal(18 * 8, _scratch.SurvivesEveryBitFlip("f-idx3-ubyte", Small));

    // The bits of time, operating system and flags do not matter, and are 8 bytes at most; all else is under the check sum.
    [Fact]
    public void Flipped_bits_of_idx_gz_are_found_by_the_check_sum() =>
        Assert.InRange(_scratch.SurvivesEveryBitFlip("f-idx3-ubyte.gz", Scratch.Gzip(Small)), 0, 8 * 8);
}
