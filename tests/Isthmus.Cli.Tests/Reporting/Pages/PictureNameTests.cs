using Isthmus.Reporting.Pages;

namespace Isthmus.Tests.Reporting.Pages;

/// <summary>Every picture has a file of its own.</summary>
public sealed class PictureNameTests
{
    [Theory]
    [InlineData("a-2.png a.jpg a.png", "a-2.png a.png a-3.png")]
    [InlineData("a.jpg a.png a-2.png", "a.png a-3.png a-2.png")]
    [InlineData("A.png a.png a-2.png A-3.png", "A.png a-4.png a-2.png A-3.png")]
    [InlineData("x/y.png x-y.png x/y.jpg", "x-y.png x-y-2.png x-y-3.png")]
    public void Names_that_are_alike_are_numbered_beside_those_that_are_there(string records, string files) =>
        Assert.Equal(files.Split(' '), PictureRows.FileNames(records.Split(' ').Length, records.Split(' ')));

    [Fact]
    public void Many_of_one_name_are_all_different_and_without_names_they_are_numbers()
    {
        var names = PictureRows.FileNames(2000, [.. Enumerable.Repeat("a.png", 1000), .. Enumerable.Range(0, 1000).Select(i => $"a-{i}.png")]);
        Assert.Equal(2000, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(["00000.png", "00001.png"], PictureRows.FileNames(2, null));
    }
}
