using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>Pictures of whole-numbered pixels.</summary>
public sealed class ImageKind : RecordKind
{
    private ImageKind() { }

    /// <summary>The single instance.</summary>
    public static ImageKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "image";

    /// <inheritdoc/>
    public override int? HighestLevel(DataSchema schema) => ((ImageSchema)schema).Levels - 1;

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "picture";

    /// <inheritdoc/>
    public override Type SchemaType => typeof(ImageSchema);

    /// <inheritdoc/>
    public override string Unit => "pixel";

    /// <inheritdoc/>
    public override string Phrase(DataSchema schema)
    {
        var image = (ImageSchema)schema;
        var colours =
            image.Levels == 2 ? "black-and-white"
            : image.Channels == 1 ? "grey"
            : "colour";
        if (image.IsPaired)
            return $"pairs of {Phrase(image.Input)}";
        return image.Crop is null ? $"{image.Height} × {image.Width} {colours} pictures" : $"{image.Height} × {image.Width} crops of {colours} photographs";
    }

    /// <inheritdoc/>
    public override string Model => "vae";

    /// <summary>Default likelihood: Bernoulli for binary pixels, and one of 256 ordered levels for 8-bit pixels.</summary>
    public override string Likelihood(DataSchema schema) => ((ImageSchema)schema).Levels == 2 ? "bernoulli" : "discretised-logistic";

    /// <summary>Returns options that bring pictures of other sizes and colours to the model's, as in training.</summary>
    public override DataOptions AsTrained(DataSchema schema, DataOptions options)
    {
        var image = (ImageSchema)schema;
        var grey = options.Grey ?? image.Channels == 1;
        return image.Crop is { } crop && options.Size is null
            ? options with
            {
                Crop = options.Crop ?? crop,
                Grey = grey,
            }
            : options with
            {
                Size = options.Size ?? new ImageSize(image.Height, image.Width),
                Grey = grey,
            };
    }

    /// <summary>False: classes of pictures come with them, and no option names them.</summary>
    public override bool KeepsLabel => false;

    /// <inheritdoc/>
    public override RecordForm Form => RecordForm.Pictures;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns(DataSchema schema, float[] values) =>
        throw new InvalidInputException($"{schema}", "are written as pictures, not as a table", "give a name that ends in .png");

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Pictures(DataSchema schema, float[] values) =>
        [.. Array.ConvertAll(values, value => float.IsNaN(value) ? (byte)0 : (byte)Math.Round(255 * Math.Clamp(value, 0, 1))).Chunk(schema.Dimension)];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Option, object? Value)> Arguments(DataSchema schema, bool isPublished)
    {
        var (depth, crop) = (((ImageSchema)schema).Depth, ((ImageSchema)schema).Crop);
        return
        [
            ("--depth", depth),
            ("--crop", crop?.Side),
            ("--flips", crop is { Flips: true } ? "true" : null),
            ("--turns", crop is { Turns: true } ? "true" : null),
        ];
    }

    /// <inheritdoc/>
    public override Wording Remedy(DataSchema found, DataSchema expected) =>
        (found, expected) switch
        {
            (ImageSchema images, ImageSchema wanted) when (images.Height, images.Width) != (wanted.Height, wanted.Width) =>
                $"resize them with {OptionNames.Size} {wanted.Height}x{wanted.Width}, or give the data that the model was trained for",
            (ImageSchema, ImageSchema { Channels: 1 }) => $"take the colour out with {OptionNames.Grey}, or give the data that the model was trained for",
            _ => base.Remedy(found, expected),
        };

    /// <inheritdoc/>
    internal override (Wording Noun, Wording Refused, Wording Missing) Targets =>
        (
            "second pictures of the same scenes",
            $"take {OptionNames.Model("noise2noise")}, or give pictures that are not in folders first and second",
            "give pairs: a folder with folders first and second in it, of pictures of the same names"
        );

    /// <summary>Splits by the folders train, validation and test if all pictures lie in such; no photograph has crops in two parts.</summary>
    public override DataSplits Split(Dataset all, DataOptions options) =>
        all.Drawn is PhotographCrops crops ? PhotographReader.Split(all, crops, options)
        : all.RecordNames is { } names && FolderParts.AreIn(names) ? FolderParts.Of(all, options.Seed)
        : base.Split(all, options);

    /// <inheritdoc/>
    public override Dataset BroughtTo(Dataset data, DataSchema schema) => PixelRecords.Adapted(data, new() { Expected = schema });

    /// <inheritdoc/>
    public override Dataset FromArrays(DataSchema schema, string name, IEnumerable<float[]> records)
    {
        var (image, notes) = ((ImageSchema)schema, new List<Wording>());
        return Of(image, name, PixelArrays.Joined(name, records, image.Height, image.Width, image.Channels, notes), notes);
    }

    /// <inheritdoc/>
    public override Dataset FromArrays(DataSchema schema, string name, IEnumerable<byte[]> records)
    {
        var image = (ImageSchema)schema;
        return Of(image, name, PixelArrays.Joined(name, records, image.Height, image.Width, image.Channels), []);
    }

    /// <summary>Pictures of files in memory, brought to the model's colours and size as files on disk are.</summary>
    /// <inheritdoc/>
    public override Dataset FromFiles(DataSchema schema, string name, IEnumerable<ReadOnlyMemory<byte>> files)
    {
        var image = (ImageSchema)schema;
        List<byte[]> pictures = [];
        foreach (var (place, file) in files.Index())
        {
            var (rgb, size) = ImageFile.Read($"{name}: picture {place + 1}", file.Span, image.Depth ?? 16);
            pictures.Add(new byte[image.Dimension]);
            ImageFolderReader.Store(rgb, size, pictures[^1], new(image.Height, image.Width), image.Channels);
        }
        return FromArrays(schema, name, pictures);
    }

    private static Dataset Of(ImageSchema image, string name, byte[] pixels, IReadOnlyList<Wording> notes) =>
        PixelRecords.ToDataset(name, new(image.Height, image.Width), image.Channels, pixels, new() { Expected = image }, notes: notes);
}
