using System.Collections;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;

namespace Isthmus;

/// <summary>
/// Pictures of one size, in memory or from files. A picture is H W C pixels channel after channel, row by row in each: all of red, then green, then blue.
/// </summary>
public static class Images
{
    private const string Name = $"images{Dataset.InMemory}";

    /// <summary>Pictures of 8-bit pixels: 0 is black and 255 full; where all pixels are 0 and 1, or 0 and 255, they are black and white.</summary>
    /// <param name="pixels">An array of H W C bytes each.</param>
    /// <param name="height">Rows of pixels, H.</param>
    /// <param name="width">Columns of pixels, W.</param>
    /// <param name="labels">One label per picture: texts, numbers or members of an enumeration. Default: none.</param>
    /// <param name="channels">1 (grey) or 3 (red, green, blue). Default 1.</param>
    /// <exception cref="InvalidInputException">No picture, one of another number of pixels, or not as many labels as pictures.</exception>
    public static Dataset FromArrays(IEnumerable<byte[]> pixels, int height, int width, IEnumerable? labels = null, int channels = 1) =>
        Of(PixelArrays.Joined(Name, pixels, height, width, channels), height, width, labels, channels, []);

    /// <summary>Pictures of pixels from 0 (black) to 1 (full), which are kept as the nearest of 256 levels.</summary>
    /// <param name="pixels">An array of H W C numbers each.</param>
    /// <param name="height">Rows of pixels, H.</param>
    /// <param name="width">Columns of pixels, W.</param>
    /// <param name="labels">One label per picture: texts, numbers or members of an enumeration. Default: none.</param>
    /// <param name="channels">1 (grey) or 3 (red, green, blue). Default 1.</param>
    /// <exception cref="InvalidInputException">No picture, one of another number of pixels, a number outside [0, 1], or not as many labels as
    /// pictures.</exception>
    public static Dataset FromArrays(IEnumerable<float[]> pixels, int height, int width, IEnumerable? labels = null, int channels = 1)
    {
        var notes = new List<Wording>();
        return Of(PixelArrays.Joined(Name, pixels, height, width, channels, notes), height, width, labels, channels, notes);
    }

    /// <summary>Every picture of a folder, an image file, an IDX, .amat or .npy file; of a published set its test part.</summary>
    /// <param name="nameOrPath">A path, or the name of a published set: <c>mnist</c>.</param>
    /// <param name="options">Options of reading. Default: as stored.</param>
    /// <exception cref="InvalidInputException">There are no such pictures, or of several sizes.</exception>
    public static Dataset Load(string nameOrPath, ImageOptions? options = null) => DataSource.LoadAll(nameOrPath, (options ?? new()).Reading(1));

    /// <summary>
    /// Pictures in parts to train, validate and test on: the publisher's, those of folders train and test, or 80 % / 10 % / 10 % at random.
    /// </summary>
    /// <param name="nameOrPath">A path, or the name of a published set: <c>mnist</c>.</param>
    /// <param name="seed">Random seed of the choice. Default 1.</param>
    /// <param name="options">Options of reading. Default: as stored.</param>
    /// <exception cref="InvalidInputException">There are no such pictures, of several sizes, or fewer than three.</exception>
    public static DataSplits LoadSplits(string nameOrPath, int seed = 1, ImageOptions? options = null) =>
        DataSource.Load(nameOrPath, (options ?? new()).Reading(seed));

    /// <summary>Pixels that lie together, RGB RGB ..., brought to the order that pictures have here: all of red, then green, then blue.</summary>
    /// <param name="rgb">H x W x 3 bytes.</param>
    /// <param name="height">Rows of pixels, H.</param>
    /// <param name="width">Columns of pixels, W.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public static byte[] ToPlanar(byte[] rgb, int height, int width) => PixelRecords.ToPlanar(Whole(rgb, height, width), new(height, width), 3);

    /// <summary>The reverse of <see cref="ToPlanar"/>, to show or to save a picture of three channels.</summary>
    /// <param name="planar">3 x H x W bytes.</param>
    /// <param name="height">Rows of pixels, H.</param>
    /// <param name="width">Columns of pixels, W.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public static byte[] ToInterleaved(byte[] planar, int height, int width) => PixelRecords.ToInterleaved(Whole(planar, height, width), new(height, width), 3);

    private static byte[] Whole(byte[] pixels, int height, int width) =>
        pixels.Length == 3L * height * width
            ? pixels
            : throw new ArgumentException(
                $"{height} x {width} pixels of 3 channels are {3L * height * width} bytes; these are {pixels.Length}.",
                nameof(pixels)
            );

    private static Dataset Of(byte[] pixels, int height, int width, IEnumerable? labels, int channels, IReadOnlyList<Wording> notes) =>
        PixelRecords.ToDataset(Name, new(height, width), channels, pixels, new(), labels is null ? [] : [LabelColumn.Of("label", labels)], notes: notes);
}

/// <summary>Options for reading pictures from files.</summary>
public sealed record ImageOptions
{
    /// <summary>The size that they are resized to; the aspect ratio is not kept. Default: their own, which must then be one.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>True for one channel, false for red, green and blue. Default: colour unless every picture is grey.</summary>
    public bool? Grey { get; init; }

    /// <summary>Bits of a sample of 16-bit files, 8 to 16; white is 2^depth - 1. Default: as many as the greatest sample needs.</summary>
    public int? Depth { get; init; }

    /// <summary>Squares to cut at random from photographs of mixed sizes, other ones in each epoch of training. Default: every picture is one record.</summary>
    public CropOptions? Crop { get; init; }

    /// <summary>Name of the array of pictures, for a file of several arrays (.npz). Default: X, x, data or images, or else the largest.</summary>
    public string? Array { get; init; }

    /// <summary>At most so many pictures of each part, above 0. Default: all.</summary>
    public int? Limit { get; init; }

    /// <summary>Refuse published sets that are not downloaded yet. Default: download.</summary>
    public bool Offline { get; init; }

    internal DataOptions Reading(int seed) =>
        new()
        {
            Seed = seed,
            Size = Size,
            Grey = Grey,
            Depth = Depth,
            Crop = Crop,
            Array = Array,
            Limit = Limit,
            Offline = Offline,
        };
}
