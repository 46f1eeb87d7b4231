using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>Format IDX, recognised by first bytes or by MNIST's names: <c>train-images-idx3-ubyte</c>.</summary>
internal sealed class IdxFormat : IDataFormat
{
    public string Name => "IDX";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) =>
        data.IsFile
        && (
            IdxReader.IsIdx(data.Head)
            || data.PlainPath.EndsWith("ubyte", StringComparison.Ordinal)
            || data.PlainPath.EndsWith(".idx", StringComparison.Ordinal)
        );

    public Dataset Read(DataLocation data) => IdxReader.Read(data.Path, data.Options);
}
