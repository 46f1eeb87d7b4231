using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Published;

/// <summary>Known facts about published data, where they are at hand.</summary>
public class PublishedDataTests
{
    [Fact]
    public void Mnist_is_the_published_one()
    {
        SkipUnless("mnist");
        var splits = DataSource.Load("mnist", new());
        Assert.Equal((50_000, 10_000, 10_000), (splits.Train.Count, splits.Validation.Count, splits.Test.Count));
        Assert.Equal(new ImageSchema(28, 28, 1, 256), splits.Train.Schema);
        // 47 MB for the publisher's 60,000 training records, however they are split.
        Assert.Equal(60_000 * 784, splits.Train.StoredBytes);
        Assert.Equal(["digit"], splits.Test.Labels.Select(column => column.Name));
        Assert.Equal([7, 2, 1, 0, 4], splits.Test.Labels[0].Values.Take(5));
        // The mean pixel of the training images is 0.1307 of 255 = 33.318, the constant of every tutorial.
        var sum = new[] { splits.Train, splits.Validation }.Sum(part => Scratch.Pixels(part).Sum(pixel => (long)pixel));
        Assert.Equal(33.318, sum / (60_000 * 784.0), 3);
    }

    [Fact]
    public void Newsgroups_are_the_published_bags_one_of_each_part_empty()
    {
        SkipUnless("20news");
        var splits = DataSource.Load("20news", new());
        Assert.Equal((10_259, 1_000, 7_488), (splits.Train.Count, splits.Validation.Count, splits.Test.Count));
        // Of 1,995 words one, _eos_, is in no document.
        Assert.Equal(1994, splits.Train.Schema.Dimension);
        double Words(Dataset part) => Enumerable.Range(0, part.Count).Sum(record => part.Sparse(record).Values.ToArray().Sum());
        Assert.Equal(991_493, Words(splits.Train) + Words(splits.Validation));
        Assert.Contains(splits.Test.Notes.Texts(), note => note.StartsWith("1 of 7,488 documents hold no word"));
    }

    [Fact]
    public void Mnist_files_read_by_path_have_their_labels()
    {
        SkipUnless("mnist");
        var data = DataSource.LoadAll(Path.Combine(Scratch.DataFolder, "mnist", "train-images-idx3-ubyte.gz"), new() { Limit = 10 });
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], data.Labels[0].Values);
    }

    [Fact]
    public void Fashion_mnist_has_ten_classes_of_six_thousand()
    {
        SkipUnless("fashion-mnist");
        var splits = DataSource.Load("fashion-mnist", new());
        var values = splits.Train.Labels[0].Values.Concat(splits.Validation.Labels[0].Values);
        Assert.All(values.CountBy(value => value), count => Assert.Equal(6_000, count.Value));
        Assert.Equal("ankle boot", splits.Test.Labels[0].Classes[splits.Test.Labels[0].Values[0]]);
    }

    [Fact]
    public void Static_mnist_keeps_its_fixed_split()
    {
        SkipUnless("static-mnist");
        var splits = DataSource.Load("static-mnist", new());
        Assert.Equal((50_000, 10_000, 10_000), (splits.Train.Count, splits.Validation.Count, splits.Test.Count));
        Assert.Equal(new ImageSchema(28, 28, 1, 2), splits.Train.Schema);
        Assert.Equal(50_000 * 784, splits.Train.StoredBytes);
        Assert.Equal(Scratch.Pixels(splits.Test), Scratch.Pixels(DataSource.LoadAll("static-mnist", new())));
        Assert.Equal(Scratch.Pixels(splits.Train), Scratch.Pixels(DataSource.Load("static-mnist", new() { Seed = 2 }).Train));
    }

    [Fact]
    public void Frey_faces_have_no_labels()
    {
        SkipUnless("frey-faces");
        var data = DataSource.LoadAll(Path.Combine(Scratch.DataFolder, "frey-faces", "freyfaces-idx3-ubyte"), new());
        Assert.Equal((1965, 0), (data.Count, data.Labels.Count));
        Assert.Equal(new ImageSchema(28, 20, 1, 256), data.Schema);
        Assert.Equal((8, 238), (Scratch.Pixels(data).Min(), Scratch.Pixels(data).Max()));
    }

    [Fact]
    public void Omniglot_has_twenty_drawings_of_each_character()
    {
        SkipUnless("omniglot");
        var data = DataSource.LoadAll(Path.Combine(Scratch.DataFolder, "omniglot", "images_evaluation.npz"), new());
        Assert.Equal(659 * 20, data.Count);
        Assert.Equal(new ImageSchema(105, 105, 1, 2), data.Schema);
        Assert.All(data.Labels[0].Values.CountBy(value => value), count => Assert.Equal(0, count.Value % 20));
    }

    [Fact]
    public void Adbench_sets_have_records_in_fortran_order_and_labels()
    {
        SkipUnless("adbench");
        var data = DataSource.LoadAll(Path.Combine(Scratch.DataFolder, "adbench", "45_wine.npz"), new());
        Assert.Equal((129, 13), (data.Count, data.Schema.Dimension));
        Assert.Equal(10, data.Labels[0].Values.Sum());
        // Alcohol content comes first, between 11 and 15 percent for wine.
        Assert.All(Scratch.Values(data).Chunk(13), record => Assert.InRange(record[0], 11, 15));
    }

    [Fact]
    public void Kodak_pictures_lie_on_their_side_and_upright()
    {
        SkipUnless("kodak");
        var folder = Path.Combine(Scratch.DataFolder, "kodak");
        Assert.Contains("--size", Scratch.Refusal(folder));
        var data = DataSource.LoadAll(folder, new() { Size = new(32, 48) });
        Assert.Equal(new ImageSchema(32, 48, 3, 256), data.Schema);
    }

    private static void SkipUnless(string name) =>
        Assert.SkipUnless(Directory.Exists(Path.Combine(Scratch.DataFolder, name)) && Scratch.DataFolder != "", $"needs {name} under ISTHMUS_DATA");
}
