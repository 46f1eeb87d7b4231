using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>
/// Format of texts in files or in a column of a table, and of bags of words: recognised by extension, by the option that names the column, or by a model of
/// documents.
/// </summary>
internal sealed class DocumentFormat : IDataFormat
{
    public string Name => ".txt, .feat";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => (data.IsFile || data.IsFolder || data.IsTable) && DocumentReader.IsWanted(data.Path, data.Options);

    public Dataset Read(DataLocation data)
    {
        var documents = DocumentReader.Read(data.Path, data.Options);
        return DocumentSchema.Checked((data.Options.ExpectedWords ?? DocumentSchema.Chosen(documents)).Adapt(documents));
    }

    // The words are chosen among those of the training documents.
    public DataSplits Split(DataLocation data) => DocumentKind.Instance.Split(DocumentReader.Read(data.Path, data.Options), data.Options);

    public bool HasParts(DataLocation data) => data.IsFolder && FolderParts.AreIn(ImageFolderReader.Names(data.Path, DocumentReader.IsText));
}
