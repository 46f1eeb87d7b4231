using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>Texts as counts of words.</summary>
public sealed class DocumentKind : CountKind
{
    private DocumentKind() { }

    /// <summary>The single instance.</summary>
    public static DocumentKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "documents";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "document";

    /// <inheritdoc/>
    public override Type SchemaType => typeof(DocumentSchema);

    /// <inheritdoc/>
    public override string Unit => "word";

    /// <inheritdoc/>
    public override string Phrase(DataSchema schema) => $"documents over {Counted.Of(schema.Dimension, Unit)}";

    /// <inheritdoc/>
    public override string Model => "prod-lda";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Option, object? Value)> Arguments(DataSchema schema, bool isPublished)
    {
        var source = ((DocumentSchema)schema).Source;
        return isPublished
            ? []
            :
            [
                ("--text", source.Text),
                ("--vocabulary", source.Vocabulary),
                ("--stop-words", source.StopWords),
                ("--min-documents", source.MinDocuments),
                ("--max-document-share", source.MaxShare),
                ("--max-words", source.MaxWords),
            ];
    }

    /// <summary>Splits by the folders train, validation and test if all documents lie in such, over the words of the training documents.</summary>
    public override DataSplits Split(Dataset all, DataOptions options) =>
        all.RecordNames is { } names && FolderParts.AreIn(names)
            ? FolderParts.Of(all, options.Seed).Over(options.ExpectedWords)
            : DataSplits.ByDocument(all, options.Seed, options.Shares, options.ExpectedWords);

    /// <summary>Returns the beginnings of texts that are there to be read again, and otherwise the words with the largest counts.</summary>
    internal override IReadOnlyList<string>? Excerpts(Dataset data, DataOptions options, IReadOnlyList<int> records) =>
        DocumentReader.Beginnings(data, options, records) ?? base.Excerpts(data, options, records);

    /// <inheritdoc/>
    public override Dataset BroughtTo(Dataset data, DataSchema schema) => DocumentSchema.Checked(((DocumentSchema)schema).Adapt(data));
}
