using Isthmus.Data.Arrays;
using Isthmus.Data.Records;

namespace Isthmus.Data.Formats;

/// <summary>Format of NumPy arrays, recognised by first bytes or extension.</summary>
internal sealed class NumpyFormat : IDataFormat
{
    public string Name => ".npy, .npz";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) =>
        data.IsFile && (NumpyArray.IsNpy(data.Head) || NumpyFile.IsZip(data.Head) || Path.GetExtension(data.PlainPath) is ".npy" or ".npz");

    public Dataset Read(DataLocation data) => NumpyReader.Read(data.Path, data.Options);

    public DataSplits Split(DataLocation data)
    {
        if (NumpyReader.Parts(data.Path, data.Options) is { } parts)
            return new(data.Options.Checked(parts.Train), data.Options.Checked(parts.Validation), data.Options.Checked(parts.Test));
        var all = data.Options.Checked(Read(data));
        return all.Schema.Kind.Split(all, data.Options);
    }

    public bool HasParts(DataLocation data) => NumpyReader.HasParts(data.Path, data.Options);
}
