using System.Text;
using Isthmus.Data.Formats;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Lines;

/// <summary>Which lines a file, a folder or a column holds, and what is refused.</summary>
public sealed class LineReaderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private static string[] Texts(Dataset data) =>
        [.. Enumerable.Range(0, data.Count).Select(record => ((LineSchema)data.Schema).Tokens.TextOf(data.Tokens(record)))];

    private string[] Read(string name, byte[] content, LineOptions? options = null) =>
        Texts(TextLines.Load(_scratch.Write(name, content), options ?? new() { Tokens = "bytes" }));

    [Fact]
    public void Lines_are_the_same_in_every_encoding_with_every_line_end_and_packed()
    {
        string[] expected = ["caf\u00e9", "", "b\0b", "\U0001F600 \u05e9"];
        var text = string.Join('\n', expected);
        Assert.Equal(expected, Read("a.txt", Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected, Read("b.txt", Encoding.UTF8.GetBytes(text + "\n")));
        Assert.Equal(expected, Read("c.txt", Encoding.UTF8.GetBytes("caf\u00e9\r\n\rb\0b\n\U0001F600 \u05e9\r\n")));
        Assert.Equal(expected, Read("d.txt", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)]));
        Assert.Equal(expected, Read("e.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)]));
        Assert.Equal(expected, Read("f.log.gz", Scratch.Gzip(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void A_long_line_takes_several_records_and_only_the_last_has_the_end()
    {
        var data = TextLines.From([new string('x', 10), "yy"], options: new() { Tokens = "bytes", Length = 5 });
        Assert.Equal(["xxxxx", "xxxxx", "", "yy"], Texts(data));
        Assert.Equal([5, 5, 1, 3], Enumerable.Range(0, 4).Select(record => data.Tokens(record).Length));
        Assert.Equal(["line 1, window 1", "line 1, window 2", "line 1, window 3", "line 2"], data.RecordNames);
        Assert.Contains("1 of 2 lines are longer than 5 tokens", data.Notes.Single().ToString());
        Assert.Equal([TokenVocabulary.FirstByte + 'y', TokenVocabulary.FirstByte + 'y', 1, 0, 0], Scratch.Values(data)[15..]);
        // A line of ten million characters is many windows, and no more.
        Assert.Equal(2442, TextLines.From([new string('z', 10_000_000), "a"], options: new() { Tokens = "bytes", Length = 4096 }).Count - 1);
    }

    [Fact]
    public void Lines_that_belong_to_a_record_are_joined_to_it()
    {
        var data = TextLines.From(["unused"], options: new() { Tokens = "bytes" });
        var path = _scratch.Write("trace.log", "ERROR x\n  at f()\n  at g()\nINFO y\nINFO z\n");
        var joined = TextLines.Load(
            path,
            new()
            {
                Tokens = "bytes",
                Masks = "none",
                RecordStart = @"^\S",
            }
        );
        Assert.Equal(["ERROR x\n  at f()\n  at g()", "INFO y", "INFO z"], Texts(joined));
        Assert.Equal(1, data.Count);
        Assert.Contains("is no regular expression", Assert.Throws<InvalidInputException>(() => TextLines.Load(path, new() { RecordStart = "(" })).Message);
    }

    [Fact]
    public void Rotated_logs_are_read_from_the_oldest_and_files_of_texts_are_classes()
    {
        _scratch.Write("logs/app.log", "three\n");
        _scratch.Write("logs/app.log.1", "two\n");
        _scratch.Write("logs/app.log.2.gz", Scratch.Gzip("one\n"u8.ToArray()));
        var logs = DataSource.LoadAll(Path.Combine(_scratch.Folder, "logs"), new() { Lines = new() { Tokens = "bytes" } });
        Assert.Equal(["one", "two", "three"], Texts(logs));
        Assert.Empty(logs.Labels);
        Assert.Equal(["time", "address", "hex", "number"], ((LineSchema)logs.Schema).Tokens.Masks);
        _scratch.Write("texts/good.txt", "fine\n");
        _scratch.Write("texts/bad.txt", "poor\nbad\n");
        var texts = TextLines.Load(Path.Combine(_scratch.Folder, "texts"));
        Assert.Equal(["bad.txt", "good.txt"], texts.Labels.Single().Classes);
        Assert.Equal([0, 0, 1], texts.Labels.Single().Values);
    }

    [Fact]
    public void A_column_of_a_table_is_lines_with_labels()
    {
        var path = _scratch.Write("t.csv", "words,class\n\"a, b\",x\n,y\nc,x\n");
        var data = TextLines.Load(path, new() { Text = "words", Tokens = "bytes" }, label: "class");
        Assert.Equal(["a, b", "", "c"], Texts(data));
        Assert.Equal([0, 1, 0], data.Labels.Single().Values);
    }

    [Fact]
    public void A_split_learns_tokens_from_the_training_lines_and_keeps_windows_together()
    {
        var lines = Enumerable.Range(0, 50).Select(i => $"line {i} word{i} word{i}").ToArray();
        var splits = TextLines.From(lines, options: new() { Tokens = "words", Length = 4 }).Split(seed: 3);
        Assert.Equal(splits.Train.Schema, splits.Test.Schema);
        var known = ((LineSchema)splits.Train.Schema).Tokens.Pieces;
        static IEnumerable<string> Of(Dataset data) => data.RecordNames!.Select(name => name.Split(',')[0]).Distinct();
        Assert.Empty(Of(splits.Train).Intersect(Of(splits.Test)));
        Assert.Equal(50, Of(splits.Train).Concat(Of(splits.Validation)).Concat(Of(splits.Test)).Count());
        foreach (var name in Of(splits.Test))
            Assert.DoesNotContain($" word{int.Parse(name.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) - 1}", known);
        // Brought to a model's tokens.
        Assert.Equal(splits.Train.Schema, TextLines.From(["new line"]).BroughtTo(splits.Train.Schema).Schema);
    }

    [Theory]
    [InlineData("empty.log", new byte[0], "holds no lines")]
    [InlineData("latin.log", new byte[] { 0x47, 0xFC, 0x6E, 0x0A }, "near line 1 is not UTF-8 text; save it as UTF-8")]
    [InlineData("utf16.log", new byte[] { 0x61, 0, 0x62, 0, 0x63, 0, 0x0A, 0 }, "mostly bytes of 0")]
    [InlineData("ends.log", new byte[] { 0x0A, 0x0A }, "holds no line with a character")]
    public void What_is_no_text_is_refused(string name, byte[] content, string reason) =>
        Assert.Contains(reason, Scratch.Refusal(_scratch.Write(name, content)).Replace(": near", " near", StringComparison.Ordinal));

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Contains(
            "give one of bpe, words",
            Assert.Throws<InvalidInputException>(() => TextLines.From(["a"], options: new() { Tokens = "wrods" })).Message
        );
        Assert.Contains("2 to 4,096", Assert.Throws<InvalidInputException>(() => TextLines.From(["a"], options: new() { Length = 1 })).Message);
        Assert.Contains("which is no mask", Assert.Throws<InvalidInputException>(() => TextLines.From(["a"], options: new() { Masks = "tiem" })).Message);
        Assert.Throws<InvalidInputException>(() => TextLines.From([]));
        Assert.Contains("at least 3", Assert.Throws<InvalidInputException>(() => TextLines.From(["a"]).Split()).Message);
    }

    public void Dispose() => _scratch.Dispose();
}
