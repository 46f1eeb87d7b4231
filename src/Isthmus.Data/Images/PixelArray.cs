using Isthmus.Data.Arrays;
using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Converts arrays of 3 or more dimensions to pictures: (N, H, W), (N, H, W, C) or (N, C, H, W) with C = 1, 3 or, with transparency, 4; further leading
/// dimensions count as records. Numbers are bytes, truth values, numbers from 0 to 1, or whole numbers of up to 16 bits. The notes say how anything but bytes
/// of one or three channels was read; ambiguous arrays are refused.
/// </summary>
internal static class PixelArray
{
    // Sides that are rather channels than pixels.
    private const int LeastSide = 5;

    /// <summary>Converts the array to a data set.</summary>
    /// <exception cref="InvalidInputException">A shape or numbers that are no pictures: says what was understood, and how to say what is meant.</exception>
    public static Dataset ToDataset(string path, NumpyArray array, LabelColumn[] labels, DataOptions options, IReadOnlyList<Wording> before)
    {
        var notes = new List<Wording>(before);
        var (channels, isLast, size) = Layout(path, array.Shape, options.ExpectedImage, notes);
        var pixels = Bytes(path, array, options, notes, out var depth);
        if (channels > 1 && isLast)
            pixels = PixelRecords.ToPlanar(pixels, size, channels);
        if (channels == 4)
        {
            notes.Add(
                $"shape {Text(array.Shape)} read as {pixels.Length / size.Height / size.Width / 4} pictures of {size.Height} x {size.Width} in red, green, "
                    + $"blue and opacity, laid over white"
            );
            (pixels, channels) = (OverWhite(pixels, size), 3);
        }
        return PixelRecords.ToDataset(path, size, channels, pixels, options with { Depth = depth }, labels, notes: notes);
    }

    private static (int Channels, bool IsLast, ImageSize Size) Layout(string path, int[] shape, ImageSchema? expected, List<Wording> notes)
    {
        InvalidInputException Refusal(string reading, string remedy) => new(path, $"has the shape {Text(shape)}: {reading}", remedy);
        switch (shape)
        {
            // A model settles the meaning.
            case [var h, var w, (1 or 3 or 4) and var c] when expected is not null && (h, w) == (expected.Height, expected.Width):
                return (c, true, new(h, w));
            case [>= LeastSide and var h, >= LeastSide and var w, (1 or 3 or 4) and var c]:
                throw Refusal(
                    $"one picture of {h} x {w} with {Counted.Of(c, "channel")}, or {h} grey pictures of {w} x {c}?",
                    $"give it a dimension more: array[None] is one picture, array[..., None] is {h} grey ones"
                );
            case [(3 or 4) and var c, >= LeastSide and var h, >= LeastSide and var w]:
                notes.Add($"shape {Text(shape)} read as {c} grey pictures of {h} x {w}; one picture of {c} channels has the shape (1, {c}, {h}, {w})");
                return (1, true, new(h, w));
            case [_, var h, var w]:
                return (1, true, new(h, w));
            case [_, .., var h, var w, (1 or 3 or 4) and var c] when shape.Length > 4 || shape[1] is not (1 or 3 or 4) || w >= LeastSide || c != 4:
                return (c, true, new(h, w));
            case [_, (1 or 3 or 4) and var c, var h, var w]:
                return (c, false, new(h, w));
            // Numbers of channels that no picture is of, or rather several pictures for each record, as of Omniglot (characters, drawings, 105, 105).
            case [_, >= LeastSide and var first, .., >= LeastSide and var h, >= LeastSide and var w] when first != h || h == w:
                notes.Add(
                    $"shape {Text(shape)} read as {shape[..^2].Aggregate(1L, (product, d) => product * d)} grey pictures of {h} x {w}, as no dimension is one "
                        + $"of 1, 3 or 4 channels"
                );
                return (1, true, new(h, w));
            default:
                throw Refusal(
                    "no dimension is one of channels, 1 (grey), 3 (red, green, blue) or 4 (and opacity), behind or before rows and columns",
                    $"take such channels, as array[..., :3] does; for grey pictures one after another reshape it to (-1, {shape[^2]}, {shape[^1]})"
                );
        }
    }

    /// <summary>Converts the numbers to bytes from 0 to 255, or 0 and 1 for truth values.</summary>
    private static byte[] Bytes(string path, NumpyArray array, DataOptions options, List<Wording> notes, out int? depth)
    {
        depth = options.Depth ?? options.ExpectedImage?.Depth;
        if (array.Type == "u1")
            return array.Bytes;
        var pixels = new byte[array.Count];
        if (array.Type == "b1")
        {
            // Any byte but 0 is true; the published Omniglot arrays hold 255.
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = Math.Min(array.Bytes[i], (byte)1);
            return pixels;
        }
        var (least, most, isWhole) = (double.PositiveInfinity, double.NegativeInfinity, true);
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = array[i];
            if (!double.IsFinite(value))
                throw new InvalidInputException(
                    $"{path}: number {i + 1} of the array",
                    "is not finite, and pictures need numbers from 0 to 1 or whole ones from 0 on",
                    "fill it (numpy.nan_to_num)"
                );
            (least, most, isWhole) = (Math.Min(least, value), Math.Max(most, value), isWhole && value == Math.Floor(value));
        }
        if (least >= 0 && isWhole && most <= ushort.MaxValue && (most > 1 || array.Type[0] != 'f'))
        {
            depth = most <= byte.MaxValue && depth is null ? null : depth ?? PixelDepth.Of((int)most);
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = depth is { } bits ? ImageFile.ToByte((int)array[i], bits) : (byte)array[i];
            if (depth is { } taken)
                notes.Add($"pictures of '{array.Type}' numbers, {PixelDepth.Words((int)most, taken, options.Depth ?? options.ExpectedImage?.Depth)}");
            return pixels;
        }
        if (least >= 0 && most <= 1)
        {
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)Math.Round(255 * array[i]);
            notes.Add("pictures of numbers from 0 to 1 read as bytes from 0 to 255: 255 x, rounded");
            return pixels;
        }
        throw new InvalidInputException(
            path,
            $"holds pictures {Text(array.Shape)} of '{array.Type}' numbers from {least:G6} to {most:G6}, which must go from 0 to 1, or be whole "
                + $"from 0 to 65,535",
            $"bring them there, such as (array - {least:G6}) / {most - least:G6}, or reshape them to (N, D) for vectors"
        );
    }

    /// <summary>Converts planar records of four channels to three, over white.</summary>
    private static byte[] OverWhite(byte[] pixels, ImageSize size)
    {
        var area = size.Height * size.Width;
        var rgb = new byte[pixels.Length / 4 * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (record, place) = Math.DivRem(i, 3 * area);
            rgb[i] = ImageFile.OverWhite(pixels[record * 4 * area + place], pixels[record * 4 * area + 3 * area + place % area]);
        }
        return rgb;
    }

    private static string Text(int[] shape) => $"({string.Join(", ", shape)})";
}
