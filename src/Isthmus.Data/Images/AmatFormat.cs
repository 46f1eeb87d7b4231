using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>Format of binary pixels as text, recognised by extension.</summary>
internal sealed class AmatFormat : IDataFormat
{
    public string Name => ".amat";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => data.IsFile && data.PlainPath.EndsWith(".amat", StringComparison.OrdinalIgnoreCase);

    public Dataset Read(DataLocation data) => AmatReader.Read(data.Path, data.Options);
}
