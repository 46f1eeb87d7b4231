using Isthmus.Data.Files;
using Isthmus.Data.Formats;

namespace Isthmus.Tests.Data.Files;

/// <summary>Gzip as RFC 1952 has it: members joined, names and comments in headers, sums that are checked.</summary>
public sealed class GzipContentTests : IDisposable
{
    private static readonly byte[] First = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * i >> 7))],
        Second = "second"u8.ToArray();
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Members_are_one_content()
    {
        Assert.Equal([.. First, .. Second], Content([.. Scratch.Gzip(First), .. Scratch.Gzip(Second)]));
        Assert.Equal(
            [.. Second, .. First, .. Second],
            Content([.. Scratch.Gzip(Second), .. Scratch.Gzip([]), .. Scratch.Gzip(First), .. Scratch.Gzip(Second), 0, 0, 0])
        );
        Assert.Empty(Content(Scratch.Gzip([])));
    }

    [Fact]
    public void A_header_may_hold_a_name_a_comment_more_and_a_sum()
    {
        var plain = Scratch.Gzip(Second);
        byte[] header = [.. plain[..3], 2 + 4 + 8 + 16, .. plain[4..10], 3, 0, 7, 8, 9, .. "name\0"u8, .. "comment\0"u8, 1, 2];
        Assert.Equal(Second, Content([.. header, .. plain[10..]]));
    }

    [Fact]
    public void What_is_cut_or_changed_or_followed_by_something_else_is_refused()
    {
        byte[] two = [.. Scratch.Gzip(Second), .. Scratch.Gzip(Second)];
        for (var length = 2; length < two.Length; length++)
            if (length != two.Length / 2)
                Assert.Throws<InvalidInputException>(() => Content(two[..length]));
        Assert.Contains("not gzip", Assert.Throws<InvalidInputException>(() => Content([.. Scratch.Gzip(Second), .. "more than ten bytes"u8])).Message);
        byte[] changed = [.. two];
        changed[^8] ^= 1;
        Assert.Contains("check sum", Assert.Throws<InvalidInputException>(() => Content(changed)).Message);
    }

    [Fact]
    public void No_flipped_bit_gives_other_content()
    {
        byte[] two = [.. Scratch.Gzip(Second), .. Scratch.Gzip(Second)];
        for (var bit = 16; bit < 8 * two.Length; bit++)
        {
            byte[] flipped = [.. two];
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                Assert.Equal([.. Second, .. Second], Content(flipped));
            }
            catch (InvalidInputException) { }
        }
    }

    [Fact]
    public void Records_are_read_through_it()
    {
        var idx = Scratch.Idx([2, 2, 2], [10, 20, 30, 40, 50, 60, 70, 80]);
        Assert.Equal(
            [10, 20, 30, 40, 50, 60, 70, 80],
            Scratch.Pixels(DataSource.LoadAll(_scratch.Write("d-idx3-ubyte.gz", [.. Scratch.Gzip(idx[..7]), .. Scratch.Gzip(idx[7..])]), new()))
        );
    }

    private byte[] Content(byte[] file) => DataFile.Read(_scratch.Write("x.gz", file), stream => DataFile.ReadAll(stream, "x.gz"));
}
