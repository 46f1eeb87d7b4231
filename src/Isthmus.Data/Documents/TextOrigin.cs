using Isthmus.Data.Records;
using Isthmus.Data.Storage;

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
        var records = InMemory(name);
        var (words, map) = Counts(texts, new(records, StopWords.Named(options.StopWords)));
        if (words.Count == 0)
            throw new InvalidInputException(null, $"{name} hold no word but stop words in {Counted.Of(texts.Count, "document")}", "give documents with words");
        return records.ToDataset(new DocumentSchema(words, options), map, new NumberedTexts("text", texts.Count), labels, []).From(new TextOrigin(texts));
    }

    /// <inheritdoc/>
    public DataSplits Split(Dataset data, DataOptions options) => data.Schema.Kind.Split(data, options);

    /// <inheritdoc/>
    public Dataset BroughtTo(Dataset data, DataSchema schema)
    {
        var documents = (DocumentSchema)schema;
        IReadOnlyList<string?> chosen = data.Selection is { } selection ? [.. selection.Select(place => texts[place])] : texts;
        var records = InMemory(data.Name);
        Counts(chosen, new(records, documents.Vocabulary));
        return DocumentSchema.Checked(records.ToDataset(documents, null, data.RecordNames, data.Labels, data.Notes));
    }

    // The texts are in memory, and take more than their counts.
    private static CountsWriter InMemory(string name) => new(name, new(IsAsked: false));

    private static (IReadOnlyList<string> Words, SparseMap? Map) Counts(IEnumerable<string?> texts, WordCounts counts)
    {
        foreach (var text in texts)
            counts.Add(text);
        return counts.Words();
    }
}
