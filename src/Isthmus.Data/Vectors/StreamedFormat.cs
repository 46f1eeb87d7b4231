using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Format of vectors that stay in their file, recognised by its option.</summary>
internal sealed class StreamedFormat : IDataFormat
{
    public string Name => "streamed vectors";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => data.Options.Stream && (data.IsFile || data.IsFolder || data.IsTable);

    public Dataset Read(DataLocation data) =>
        data.IsFile || data.IsTable ? StreamedVectors.Open(data.Path, data.Options) : throw StreamedVectors.Refused(data.Path);
}
