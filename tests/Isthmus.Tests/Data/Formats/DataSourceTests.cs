using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;

namespace Isthmus.Tests.Data.Formats;

public sealed class DataSourceTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_shapes_are_split_by_seed_without_a_record_twice()
    {
        var splits = DataSource.Load("shapes", new());
        Assert.Equal((11_060, 1_382, 1_382), (splits.Train.Count, splits.Validation.Count, splits.Test.Count));
        var images = new[] { splits.Train, splits.Validation, splits.Test }.SelectMany(part => Scratch.Pixels(part).Chunk(1024)).Select(Convert.ToBase64String);
        Assert.Equal(13_824, images.Distinct().Count());
        Assert.Equal(Scratch.Pixels(splits.Test), Scratch.Pixels(DataSource.Load("shapes", new() { Seed = 1 }).Test));
        Assert.NotEqual(Scratch.Pixels(splits.Test), Scratch.Pixels(DataSource.Load("shapes", new() { Seed = 2 }).Test));
    }

    [Fact]
    public void The_splits_share_one_byte_a_pixel()
    {
        var splits = DataSource.Load("shapes-8bit", new());
        Assert.Equal(13_824 * 1024, splits.Train.StoredBytes);
        Assert.Equal(new ImageSchema(32, 32, 1, 256), splits.Train.Schema);
    }

    [Fact]
    public void Options_apply_to_built_in_data_too()
    {
        var splits = DataSource.Load(
            "shapes",
            new()
            {
                Size = new(16, 16),
                Grey = false,
                Limit = 10,
            }
        );
        Assert.Equal(new ImageSchema(16, 16, 3, 256), splits.Train.Schema);
        Assert.Equal((10, 10, 10), (splits.Train.Count, splits.Validation.Count, splits.Test.Count));
        Assert.Equal(5, splits.Train.Labels.Count);
    }

    [Theory]
    [InlineData("mnsit", "'mnsit' is no file or folder, and no known data set; did you mean 'mnist'?")]
    [InlineData("Shape", "'Shape' is no file or folder, and no known data set; did you mean 'shapes'?")]
    [InlineData(
        "/no/such/folder/of mine.csv",
        "'/no/such/folder/of mine.csv' is no file or folder, and no known data set; known are shapes, shapes-8bit, mnist, fashion-mnist, static-mnist, 20news."
    )]
    public void An_unknown_name_gets_the_nearest(string name, string message) => Assert.Equal(message, Scratch.Refusal(name));

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        Assert.Contains("of no known kind", Scratch.Refusal(_scratch.Write("a.bin", "what is this?")));
        Assert.Contains("of no known kind", Scratch.Refusal(_scratch.Write("b.bin", "")));
    }

    [Fact]
    public void One_record_only_is_refused()
    {
        var path = _scratch.Write("a.csv", "a,b\n1,2\n");
        Assert.Contains("holds 1 record;", Assert.Throws<InvalidInputException>(() => DataSource.Load(path, new())).Message);
    }

    [Fact]
    public void A_limit_below_one_is_refused() =>
        Assert.Contains("at least 1", Assert.Throws<InvalidInputException>(() => DataSource.LoadAll("shapes", new() { Limit = 0 })).Message);

    [Fact]
    public void Data_of_the_models_schema_are_taken_and_others_refused()
    {
        var binary = _scratch.Write("b.idx", Scratch.Idx([1, 2, 2], [0, 255, 255, 0]));
        var grey = _scratch.Write("g.idx", Scratch.Idx([1, 2, 2], [0, 255, 9, 0]));
        var wanted = new ImageSchema(2, 2, 1, 256);
        Assert.Equal([0, 255, 255, 0], Scratch.Pixels(DataSource.LoadAll(binary, new() { Expected = wanted })));
        Assert.Equal(
            [0, 255, 255, 0],
            Scratch.Pixels(DataSource.LoadAll(_scratch.Write("z.idx", Scratch.Idx([1, 2, 2], [0, 1, 1, 0])), new() { Expected = wanted }))
        );
        Assert.Contains("pixel of value 9", Scratch.Refusal(grey, new() { Expected = wanted with { Levels = 2 } }));
        Assert.Contains("--size 3x2", Scratch.Refusal(grey, new() { Expected = wanted with { Height = 3 } }));
        Assert.Contains("the model takes vectors of 1 columns", Scratch.Refusal(grey, new() { Expected = new VectorSchema(["a"]) }));
    }

    [Fact]
    public void A_table_gives_the_columns_that_the_model_takes()
    {
        var path = _scratch.Write("t.csv", "id,b,a\nx,2,1\ny,4,3\n");
        Assert.Equal([1, 2, 3, 4], Scratch.Values(DataSource.LoadAll(path, new() { Expected = new VectorSchema(["a", "b"]) })));
        Assert.Contains("no column 'c'", Scratch.Refusal(path, new() { Expected = new VectorSchema(["a", "c"]) }));
    }

    [Theory]
    [InlineData("28", 28, 28)]
    [InlineData("28x20", 28, 20)]
    [InlineData("1X65535", 1, 65535)]
    public void Sizes_are_rows_by_columns(string text, int height, int width) => Assert.Equal(new ImageSize(height, width), ImageSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("28x")]
    [InlineData("28x0")]
    [InlineData("-1x3")]
    [InlineData("1x2x3")]
    [InlineData("99999999999")]
    public void Other_sizes_are_refused(string text) => Assert.Contains("28x20", Assert.Throws<InvalidInputException>(() => ImageSize.Parse(text)).Message);
}
