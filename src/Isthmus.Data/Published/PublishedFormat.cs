using Isthmus.Data.Records;

namespace Isthmus.Data.Published;

/// <summary>Format of published data sets, recognised by their names.</summary>
internal sealed class PublishedFormat : IDataFormat
{
    public string Name => "published";

    public bool Recognises(DataLocation data) => Catalogue.FromEnvironment().Contains(data.Path);

    public Dataset Read(DataLocation data) => Split(data).Test;

    public DataSplits Split(DataLocation data) => Catalogue.FromEnvironment().Load(data.Path, data.Options, data.Progress, data.CancellationToken);

    public bool HasParts(DataLocation data) => true;
}
