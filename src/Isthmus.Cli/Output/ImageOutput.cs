using Isthmus.Codes;
using Isthmus.Data.Images;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Output;

/// <summary>Pictures: a PNG grid of the first, and a folder with each in a file of its own.</summary>
internal sealed class ImageOutput(ImageSchema image) : KindOutput(image)
{
    public override string Places => "grid.png, or --each and a folder";

    public override void Check(string? output, string? each)
    {
        if (output is not null && !Path.GetExtension(output).Equals(".png", StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException($"{output}: images are written as .png; give a name that ends so.");
    }

    public override string Written(string output, int shown, int count) => shown < count ? $"the first {shown} in {output}" : output;

    public override void Write(RecordValues made, Destination to)
    {
        if (to.Each is { } each)
            foreach (var file in PictureRows.FileNames(made.Count, to.Names))
                to.Check(Path.Combine(each, file));
        if (to.Output is { } grid)
            PictureRows.Save(grid, image, [.. to.Rows.Select(row => row.Pictures())], to.Across);
        if (to.Each is { } folder)
            PictureRows.SaveEach(folder, image, made.Pictures(), to.Names, to.CancellationToken);
    }
}
