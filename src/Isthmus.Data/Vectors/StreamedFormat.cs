using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Vectors that stay in their file, known by the option that asks for it.</summary>
internal sealed class StreamedFormat : IDataFormat
{
    public string Name => "--stream";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => data.Options.Stream && (data.IsFile || data.IsFolder);

    public Dataset Read(DataLocation data) => data.IsFile ? StreamedVectors.Open(data.Path, data.Options) : throw StreamedVectors.Refused(data.Path);
}
