using System.IO.Compression;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;

namespace Isthmus.Tests.Data.Formats;

public sealed class NumpyReaderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    // numpy.array([[-2, 1, 3], [7, 0, 5]]) in each type; unsigned types wrap around, and of truth values any byte but 0 is true.
    [Theory]
    [InlineData("|i1", "FE 01 03 07 00 05", new float[] { -2, 1, 3, 7, 0, 5 })]
    [InlineData("|u1", "FE 01 03 07 00 05", new float[] { 254, 1, 3, 7, 0, 5 })]
    [InlineData("|b1", "00 01 FF 01 00 02", new float[] { 0, 1, 1, 1, 0, 1 })]
    [InlineData("<i2", "FEFF 0100 0300 0700 0000 0500", new float[] { -2, 1, 3, 7, 0, 5 })]
    [InlineData(">i2", "FFFE 0001 0003 0007 0000 0005", new float[] { -2, 1, 3, 7, 0, 5 })]
    [InlineData("<u2", "FEFF 0100 0300 0700 0000 0500", new float[] { 65534, 1, 3, 7, 0, 5 })]
    [InlineData(">i4", "FFFFFFFE 00000001 00000003 00000007 00000000 00000005", new float[] { -2, 1, 3, 7, 0, 5 })]
    [InlineData("<u4", "FEFFFFFF 01000000 03000000 07000000 00000000 05000000", new float[] { 4294967294, 1, 3, 7, 0, 5 })]
    [InlineData(
        "<i8",
        "FEFFFFFFFFFFFFFF 0100000000000000 0300000000000000 0700000000000000 0000000000000000 0500000000000000",
        new float[] { -2, 1, 3, 7, 0, 5 }
    )]
    [InlineData("<f2", "00C0 003C 0042 0047 0000 0045", new float[] { -2, 1, 3, 7, 0, 5 })]
    [InlineData("<f4", "000000C0 0000803F 00004040 0000E040 00000000 0000A040", new float[] { -2, 1, 3, 7, 0, 5 })]
    [InlineData(
        ">f8",
        "C000000000000000 3FF0000000000000 4008000000000000 401C000000000000 0000000000000000 4014000000000000",
        new float[] { -2, 1, 3, 7, 0, 5 }
    )]
    public void Every_number_type_is_read(string descr, string hex, float[] expected)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        Assert.Equal(expected, Scratch.Values(DataSource.LoadAll(_scratch.Write("a.npy", Scratch.Npy(descr, false, "(2, 3)", bytes)), new())));
        // Read as Fortran order, the same bytes are the transposed matrix's.
        var transposed = DataSource.LoadAll(_scratch.Write("b.npy", Scratch.Npy(descr, true, "(3, 2)", bytes)), new());
        Assert.Equal([expected[0], expected[3], expected[1], expected[4], expected[2], expected[5]], Scratch.Values(transposed));
    }

    [Theory]
    [InlineData("(2, 1, 3)", 1, 3, 1, new byte[] { 10, 20, 30, 40, 50, 60 })]
    [InlineData("(1, 1, 2, 3)", 1, 2, 3, new byte[] { 10, 40, 20, 50, 30, 60 })]
    [InlineData("(1, 3, 1, 2)", 1, 2, 3, new byte[] { 10, 20, 30, 40, 50, 60 })]
    [InlineData("(1, 6, 1, 1, 1)", 1, 1, 1, new byte[] { 10, 20, 30, 40, 50, 60 })]
    public void Bytes_of_three_or_more_dimensions_are_images(string shape, int height, int width, int channels, byte[] planar)
    {
        var data = DataSource.LoadAll(_scratch.Write("a.npy", Scratch.Npy("|u1", false, shape, [10, 20, 30, 40, 50, 60])), new());
        Assert.Equal(new ImageSchema(height, width, channels, 256), data.Schema);
        Assert.Equal(planar, Scratch.Pixels(data));
    }

    [Fact]
    public void Truth_values_are_binary_pixels()
    {
        var data = DataSource.LoadAll(_scratch.Write("a.npy", Scratch.Npy("|b1", false, "(1, 2, 2)", [0, 1, 255, 2])), new());
        Assert.Equal(new ImageSchema(2, 2, 1, 2), data.Schema);
        Assert.Equal([0, 1, 1, 1], Scratch.Pixels(data));
    }

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public void An_archive_gives_records_and_labels(CompressionLevel level)
    {
        var data = DataSource.LoadAll(_scratch.Write("a.npz", Archive(level)), new());
        Assert.Equal([1, 2, 3, 4], Scratch.Values(data));
        var label = Assert.Single(data.Labels);
        Assert.Equal(("y", "-1", "1"), (label.Name, label.Classes[0], label.Classes[1]));
        Assert.Equal([1, 0], label.Values);
    }

    [Fact]
    public void Another_number_of_labels_is_refused() =>
        Assert.Contains(
            "2 records but 1 labels",
            Scratch.Refusal(
                _scratch.Write(
                    "a.npz",
                    Scratch.Npz(
                        CompressionLevel.Optimal,
                        ("X", Scratch.Npy("|u1", false, "(2, 2)", [1, 2, 3, 4])),
                        ("y", Scratch.Npy("|u1", false, "(1,)", [1]))
                    )
                )
            )
        );

    [Theory]
    [InlineData("|O", "(1, 1)", "pickle")]
    [InlineData("<U5", "(1, 1)", "'<U5'")]
    [InlineData("<U\n5", "(1, 1)", "'<U 5'")]
    [InlineData("<c16", "(1, 1)", "'<c16'")]
    [InlineData("<f8", "(1,)", "1 dimension;")]
    [InlineData("<f8", "()", "0 dimensions")]
    [InlineData("<f8", "(0, 4)", "no records")]
    [InlineData("<f8", "(1, -1)", "no whole number")]
    [InlineData("<f8", "(1, 99999999999999999999)", "no whole number")]
    [InlineData("<f8", "__import__('os')", "no '('")]
    [InlineData("|u1", "(1, 1, 1, 4, 2)", "no dimension is one of channels")]
    [InlineData("<f8", "(1099511627776, 1099511627776)", "declares 9671406556917033397649408 bytes")]
    public void What_cannot_be_read_is_named(string descr, string shape, string complaint) =>
        Assert.Contains(complaint, Scratch.Refusal(_scratch.Write("a.npy", Scratch.Npy(descr, false, shape, new byte[8]))));

    [Fact]
    public void A_structured_type_is_named()
    {
        var content = Scratch.Npy("<f8", false, "(1, 1)", new byte[8]);
        var text = System.Text.Encoding.Latin1.GetString(content).Replace("'<f8'", "['a']");
        Assert.Contains("structured type", Scratch.Refusal(_scratch.Write("a.npy", System.Text.Encoding.Latin1.GetBytes(text))));
    }

    [Fact]
    public void A_value_that_is_not_finite_is_named_with_record_and_column() =>
        Assert.Contains(
            "record 2, column x1",
            Scratch.Refusal(_scratch.Write("a.npy", Scratch.Npy("<f8", false, "(2, 2)", [.. new[] { 1.0, 2.0, 3.0, 1e300 }.SelectMany(BitConverter.GetBytes)])))
        );

    [Fact]
    public void An_archive_without_arrays_is_refused() =>
        Assert.Contains("without an array", Scratch.Refusal(_scratch.Write("a.npz", Scratch.Npz(CompressionLevel.Optimal))));

    [Fact]
    public void Columns_can_be_chosen()
    {
        var path = _scratch.Write("a.npy", Scratch.Npy("|u1", false, "(2, 3)", [1, 2, 3, 4, 5, 6]));
        Assert.Equal([3, 1, 6, 4], Scratch.Values(DataSource.LoadAll(path, new() { Columns = ["x2", "x0"] })));
        Assert.Contains("no column 'x9'", Scratch.Refusal(path, new() { Columns = ["x9"] }));
    }

    [Fact]
    public void Truncated_npy_is_refused_at_every_byte() => _scratch.RefusesEveryTruncation("t.npy", Scratch.Npy("<f4", false, "(2, 2)", new byte[16]));

    [Fact]
    public void Truncated_npz_is_refused_at_every_byte() => _scratch.RefusesEveryTruncation("t.npz", Archive(CompressionLevel.Optimal));

    [Fact]
    public void Flipped_bits_of_npy_never_crash() =>
        Assert.InRange(_scratch.SurvivesEveryBitFlip("f.npy", Scratch.Npy("<f4", false, "(2, 2)", new byte[16])), 1, 16 * 8 + 64 * 8);

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public void Flipped_bits_of_npz_never_crash(CompressionLevel level)
    {
        var archive = Archive(level);
        // The records are checked against their sum: what is read is what was written, whatever happened to the rest.
        Assert.InRange(_scratch.SurvivesEveryBitFlip("f.npz", archive, data => Assert.Equal([1, 2, 3, 4], Scratch.Values(data))), 1, 8 * archive.Length);
    }

    private static byte[] Archive(CompressionLevel level) =>
        Scratch.Npz(
            level,
            ("other", Scratch.Npy("|u1", false, "(1,)", [9])),
            ("X", Scratch.Npy("<f4", false, "(2, 2)", [.. new float[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)])),
            ("y", Scratch.Npy("|i1", false, "(2,)", [1, 255]))
        );
}
