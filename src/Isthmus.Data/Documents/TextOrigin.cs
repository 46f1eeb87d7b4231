using System.Globalization;
using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>Texts in memory, whose words are counted again for a model: its words are not those that were counted first.</summary>
internal sealed class TextOrigin(IReadOnlyList<string?> texts) : IRecordOrigin
{
    /// <summary>Texts as counts of all their words but the stop words; a split or a model chooses among these.</summary>
    /// <param name="name">Name in error messages.</param>
    /// <param name="texts">The texts; null is one without words.</param>
    /// <param name="labels">Labels; empty for none.</param>
    /// <param name="options">Choice of words.</param>
    /// <exception cref="InvalidInputException">No texts, or no word in any of them.</exception>
    public static Dataset Read(string name, IReadOnlyList<string?> texts, IReadOnlyList<LabelColumn>? labels, DocumentOptions options)
    {
        if (texts.Count == 0)
            throw new InvalidInputException(null, $"{name} hold no records", "give at least one");
        DocumentReader.CheckShare(options);
        var (records, words) = Counts(texts, new(StopWords.Named(options.StopWords)));
        if (words.Count == 0)
            throw new InvalidInputException(null, $"{name} hold no word but stop words in {Counted.Of(texts.Count, "document")}", "give documents with words");
        return Dataset.Counts(name, new DocumentSchema(words, options), records, Names(texts.Count), labels).From(new TextOrigin(texts));
    }

    /// <inheritdoc/>
    public DataSplits Split(Dataset data, DataOptions options) => data.Schema.Kind.Split(data, options);

    /// <inheritdoc/>
    public Dataset BroughtTo(Dataset data, DataSchema schema)
    {
        var documents = (DocumentSchema)schema;
        IReadOnlyList<string?> chosen = data.Selection is { } selection ? [.. selection.Select(place => texts[place])] : texts;
        return DocumentSchema.Checked(
            Dataset.Counts(data.Name, documents, Counts(chosen, new(documents.Vocabulary)).Records, data.RecordNames, data.Labels, data.Notes)
        );
    }

    private static (SparseCounts Records, IReadOnlyList<string> Words) Counts(IEnumerable<string?> texts, WordCounts counts)
    {
        foreach (var text in texts)
            counts.Add(text);
        return counts.Take();
    }

    private static string[] Names(int count) => [.. Enumerable.Range(1, count).Select(row => string.Create(CultureInfo.InvariantCulture, $"text {row}"))];
}
