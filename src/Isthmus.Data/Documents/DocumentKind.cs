using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>Texts as counts of words.</summary>
public sealed class DocumentKind : RecordKind
{
    private DocumentKind() { }

    /// <summary>The one instance.</summary>
    public static DocumentKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "documents";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "document";
}
