using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;

namespace Isthmus.Data.Published;

/// <summary>The built-in shapes, known by their names.</summary>
internal sealed class ShapesFormat : IDataFormat
{
    /// <summary>Those of two levels, and those of 256.</summary>
    public static readonly string[] Names = ["shapes", "shapes-8bit"];

    public string Name => "shapes";

    // A column of texts is asked of a file.
    public bool Recognises(DataLocation data) => Names.Contains(data.Path) && data.Options.Documents?.Text is null;

    public Dataset Read(DataLocation data) =>
        data.Options.Stream
            ? throw StreamedVectors.Refused(data.Path)
            : PixelRecords.Adapted(ShapesSource.Generate(data.Path == Names[0] ? 2 : 256), data.Options);
}
