using System.Text;
using CsCheck;
using Isthmus.Data.Cells;

namespace Isthmus.Tests.Data.Cells;

public sealed class CsvReaderTests
{
    /// <summary>RFC 4180: what is written by its rules is read again, however the bytes arrive.</summary>
    [Fact]
    public void What_is_written_is_read_again()
    {
        var cell = Gen.Char["ab1 ,;\"\n\ré"].Array[0, 6].Select(letters => new string(letters));
        Gen.Select(cell.Array[2].Array[1, 8], Gen.Bool, Gen.OneOf(Gen.Const("\n"), Gen.Const("\r\n"), Gen.Const("\r")), Gen.Int[1, 9])
            .Sample(
                (rows, all, end, piece) =>
                {
                    var text = string.Concat(
                        rows.Select(row =>
                            string.Join(
                                ',',
                                row.Select(value =>
                                    all || value.AsSpan().ContainsAny(",\"\n\r") || value.TrimStart(' ').StartsWith('"')
                                        ? $"\"{value.Replace("\"", "\"\"")}\""
                                        : value
                                )
                            ) + end
                        )
                    );
                    Assert.Equal(rows, Read(text, ",", piece));
                }
            );
    }

    [Theory]
    [InlineData("a,5\" disk,b\n", new[] { "a", "5\" disk", "b" })]
    [InlineData("a\"b\"c,\"d\" , \"e,f\"\n", new[] { "a\"b\"c", "d", "e,f" })]
    [InlineData("#N/A,# no comment,\"\"\n", new[] { "#N/A", "# no comment", "" })]
    [InlineData("\uFEFFa,b,\n", new[] { "a", "b", "" })]
    [InlineData("a,b,c", new[] { "a", "b", "c" })]
    public void A_quote_is_one_only_where_a_cell_begins(string text, string[] cells) => Assert.Equal([cells], Read(text, ",", 3));

    [Fact]
    public void Two_letters_can_stand_between_cells() =>
        Assert.Equal(
            [
                ["1", "a:b", "2"],
                ["3", "", "4"],
            ],
            Read("1::a:b::2\n3::::4\n", "::", 1)
        );

    [Fact]
    public void Empty_lines_are_records_only_of_one_column()
    {
        Assert.Equal(
            [
                ["a", "b"],
                ["c", "d"],
            ],
            Read("a,b\n\n\nc,d\n\n", ",", 2)
        );
        Assert.Equal(
            [
                ["a"],
                [""],
                ["b"],
            ],
            Read("a\n\nb\n\n\n", "", 1)
        );
    }

    [Theory]
    [InlineData("a,b\nc,\"d\ne,f\n", "line 2, cell 2 begins with a quote (\") that is never closed")]
    [InlineData("a,b\n\"c\nd\"x,e\n", "line 3, cell 1 goes on after its closing quote")]
    public void A_quote_that_closes_nothing_is_named_with_its_line(string text, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<InvalidInputException>(() => Read(text, ",", 4)).Message);

    [Fact]
    public void Lines_and_places_are_those_of_the_file()
    {
        const string Text = "\uFEFFa,\"b\nc\"\n\nd,é\n";
        var reader = new CsvReader(new Trickle(Encoding.UTF8.GetBytes(Text), 2), "t.csv", ",");
        Assert.True(reader.Read());
        Assert.Equal((1, (5L, 10L)), (reader.Line, reader.Place(1)));
        Assert.True(reader.Read());
        Assert.Equal((4, (14L, 16L)), (reader.Line, reader.Place(1)));
        Assert.Equal(1, reader.EmptyLines);
        Assert.False(reader.Read());
    }

    private static List<string[]> Read(string text, string delimiter, int piece)
    {
        var reader = new CsvReader(new Trickle(Encoding.UTF8.GetBytes(text), piece), "t.csv", delimiter);
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.Count).Select(reader.Text)]);
        return rows;
    }

    /// <summary>Gives a few bytes at a time, as a pipe may.</summary>
    private sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, Position == 0 ? Math.Max(piece, 4) : piece));
    }
}
