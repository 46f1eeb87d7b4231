using System.Globalization;
using Isthmus.Data.Documents;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Training;

namespace Isthmus.Tests.Topics;

/// <summary>Documents in a file give what documents in memory give: words, names, labels, notes, and weights and figures to the byte.</summary>
public sealed class StoredDocumentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => ["table", "folder", "bags", "packed bags"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void They_are_read_as_memory_would_hold_them(string kind) => Assert.Equal(Told(Read(kind, stored: false)), Told(Read(kind, stored: true)));

    [Theory]
    [InlineData("nvdm")]
    [InlineData("prod-lda")]
    [InlineData("etm")]
    public void They_give_the_same_bytes(string preset) => Assert.Equal(Results(preset, stored: false), Results(preset, stored: true));

    private string[] Results(string preset, bool stored)
    {
        var all = Read("table", stored);
        Assert.Equal(stored, all.IsInFile);
        var data = all.Schema.Kind.Split(all, new());
        using var model = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings("latent=3 hidden=8 epochs=2 batch-size=16"), Threads = 1 }).Model;
        var evaluation = Evaluator.Evaluate(model, data.Test, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        return [Convert.ToHexString(model.WeightBytes()), .. evaluation.Figures.Select(figure => $"{figure}")];
    }

    private Dataset Read(string kind, bool stored)
    {
        var (path, documents) = (_folder.File(kind), new DocumentOptions { MinDocuments = 1 });
        switch (kind)
        {
            case "table":
                path += ".csv";
                File.WriteAllText(path, SmallDocuments.TwoSubjectsCsv());
                documents = documents with { Text = "text" };
                break;
            case "folder":
                foreach (var (place, text) in SmallDocuments.TwoSubjects(20).Index())
                {
                    var file = Path.Combine(path, place % 2 == 0 ? "space" : "ice", $"{place}.txt");
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    File.WriteAllText(file, text);
                }
                break;
            default:
                path += kind == "bags" ? ".feat" : ".feat.gz";
                var bags = "10 1:2 3:1\r\n9 2:1 2:4\u2028\n9\n\n10 3:7"u8.ToArray();
                File.WriteAllBytes(path, kind == "bags" ? bags : Data.Scratch.Gzip(bags));
                File.WriteAllText(_folder.File("words"), "a\nb\nc\n");
                documents = documents with { Vocabulary = _folder.File("words") };
                break;
        }
        return DocumentReader.Read(
            path,
            new()
            {
                Documents = documents,
                Label = kind == "table" ? "subject" : null,
                Stream = stored,
            }
        );
    }

    private static string[] Told(Dataset data) =>
        [
            string.Join(' ', ((DocumentSchema)data.Schema).Vocabulary),
            .. data.Labels.SelectMany(label => label.Values.Select(value => $"{label.Name} {label.Classes[value]}")),
            .. Enumerable
                .Range(0, data.Count)
                .Select(document =>
                    data.SparseRecords([document]) is var record ? $"{data.RecordNames![document]}: {string.Join(' ', record.Columns.Zip(record.Values))}" : ""
                ),
            .. data.Notes.Select(note => string.Create(CultureInfo.InvariantCulture, $"{note}")),
        ];
}
