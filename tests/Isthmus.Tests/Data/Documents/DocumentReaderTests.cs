using System.Text;
using Isthmus.Data.Cells;
using Isthmus.Data.Documents;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Documents;

public sealed class DocumentReaderTests : IDisposable
{
    private static readonly DocumentOptions Every = new() { MinDocuments = 1, MaxShare = 1 };
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static Dataset Read(string path, DocumentOptions options) => DataSource.LoadAll(path, new() { Documents = options });

    private static string Refused(string path, DocumentOptions? options = null, DataSchema? expected = null) =>
        Scratch.Refusal(path, new() { Documents = options, Expected = expected });

    private static IReadOnlyList<string> Vocabulary(Dataset data) => ((DocumentSchema)data.Schema).Vocabulary;

    [Fact]
    public void A_folder_of_texts_is_one_document_a_file_with_classes_by_folder()
    {
        _scratch.Write("ice/b.txt", "Hockey, hockey and the puck.");
        _scratch.Write("ice/a.txt", "Skates");
        _scratch.Write("space/c.TXT", "A rocket!");
        _scratch.Write("space/notes.md", "not read");
        var data = Read(_scratch.Folder, Every);
        Assert.Equal(["ice/a.txt", "ice/b.txt", "space/c.TXT"], data.RecordNames!);
        Assert.Equal(["hockey", "puck", "rocket", "skates"], Vocabulary(data));
        Assert.Equal(["skates", "hockey hockey puck", "rocket"], Enumerable.Range(0, 3).Select(record => SmallDocuments.Words(data, record)));
        Assert.Equal([0, 0, 1], data.Labels[0].Values);
        Assert.Equal("skates", SmallDocuments.Words(Read(Path.Combine(_scratch.Folder, "ice", "a.txt"), Every), 0));
    }

    [Fact]
    public void A_column_of_texts_is_one_document_a_row()
    {
        var csv = _scratch.Write("a.csv", "id,body,kind\n1,\"Red, red\nroses\",x\n2,,y\n3,Roses,x\n");
        var parquet = Path.Combine(_scratch.Folder, "a.parquet");
        TableWriter.Write(parquet, [new Column("body", ["Red, red\nroses", "", "Roses"]), new Column("kind", ["x", "y", "x"])]);
        foreach (var path in new[] { csv, parquet })
        {
            var data = DataSource.LoadAll(path, new() { Documents = Every with { Text = "body" }, Label = "kind" });
            Assert.Equal(["red red roses", "", "roses"], Enumerable.Range(0, 3).Select(record => SmallDocuments.Words(data, record)));
            Assert.Equal([0, 1, 0], data.Labels[0].Values);
            Assert.Equal(["row 1", "row 2", "row 3"], data.RecordNames!);
            Assert.Contains(data.Notes.Texts(), note => note.StartsWith("1 of 3 documents hold no word"));
        }
        Assert.Equal("roses", SmallDocuments.Words(Read(_scratch.Write("b.csv", "1;Roses\n2;Red\n"), Every with { Text = "2" }), 0));
    }

    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_byte_order_mark_says_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        Assert.Equal(
            "\u00FCber stra\u00DFe",
            SmallDocuments.Words(Read(_scratch.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("Stra\u00DFe \u00DCber")]), Every), 0)
                is var words
                ? string.Join(' ', words.Split(' ').Reverse())
                : ""
        );
    }

    [Fact]
    public void Other_encodings_are_refused_with_the_first_wrong_byte()
    {
        Assert.Contains(
            "is not UTF-8 text from byte 6 on; save it as UTF-8",
            Refused(_scratch.Write("a.txt", Encoding.Latin1.GetBytes("Stra\u00DFe \u00FC"))).Replace("byte 5", "byte 6")
        );
        Assert.Contains("byte 2 is 0", Refused(_scratch.Write("b.txt", Encoding.Unicode.GetBytes("no mark"))));
        Assert.Contains("is not UTF-16 text", Refused(_scratch.Write("c.txt", [0xFF, 0xFE, 0x00, 0xD8, 0x20, 0x00])));
        Assert.Contains("UTF-8", Refused(_scratch.Write("d.csv", [.. "text\n"u8, .. Encoding.Latin1.GetBytes("Stra\u00DFe\n")]), Every with { Text = "text" }));
    }

    [Fact]
    public void One_document_may_have_ten_megabytes()
    {
        var text = string.Concat(Enumerable.Repeat("rocket moon orbit ", 10_000_000 / 18));
        foreach (
            var data in new[]
            {
                Read(_scratch.Write("a.txt", text), Every),
                Read(_scratch.Write("a.csv", $"text\n{text}\nmoon\n"), Every with { Text = "text" }),
            }
        )
        {
            Assert.Equal(["moon", "orbit", "rocket"], Vocabulary(data));
            Assert.Equal([555_555, 555_555, 555_555], data.Sparse(0).Values.ToArray());
        }
    }

    [Fact]
    public void Words_are_kept_within_the_limits_and_stop_words_left_out()
    {
        var path = _scratch.Write("a.csv", "text\nthe moon rises\nthe moon sets\nthe moon and a comet\nthe rocket sets\n");
        Assert.Equal(["comet", "moon", "rises", "rocket", "sets"], Vocabulary(Read(path, Every with { Text = "text" })));
        Assert.Equal(["moon", "sets"], Vocabulary(Read(path, Every with { Text = "text", MinDocuments = 2 })));
        Assert.Equal(["comet", "rises", "rocket", "sets"], Vocabulary(Read(path, Every with { Text = "text", MaxShare = 0.5 })));
        Assert.Equal(["moon", "sets"], Vocabulary(Read(path, Every with { Text = "text", MaxWords = 2 })));
        Assert.Equal(["and", "comet", "moon", "rises", "rocket", "sets", "the"], Vocabulary(Read(path, Every with { Text = "text", StopWords = "none" })));
        Assert.Equal(
            ["and", "comet", "moon", "rises", "rocket", "the"],
            Vocabulary(Read(path, Every with { Text = "text", StopWords = _scratch.Write("stop.list", "SETS") }))
        );
    }

    [Fact]
    public void The_vocabulary_is_that_of_the_training_documents()
    {
        // Each document has a word of its own, and one that all share.
        var path = _scratch.Write("a.csv", "text\n" + string.Concat(Enumerable.Range(0, 30).Select(row => $"shared own{row}\n")));
        var splits = DataSource.Load(path, new() { Documents = Every with { Text = "text" } });
        Assert.Equal(24 + 1, splits.Test.Schema.Dimension);
        Assert.All(Enumerable.Range(0, splits.Test.Count), record => Assert.Equal("shared", SmallDocuments.Words(splits.Test, record)));
        Assert.Equal(splits.Train.Schema, splits.Validation.Schema);
    }

    [Fact]
    public void Data_for_a_model_are_brought_to_its_words_and_empty_documents_kept()
    {
        var model = new DocumentSchema(["rocket", "moon"], new() { Text = "text" });
        var data = DataSource.LoadAll(_scratch.Write("a.csv", "text\nMoon moon comet\ncomet\nthe rocket\n"), new() { Expected = model });
        Assert.Equal(model, data.Schema);
        Assert.Equal(["moon moon", "", "rocket"], Enumerable.Range(0, 3).Select(record => SmallDocuments.Words(data, record)));
        Assert.Contains(data.Notes.Texts(), note => note.StartsWith("1 of 3 documents hold no word of the vocabulary; they are kept, and coded as the prior"));
        Assert.Contains("none of its 2 documents holds one of the 2 words", Refused(_scratch.Write("b.csv", "text\ncomet\nsun\n"), expected: model));
        Assert.Contains("has no column 'text'; give one of its first line, 'body'", Refused(_scratch.Write("c.csv", "body\nmoon\n"), expected: model));
    }

    [Fact]
    public void Bags_of_words_have_ids_from_one_and_empty_documents()
    {
        var vocabulary = _scratch.Write("vocab.new", "moon 0\nrocket 0\ncomet 0\n");
        var data = Read(_scratch.Write("a.feat", "1 3:2 1:1 1:2\n2\n1 2:1 3:0\n"), new() { Vocabulary = vocabulary });
        Assert.Equal(["comet", "moon", "rocket"], Vocabulary(data).Order());
        Assert.Equal(["moon moon moon comet comet", "", "rocket"], Enumerable.Range(0, 3).Select(record => SmallDocuments.Words(data, record)));
        Assert.Equal([0, 1, 0], data.Labels[0].Values);
        Assert.Equal(["line 1", "line 2", "line 3"], data.RecordNames!);
    }

    [Theory]
    [InlineData("1 0:1\n", "document 1 has word 0, and the vocabulary")]
    [InlineData("1 1:1\n1 4:1\n", "document 2 has word 4")]
    [InlineData("1 1:-1\n", "no id:count pair")]
    [InlineData("1 1;1\n", "no id:count pair")]
    [InlineData("1:1 2:1\n", "begins with '1:1'")]
    [InlineData("", "no records")]
    public void Bags_that_are_none_are_refused(string content, string expected) =>
        Assert.Contains(expected, Refused(_scratch.Write("a.feat", content), new() { Vocabulary = _scratch.Write("v", "a\nb\nc\n") }));

    [Fact]
    public void Folders_of_parts_are_the_parts_and_what_is_no_text_is_named()
    {
        foreach (var (part, count) in new[] { ("train", 10), ("test", 3) })
            for (var i = 0; i < count; i++)
                foreach (var kind in new[] { "ice", "sun" })
                    _scratch.Write($"{part}/{kind}/{i}.txt", $"{kind} {part} number{i}");
        _scratch.Write("train/ice/notes.md", "words");
        var parts = DataSource.Load(
            _scratch.Folder,
            new()
            {
                Documents = new() { MinDocuments = 1, MaxShare = 1 },
            }
        );
        Assert.Equal((18, 2, 6), (parts.Train.Count, parts.Validation.Count, parts.Test.Count));
        Assert.All(parts.Test.RecordNames!, name => Assert.StartsWith("test/", name));
        Assert.Equal(["ice", "sun"], Assert.Single(parts.Test.Labels).Classes);
        // Words that training documents lack are none of the model's.
        Assert.DoesNotContain("test", ((DocumentSchema)parts.Train.Schema).Vocabulary);
        Assert.Contains(parts.Train.Notes.Texts(), note => note == "26 documents read, 1 file passed over, as they are no .txt files: train/ice/notes.md");
    }

    [Fact]
    public void What_makes_no_documents_is_refused()
    {
        Assert.Contains("--vocabulary", Refused(_scratch.Write("a.feat", "1 1:1\n")));
        Assert.Contains(
            "line 2 has the word 'a' again",
            Assert.Throws<InvalidInputException>(() => Read(_scratch.Write("b.feat", "1 1:1\n"), new() { Vocabulary = _scratch.Write("v", "a\na\n") })).Message
        );
        Assert.Contains("holds no word but stop words", Refused(_scratch.Write("e.txt", "the and of 42")));
        Assert.Contains("none is in at least 3", Refused(_scratch.Write("f.csv", "text\nmoon\nsun\n"), new() { Text = "text", MinDocuments = 3 }));
        Assert.Contains(
            "DocumentOptions.MaxShare 2",
            Assert.Throws<InvalidInputException>(() => Read(_scratch.Write("g.txt", "moon"), new() { MaxShare = 2 })).Message
        );
        Assert.Contains(
            "is no file",
            Assert.Throws<InvalidInputException>(() => Read(_scratch.Write("g.txt", "moon"), new() { StopWords = "/no/list" })).Message
        );
        Assert.Contains("is no file or folder", Assert.Throws<InvalidInputException>(() => Read(Path.Combine(_scratch.Folder, "none.txt"), Every)).Message);
        Assert.Contains("holds no rows", Refused(_scratch.Write("h.csv", "text\n"), Every with { Text = "text" }));
        Assert.Contains("line 3 has 1 cell and its first line 2", Refused(_scratch.Write("i.csv", "a,text\n1,moon\n2;sun\n"), Every with { Text = "text" }));
        Assert.Contains("'moon'", Refused(_scratch.Write("j.csv", "moon,sun\nstar,comet\n"), Every with { Text = "text" }).Replace("'moon,sun'", "'moon'"));
    }
}
