using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus.Data.Published;

/// <summary>Format of the built-in shapes, recognised by their names.</summary>
internal sealed class ShapesFormat : IDataFormat
{
    /// <summary>Names of the sets of 2 and of 256 levels.</summary>
    public static readonly string[] Names = ["shapes", "shapes-8bit"];

    public string Name => "shapes";

    // A column of texts is asked of a file.
    public bool Recognises(DataLocation data) => Names.Contains(data.Path) && data.Options.Documents?.Text is null;

    public Dataset Read(DataLocation data) => PixelRecords.Adapted(ShapesSource.Generate(data.Path == Names[0] ? 2 : 256), data.Options);
}
