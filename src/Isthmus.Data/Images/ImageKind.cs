using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>Pictures of whole-numbered pixels.</summary>
public sealed class ImageKind : RecordKind
{
    private ImageKind() { }

    /// <summary>The one instance.</summary>
    public static ImageKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "image";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "picture";
}
