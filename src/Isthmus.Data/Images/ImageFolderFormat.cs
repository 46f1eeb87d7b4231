using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>Format of a folder of pictures, or of one picture.</summary>
internal sealed class ImageFolderFormat : IDataFormat
{
    public string Name => "a folder of images";

    public bool IsStreamed => true;

    public bool Recognises(DataLocation data) => data.IsFolder && !data.IsTable || data.IsFile && ImageFolderReader.IsImage(data.Path);

    public Dataset Read(DataLocation data) =>
        data.Options.Crop is null ? ImageFolderReader.Read(data.Path, data.Options) : PhotographReader.Read(data.Path, data.Options);

    public bool HasParts(DataLocation data) =>
        data.IsFolder && !data.IsTable && FolderParts.AreIn(ImageFolderReader.Names(data.Path, ImageFolderReader.IsImage));
}
