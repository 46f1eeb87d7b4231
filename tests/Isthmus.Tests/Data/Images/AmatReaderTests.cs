using Isthmus.Data.Formats;
using Isthmus.Data.Images;

namespace Isthmus.Tests.Data.Images;

public sealed class AmatReaderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("0 1 1 0 \n1 1 0 0 \n")]
    [InlineData("0 1 1 0\r\n1 1 0 0")]
    [InlineData("\n0\t1 1  0\n\n1 1 0 0\n\n")]
    public void Lines_are_square_images(string text)
    {
        var data = DataSource.LoadAll(_scratch.Write("a.amat.gz", Scratch.Gzip(System.Text.Encoding.ASCII.GetBytes(text))), new());
        Assert.Equal(new ImageSchema(2, 2, 1, 2), data.Schema);
        Assert.Equal([0, 1, 1, 0, 1, 1, 0, 0], Scratch.Pixels(data));
    }

    [Fact]
    public void Other_widths_are_images_of_one_row() =>
        Assert.Equal(new ImageSchema(1, 3, 1, 2), DataSource.LoadAll(_scratch.Write("a.amat", "0 1 1\n"), new()).Schema);

    [Fact]
    public void Records_across_buffers_are_whole()
    {
        var rows = Enumerable.Range(0, 300).Select(row => string.Join(' ', Enumerable.Range(0, 784).Select(i => (row * 31 + i * 7) / 5 % 2)));
        var text = string.Join('\n', rows);
        var data = DataSource.LoadAll(_scratch.Write("a.amat", text), new());
        Assert.Equal(300, data.Count);
        Assert.Equal(text.Where(char.IsDigit).Select(c => (byte)(c - '0')), Scratch.Pixels(data));
    }

    [Theory]
    [InlineData("0 1\n0 2\n", ":2: value 2 is not 0 or 1 ('2' found)")]
    [InlineData("0 1\n01 1\n", ":2: value 1 is not 0 or 1 ('1' found)")]
    [InlineData("0 1 1\n\n0 1\n", ":3 has 2 values, but the lines before have 3")]
    [InlineData("", "holds no records")]
    [InlineData("\n \n", "holds no records")]
    public void What_is_wrong_is_named_with_its_line(string text, string complaint) =>
        Assert.Contains(complaint, Scratch.Refusal(_scratch.Write("a.amat", text)));

    [Fact]
    public void Truncated_amat_gz_is_refused_at_every_byte() => _scratch.RefusesEveryTruncation("t.amat.gz", Scratch.Gzip("0 1 1 0\n1 1 0 0\n"u8.ToArray()));

    [Fact]
    public void Flipped_bits_of_amat_gz_are_found_by_the_check_sum() =>
        Assert.InRange(_scratch.SurvivesEveryBitFlip("f.amat.gz", Scratch.Gzip("0 1 1 0\n1 1 0 0\n"u8.ToArray())), 0, 8 * 8);
}
