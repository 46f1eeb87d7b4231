using System.Security.Cryptography;
using Isthmus.Data.Published;

namespace Isthmus.Tests.Data.Published;

public class ShapesSourceTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void No_two_of_the_13824_images_are_alike(int levels)
    {
        var pixels = Scratch.Pixels(ShapesSource.Generate(levels));
        Assert.Equal(13_824, pixels.Chunk(1024).Select(Convert.ToBase64String).Distinct().Count());
        Assert.Equal(levels == 2 ? 1 : 255, pixels.Max());
    }

    [Fact]
    public void The_entropy_is_that_of_the_factors() => Assert.Equal(Math.Log(3 * 4 * 8 * 12 * 12), ShapesSource.FactorEntropy, 12);

    [Fact]
    public void The_factors_are_a_full_grid()
    {
        var data = ShapesSource.Generate(2);
        Assert.Equal(["shape", "scale", "orientation", "x", "y"], data.Labels.Select(column => column.Name));
        Assert.Equal([3, 4, 8, 12, 12], data.Labels.Select(column => column.Classes.Count));
        Assert.Equal(13_824, Enumerable.Range(0, data.Count).Select(i => string.Join(' ', data.Labels.Select(column => column.Values[i]))).Distinct().Count());
        foreach (var column in data.Labels)
            Assert.All(column.Values.CountBy(value => value), count => Assert.Equal(13_824 / column.Classes.Count, count.Value));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void Shapes_keep_off_the_border_and_move_with_x_and_y(int levels)
    {
        var data = ShapesSource.Generate(levels);
        var images = Scratch.Pixels(data).Chunk(1024).ToArray();
        Assert.All(images, image =>
            Assert.All(Enumerable.Range(0, 32), i => Assert.Equal(0, image[i] | image[i * 32] | image[31 * 32 + i] | image[i * 32 + 31]))
        );
        // y is fastest, then x: one step of y is one row down, one step of x one column to the right.
        Assert.Equal(images[0][..^32], images[1][32..]);
        Assert.Equal(images[0][..^1], images[12][1..]);
    }

    [Theory]
    [InlineData(2, "617ec65b95b2376640f1039a6c74ed2ebcb6e552ea86a17a12c14969bfbb320a")]
    [InlineData(256, "86e87054d8085db1b36918dd1705a78520e105406ab4188fd32d2195121a6422")]
    public void The_bits_are_the_same_on_every_machine(int levels, string sha256) =>
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Scratch.Pixels(ShapesSource.Generate(levels)))));
}
