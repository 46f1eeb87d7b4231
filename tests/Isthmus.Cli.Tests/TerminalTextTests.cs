using Isthmus.Cli.Output;

namespace Isthmus.Tests.Verbs;

/// <summary>Lines for people.</summary>
public class TerminalTextTests
{
    [Theory]
    [InlineData("short", 20, "short")]
    [InlineData("one two three four", 9, "one two|  three|  four")]
    [InlineData("  row 5  spend 9,250 usual 5", 16, "  row 5  spend|    9,250 usual|    5")]
    [InlineData("averyveryverylongword and more", 10, "averyveryverylongword|  and more")]
    [InlineData("", 10, "")]
    public void Lines_break_between_words_and_go_on_indented(string line, int width, string pieces) =>
        Assert.Equal(pieces, string.Join('|', TerminalText.Wrap(line, width)));

    [Fact]
    public void No_word_is_lost_whatever_the_width()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var words = Enumerable.Range(0, random.Next(1, 40)).Select(_ => new string('w', random.Next(1, 14))).ToArray();
            var width = random.Next(20, 60);
            var pieces = TerminalText.Wrap(string.Join(' ', words), width).ToArray();
            Assert.Equal(words, string.Join(' ', pieces).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.All(pieces, piece => Assert.True(piece.Length <= width));
        }
    }

    [Fact]
    public void What_is_no_terminal_gets_plain_whole_lines()
    {
        using var writer = new StringWriter();
        var line = string.Join(' ', Enumerable.Repeat("word", 100));
        new TerminalText(writer).WriteLine(line, "red");
        Assert.Equal(line + Environment.NewLine, writer.ToString());
    }

    [Fact]
    public void Work_that_is_half_done_after_ten_seconds_has_ten_left()
    {
        var clock = new Clock();
        var left = new TimeLeft(clock);
        Assert.Equal("", left.Words(0.5));
        clock.Now = 10_000;
        Assert.Equal("  10 s left", left.Words(0.5));
        Assert.Equal("", left.Words(1));
    }

    [Fact]
    public void A_loss_names_its_two_terms()
    {
        // 1 nat is 1.4427 bits.
        Assert.Equal("loss 14.57 bits = 14.43 distortion + 0.14 rate", new InformationUnit(false).Loss(10, 0.1));
        Assert.Equal("loss 10.1 nats = 10 distortion + 0.1 rate", new InformationUnit(true).Loss(10, 0.1));
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
