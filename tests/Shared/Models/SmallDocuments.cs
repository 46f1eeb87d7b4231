using Isthmus.Data.Documents;
using Isthmus.Data.Records;

namespace Isthmus.Tests;

/// <summary>Small corpora.</summary>
internal static class SmallDocuments
{
    private static readonly string[][] Subjects =
    [
        ["orbit", "rocket", "moon", "launch", "planet", "comet", "shuttle", "telescope"],
        ["goal", "hockey", "league", "player", "score", "season", "coach", "stadium"],
    ];

    /// <summary>Documents over words named w0, w1, ...: of each document its words' numbers, one as often as it occurs.</summary>
    public static Dataset Of(int words, params int[][] documents) =>
        Dataset.Counts(
            "documents",
            new DocumentSchema([.. Enumerable.Range(0, words).Select(word => $"w{word}")], new() { Vocabulary = "words.txt" }),
            SparseCounts.Of(
                documents
                    .Select(document => document.CountBy(word => word).OrderBy(pair => pair.Key).ToArray())
                    .Select(counts => (counts.Select(pair => pair.Key).ToArray(), counts.Select(pair => (float)pair.Value).ToArray()))
            )
        );

    /// <summary>The texts of documents about space flight and, in turn, about ice hockey.</summary>
    public static string[] TwoSubjects(int count = 120)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable.Range(0, count).Select(document => string.Join(' ', Enumerable.Range(0, 12).Select(_ => Subjects[document % 2][random.Next(8)]))),
        ];
    }

    /// <summary>The same as a CSV table of the columns text and subject.</summary>
    public static string TwoSubjectsCsv(int count = 120) =>
        "text,subject\n" + string.Concat(TwoSubjects(count).Select((text, document) => $"The {text}.,{(document % 2 == 0 ? "space" : "ice")}\n"));

    /// <summary>The same, split.</summary>
    public static DataSplits TwoSubjectsSplit()
    {
        var records = new CountsWriter("two", new(IsAsked: false));
        var counts = new WordCounts(records, new HashSet<string>());
        foreach (var text in TwoSubjects())
            counts.Add(text);
        var (words, map) = counts.Words();
        var labels = new LabelColumn("subject", [.. Enumerable.Range(0, records.Count).Select(document => document % 2)], ["space", "ice"]);
        return DataSplits.ByDocument(records.ToDataset(new DocumentSchema(words, new()), map, null, [labels], []), seed: 1);
    }

    /// <summary>Words of a record, each as often as it occurs, in order.</summary>
    public static string Words(Dataset data, int record)
    {
        var words = ((DocumentSchema)data.Schema).Vocabulary;
        var counts = data.Sparse(record);
        return string.Join(
            ' ',
            counts.Columns.ToArray().Zip(counts.Values.ToArray()).SelectMany(pair => Enumerable.Repeat(words[pair.First], (int)pair.Second))
        );
    }
}
