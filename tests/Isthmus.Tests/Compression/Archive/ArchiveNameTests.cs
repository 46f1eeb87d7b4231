using CsCheck;
using Isthmus.Compression.Archive;

namespace Isthmus.Tests.Compression.Archive;

public class ArchiveNameTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("C:/x")]
    [InlineData("C:x")]
    [InlineData("\\\\server\\share")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("con")]
    [InlineData("CON.png")]
    [InlineData("x/Lpt1.tar.gz")]
    [InlineData("nul .txt")]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData("a?")]
    public void Names_that_lead_elsewhere_or_mean_something_else_are_refused(string name)
    {
        Assert.NotNull(ArchiveName.Complaint(name));
        var content = new ArchiveContent(1);
        content.Add(new() { Name = name }, [], isModelled: false);
        Assert.Throws<InvalidInputException>(() => Archives.Written(content, null, new()));
        Assert.Throws<InvalidInputException>(() => ArchiveDirectory.FromBytes(ArchiveDirectory.ToBytes(content.Entries), 0, hasPictures: false));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("train-images-idx3-ubyte")]
    [InlineData("digits/0/7.png")]
    [InlineData("Bilder mit Lücken/日本 語.png")]
    [InlineData(".hidden")]
    [InlineData("console.png")]
    [InlineData("...a")]
    public void Other_names_are_kept(string name) => Assert.Null(ArchiveName.Complaint(name));

    [Theory]
    [InlineData("0.png", "1.png")]
    [InlineData("9.png", "10.png")]
    [InlineData("img-0099.png", "img-0100.png")]
    [InlineData("2024-99", "2024-100")]
    [InlineData("a99b", "a100b")]
    [InlineData("none", "none")]
    public void Successor_counts_on(string name, string next) => Assert.Equal(next, ArchiveName.Successor(name));

    [Fact]
    public void List_of_files_of_any_names_comes_back()
    {
        var name = Gen.OneOf(
            Gen.Char['a', 'c'].Array[1, 4].Select(letters => new string(letters)),
            Gen.Int[0, 200].Select(i => $"img{i}.png"),
            Gen.Const("日本/é7")
        );
        Gen.Select(name, Gen.Byte.Array[0, 3], Gen.Byte.Array[0, 3])
            .List[0, 20]
            .Sample(files =>
            {
                var content = new ArchiveContent(1);
                foreach (var (file, prefix, suffix) in files.DistinctBy(file => file.Item1))
                    content.Add(
                        new()
                        {
                            Name = file,
                            Prefix = prefix,
                            Suffix = suffix,
                        },
                        [1],
                        isModelled: false
                    );
                var back = ArchiveDirectory.FromBytes(ArchiveDirectory.ToBytes(content.Entries), content.Records, hasPictures: false);
                Assert.Equal(
                    content.Entries.Select(entry => (entry.Name, entry.First, Convert.ToHexString(entry.Prefix), Convert.ToHexString(entry.Suffix))),
                    back.Select(entry => (entry.Name, entry.First, Convert.ToHexString(entry.Prefix), Convert.ToHexString(entry.Suffix)))
                );
            });
    }

    [Fact]
    public void Two_files_of_one_name_and_a_file_that_is_a_folder_cannot_stand_together()
    {
        Assert.Equal("a", ArchiveName.Conflict(["a", "b", "a"]));
        Assert.Equal("a/b/c", ArchiveName.Conflict(["a/b/c", "x", "a/b"]));
        Assert.Null(ArchiveName.Conflict(["a/b", "ab", "a b/b"]));
    }
}
