using System.IO.Compression;
using System.Text;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Vectors;

namespace Isthmus.Tests.Data.Formats;

/// <summary>Arrays as people save them: several in a file, labels of any kind, channels of any number, pictures of any numbers.</summary>
public sealed class NumpyChoiceTests : IDisposable
{
    private static readonly byte[] Four = Scratch.Npy("|u1", false, "(4, 2, 2)", [.. Enumerable.Range(10, 16).Select(i => (byte)i)]);
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_cannot_be_records_is_passed_over_and_named()
    {
        var path = Npz(
            ("metadata", Scratch.Npy("|O", false, "()", [1, 2, 3])),
            ("imgs", Four),
            ("latents_classes", Longs("(4, 2)", 0, 1, 0, 2, 1, 1, 1, 2)),
            ("names", Texts("ab", "cd", "ab", "ab"))
        );
        var data = DataSource.LoadAll(path, new());
        Assert.Equal(new ImageSchema(2, 2, 1, 256), data.Schema);
        Assert.Equal(["names", "latents_classes_0", "latents_classes_1"], data.Labels.Select(label => label.Name));
        Assert.Equal([0, 1, 0, 0], data.Labels[0].Values);
        Assert.Equal(["ab", "cd"], data.Labels[0].Classes);
        Assert.Equal([0, 0, 1, 1], data.Labels[1].Values);
        var note = Assert.Single(data.Notes.Texts());
        Assert.Contains("records are array imgs u1 (4, 2, 2)", note);
        Assert.Contains("metadata (Python objects)", note);
        Assert.Contains("--array", note);
    }

    [Theory]
    [InlineData("|b1", 1)]
    [InlineData("|u1", 1)]
    [InlineData("<i4", 4)]
    [InlineData("<i8", 8)]
    public void Labels_are_found_by_their_length_and_kind_in_any_order(string type, int size)
    {
        byte[] values = [.. new[] { 1, 0, 1, 1 }.SelectMany(value => BitConverter.GetBytes((long)value).Take(size))];
        foreach (
            var arrays in new[]
            {
                new[] { ("arr_0", Scratch.Npy(type, false, "(4,)", values)), ("arr_1", Four) },
                [("b", Four), ("a", Scratch.Npy(type, false, "(4, 1)", values))],
            }
        )
        {
            var data = DataSource.LoadAll(Npz(arrays), new());
            Assert.Equal(4, data.Count);
            Assert.Equal([1, 0, 1, 1], Assert.Single(data.Labels).Values);
        }
    }

    [Theory]
    [InlineData("<U3")]
    [InlineData(">U3")]
    [InlineData("|S3")]
    public void Texts_are_labels(string type)
    {
        var encoding = type[1] == 'S' ? Encoding.Latin1 : new UTF32Encoding(type[0] == '>', false);
        byte[] values = [.. new[] { "cat", "dog", "ox", "cat" }.SelectMany(text => encoding.GetBytes(text.PadRight(3, '\0')))];
        var label = Assert.Single(DataSource.LoadAll(Npz(("X", Four), ("y", Scratch.Npy(type, false, "(4,)", values))), new()).Labels);
        Assert.Equal(("y", "cat dog ox"), (label.Name, string.Join(' ', label.Classes)));
        Assert.Equal([0, 1, 2, 0], label.Values);
    }

    [Fact]
    public void The_largest_array_of_pictures_is_taken_and_another_can_be_named()
    {
        var path = Npz(
            ("table", Longs("(4, 3)", [.. Enumerable.Range(0, 12).Select(i => (long)i)])),
            ("x_test", Scratch.Npy("|u1", false, "(1, 2, 2)", [9, 8, 7, 6])),
            ("x_train", Four),
            ("y_train", Longs("(4,)", 0, 1, 0, 1))
        );
        var data = DataSource.LoadAll(path, new());
        Assert.Equal((4, "y_train"), (data.Count, Assert.Single(data.Labels).Name));
        Assert.Equal([9, 8, 7, 6], Scratch.Pixels(DataSource.LoadAll(path, new() { Array = "x_test" })));
        Assert.Equal(3, DataSource.LoadAll(path, new() { Array = "table" }).Schema.Dimension);
        Assert.Contains("did you mean 'x_train'", Scratch.Refusal(path, new() { Array = "x_trian" }));
        Assert.Contains("2 (N, D)", Scratch.Refusal(path, new() { Array = "y_train" }));
        Assert.Contains("leave --array out", Scratch.Refusal(_scratch.Write("a.npy", Four), new() { Array = "x" }));
        Assert.Contains("pickle", Scratch.Refusal(Npz(("o", Scratch.Npy("|O", false, "(2, 2)", [1])), ("X", Four)), new() { Array = "o" }));
    }

    [Fact]
    public void Numbers_that_are_all_different_are_no_labels()
    {
        var data = DataSource.LoadAll(Npz(("ids", Longs("(4,)", 7, 8, 9, 10)), ("pictures", Four), ("kind", Longs("(4,)", 1, 2, 1, 1))), new());
        Assert.Equal("kind", Assert.Single(data.Labels).Name);
        Assert.Contains("ids", Assert.Single(data.Notes.Texts()));
        Assert.Empty(DataSource.LoadAll(Npz(("ids", Longs("(4,)", 7, 8, 9, 10)), ("pictures", Four)), new()).Labels);
    }

    [Fact]
    public void Several_pictures_for_each_record_have_a_label_each()
    {
        var data = DataSource.LoadAll(
            Npz(("images", Scratch.Npy("|u1", false, "(2, 5, 6, 6)", new byte[360])), ("labels", Longs("(2, 5)", 0, 0, 0, 0, 0, 1, 1, 1, 1, 1))),
            new()
        );
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], Assert.Single(data.Labels).Values);
    }

    [Theory]
    [InlineData("x_train", "y_train", "x_test", "y_test", null)]
    [InlineData("train_images", "train_labels", "test_images", "test_labels", "val_images")]
    [InlineData("x_train", "y_train", "x_val", "y_val", null)]
    [InlineData("X-Training", "kind.training", "X-testing", "kind.testing", null)]
    public void Arrays_of_parts_are_the_parts_with_their_own_labels(string train, string trainLabels, string test, string testLabels, string? validation)
    {
        // As many records in both parts: only the names say whose labels are whose.
        (string, byte[])[] arrays =
        [
            (testLabels, Longs("(4,)", 5, 6, 5, 6)),
            (test, Scratch.Npy("|u1", false, "(4, 2, 2)", [.. Enumerable.Range(100, 16).Select(i => (byte)i)])),
            (trainLabels, Longs("(4,)", 5, 5, 5, 6)),
            (train, Four),
        ];
        var path = Npz(validation is null ? arrays : [.. arrays, (validation, Scratch.Npy("|u1", false, "(1, 2, 2)", [1, 2, 3, 4]))]);
        Assert.True(DataSource.HasParts(path, new()));
        var parts = DataSource.Load(path, new());
        Assert.Equal((validation is null ? 3 : 4, 1, 4), (parts.Train.Count, parts.Validation.Count, parts.Test.Count));
        Assert.Equal([0, 1, 0, 1], Assert.Single(parts.Test.Labels).Values);
        Assert.Equal(trainLabels, Assert.Single(parts.Train.Labels).Name);
        Assert.Equal(100, Scratch.Pixels(parts.Test)[0]);
        Assert.False(DataSource.HasParts(path, new() { Array = train }));
        Assert.Equal(train, DataSource.Load(path, new() { Array = train }).Train.Array);
    }

    [Fact]
    public void A_file_without_records_lists_what_it_holds()
    {
        var complaint = Scratch.Refusal(Npz(("meta", Scratch.Npy("|O", false, "()", [1])), ("y", Longs("(2,)", 0, 1))));
        Assert.Contains("meta (Python objects)", complaint);
        Assert.Contains("y i8 (2,)", complaint);
    }

    [Theory]
    [InlineData("(2, 5, 5, 4)", 2)]
    [InlineData("(2, 4, 5, 5)", 2)]
    public void Four_channels_are_opacity_over_white(string shape, int count)
    {
        var isLast = shape.EndsWith("4)");
        var values = new byte[2 * 25 * 4];
        for (var i = 0; i < values.Length; i++)
            values[i] = (isLast ? i % 4 : i / 25 % 4) == 3 ? (byte)(i < 100 ? 0 : 255) : (byte)40;
        var data = DataSource.LoadAll(_scratch.Write("a.npy", Scratch.Npy("|u1", false, shape, values)), new());
        Assert.Equal((count, new ImageSchema(5, 5, 3, 256)), (data.Count, (ImageSchema)data.Schema));
        Assert.All(Scratch.Pixels(data)[..75], pixel => Assert.Equal(255, pixel));
        Assert.All(Scratch.Pixels(data)[75..], pixel => Assert.Equal(40, pixel));
        Assert.Contains("laid over white", Assert.Single(data.Notes.Texts()));
    }

    [Theory]
    [InlineData("(6, 2, 8, 8)", "no dimension is one of channels")]
    [InlineData("(6, 8, 8, 2)", "no dimension is one of channels")]
    [InlineData("(6, 8, 8, 13)", "reshape it to (-1, 8, 13)")]
    [InlineData("(2, 3, 8, 8, 2)", "no dimension is one of channels")]
    [InlineData("(48, 64, 3)", "one picture of 48 x 64 with 3 channels, or 48 grey pictures of 64 x 3?")]
    [InlineData("(48, 64, 4)", "one picture of 48 x 64 with 4 channels")]
    [InlineData("(48, 64, 1)", "one picture of 48 x 64 with 1 channel, or")]
    public void Shapes_that_can_be_understood_in_two_ways_or_none_are_refused_in_words(string shape, string words)
    {
        var count = shape.Trim('(', ')').Split(", ").Select(int.Parse).Aggregate((a, b) => a * b);
        Assert.Contains(words, Scratch.Refusal(_scratch.Write("a.npy", Scratch.Npy("|u1", false, shape, new byte[count]))));
    }

    [Fact]
    public void A_model_says_what_one_photograph_is() =>
        Assert.Equal(
            1,
            DataSource
                .LoadAll(
                    _scratch.Write("a.npy", Scratch.Npy("|u1", false, "(48, 64, 3)", [.. Enumerable.Range(0, 9216).Select(i => (byte)i)])),
                    new() { Expected = new ImageSchema(48, 64, 3, 256) }
                )
                .Count
        );

    [Theory]
    [InlineData("(1, 48, 64, 3)", 48, 64, 3)]
    [InlineData("(1, 3, 48, 64)", 48, 64, 3)]
    [InlineData("(48, 64, 3, 1)", 64, 3, 1)]
    [InlineData("(7, 3, 3)", 3, 3, 1)]
    public void A_dimension_more_says_what_is_meant(string shape, int height, int width, int channels)
    {
        var count = shape.Trim('(', ')').Split(", ").Select(int.Parse).Aggregate((a, b) => a * b);
        byte[] pixels = [.. Enumerable.Range(0, count).Select(i => (byte)i)];
        Assert.Equal(
            new ImageSchema(height, width, channels, 256),
            DataSource.LoadAll(_scratch.Write("a.npy", Scratch.Npy("|u1", false, shape, pixels)), new()).Schema
        );
    }

    [Fact]
    public void Several_pictures_for_each_record_are_records_and_that_is_said()
    {
        var data = DataSource.LoadAll(_scratch.Write("a.npy", Scratch.Npy("|u1", false, "(3, 20, 8, 8)", new byte[3 * 20 * 64])), new());
        Assert.Equal(60, data.Count);
        Assert.Contains("read as 60 grey pictures of 8 x 8", Assert.Single(data.Notes.Texts()));
        var three = DataSource.LoadAll(_scratch.Write("b.npy", Scratch.Npy("|u1", false, "(3, 8, 6)", new byte[144])), new());
        Assert.Equal((3, new ImageSchema(8, 6, 1, 2)), (three.Count, (ImageSchema)three.Schema));
        Assert.Contains("read as 3 grey pictures of 8 x 6; one picture of 3 channels has the shape (1, 3, 8, 6)", Assert.Single(three.Notes.Texts()));
    }

    [Fact]
    public void Floats_from_0_to_1_are_pictures_of_256_levels()
    {
        foreach (
            var (type, bytes) in new[]
            {
                ("<f4", Values<float>(4, BitConverter.GetBytes, 0f, 0.25f, 0.5f, 1f)),
                ("<f8", Values<double>(8, BitConverter.GetBytes, 0, 0.25, 0.5, 1)),
                ("<f2", Values<Half>(2, BitConverter.GetBytes, (Half)0, (Half)0.25, (Half)0.5, (Half)1)),
            }
        )
        {
            var data = DataSource.LoadAll(_scratch.Write("a.npy", Scratch.Npy(type, false, "(1, 2, 2)", bytes)), new());
            Assert.Equal([0, 64, 128, 255], Scratch.Pixels(data));
            Assert.Contains("from 0 to 1", Assert.Single(data.Notes.Texts()));
        }
        // 0 and 1 alone are black and white.
        Assert.Equal(
            2,
            (
                (ImageSchema)
                    DataSource
                        .LoadAll(_scratch.Write("b.npy", Scratch.Npy("<f4", false, "(1, 1, 2)", Values<float>(4, BitConverter.GetBytes, 0f, 1f))), new())
                        .Schema
            ).Levels
        );
    }

    [Fact]
    public void Whole_numbers_of_any_type_are_pixels_and_those_of_more_bits_are_scaled()
    {
        Assert.Equal(
            [0, 7, 200, 255],
            Scratch.Pixels(
                DataSource.LoadAll(
                    _scratch.Write("a.npy", Scratch.Npy("<f4", false, "(1, 2, 2)", Values<float>(4, BitConverter.GetBytes, 0f, 7f, 200f, 255f))),
                    new()
                )
            )
        );
        Assert.Equal(
            [0, 7, 200, 255],
            Scratch.Pixels(
                DataSource.LoadAll(
                    _scratch.Write("b.npy", Scratch.Npy("<i8", false, "(1, 2, 2)", Values<long>(8, BitConverter.GetBytes, 0, 7, 200, 255))),
                    new()
                )
            )
        );
        var deep = DataSource.LoadAll(
            _scratch.Write("c.npy", Scratch.Npy("<u2", false, "(1, 2, 2)", Values<ushort>(2, BitConverter.GetBytes, 0, 1000, 2048, 4000))),
            new()
        );
        Assert.Equal([0, 62, 128, 249], Scratch.Pixels(deep));
        Assert.Equal(12, ((ImageSchema)deep.Schema).Depth);
        Assert.Contains("taken as 12 bits", Assert.Single(deep.Notes.Texts()));
    }

    [Theory]
    [InlineData(-1, 1, "from -1 to 1")]
    [InlineData(0, 1.5, "from 0 to 1.5")]
    [InlineData(0, 70000, "from 0 to 70000")]
    [InlineData(0, double.NaN, "not finite")]
    public void Other_numbers_are_refused_with_advice_that_keeps_the_data(double least, double most, string words)
    {
        var complaint = Scratch.Refusal(_scratch.Write("a.npy", Scratch.Npy("<f8", false, "(1, 1, 2)", Values<double>(8, BitConverter.GetBytes, least, most))));
        Assert.Contains(words, complaint);
        Assert.DoesNotContain("astype('uint8')", complaint);
    }

    [Fact]
    public void A_declared_width_takes_no_memory()
    {
        var header = Scratch.Npy("<f4", false, "(1, 2000000000)", new byte[64]);
        foreach (var stream in new[] { false, true })
            foreach (var path in new[] { _scratch.Write("wide.npy", header), _scratch.Write("wide.npy.gz", Scratch.Gzip(header)) })
            {
                var before = GC.GetTotalAllocatedBytes();
                var message = Assert.Throws<InvalidInputException>(() => DataSource.LoadAll(path, new() { Stream = stream })).Message;
                Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20_000_000);
                Assert.Contains(path, message);
            }
        Assert.Contains("at most", Assert.Throws<InvalidInputException>(() => VectorRecords.DemandWidth("x", 2_000_000_000)).Message);
    }

    [Fact]
    public void Flipped_bits_never_crash()
    {
        var file = Scratch.Npz(
            CompressionLevel.NoCompression,
            ("y", Texts("ab", "cd", "ab", "ab")),
            ("X", Four),
            ("o", Scratch.Npy("|O", false, "()", [1, 2, 3]))
        );
        Assert.InRange(_scratch.SurvivesEveryBitFlip("f.npz", file), 1, 8 * file.Length);
    }

    private string Npz(params (string Name, byte[] Content)[] arrays) =>
        _scratch.Write($"{Guid.NewGuid():N}.npz", Scratch.Npz(CompressionLevel.Optimal, arrays));

    private static byte[] Longs(string shape, params long[] values) => Scratch.Npy("<i8", false, shape, Values<long>(8, BitConverter.GetBytes, values));

    private static byte[] Texts(params string[] texts) => Scratch.Npy("<U2", false, $"({texts.Length},)", [.. texts.SelectMany(Encoding.UTF32.GetBytes)]);

    private static byte[] Values<T>(int size, Func<T, byte[]> bytes, params T[] values)
    {
        byte[] all = [.. values.SelectMany(bytes)];
        Assert.Equal(size * values.Length, all.Length);
        return all;
    }
}
