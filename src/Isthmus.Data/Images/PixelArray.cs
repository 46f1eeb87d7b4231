using Isthmus.Data.Arrays;
using Isthmus.Data.Files;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

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

    /// <summary>Reads the elements of an array whose header has been read, some at a time, and converts them to a data set.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stream">The elements, and nothing after them.</param>
    /// <param name="name">Name of the array in error messages.</param>
    /// <param name="header">The header, of numbers in three or more dimensions.</param>
    /// <param name="labels">Labels of the records.</param>
    /// <param name="options">Options of reading.</param>
    /// <param name="before">Notes on the file.</param>
    /// <exception cref="InvalidInputException">A shape or numbers that are no pictures: says what was understood, and how to say what is meant.</exception>
    public static Dataset Read(
        string path,
        Stream stream,
        string name,
        NumpyArray.Header header,
        LabelColumn[] labels,
        DataOptions options,
        IReadOnlyList<Wording> before
    )
    {
        var declared = header.Count * (UInt128)header.ElementSize;
        // The numbers of a picture lie all over an array in Fortran order, which is read as a whole; sides beyond an array's length are refused there, too.
        var whole =
            header.Count == 0 || header.IsFortran || Array.Exists(header.Shape, side => side > Array.MaxLength)
                ? NumpyArray.ReadElements(stream, header, name).Bytes
                : null;
        RecordStore<byte> Elements(int bytes)
        {
            var elements = new RecordWriter<byte>(name, bytes, options.Place, stream.CanSeek || whole is not null ? (long)declared / bytes : 0);
            if (whole is not null)
                elements.Add(whole);
            else
                DataFile.ReadPayload(stream, declared, name, elements.Add);
            return elements.Finish();
        }
        return ToDataset(path, header, Elements, labels, options, before);
    }

    private static Dataset ToDataset(
        string path,
        NumpyArray.Header header,
        Func<int, RecordStore<byte>> read,
        LabelColumn[] labels,
        DataOptions options,
        IReadOnlyList<Wording> before
    )
    {
        var notes = new List<Wording>(before);
        var shape = Array.ConvertAll(header.Shape, side => (int)side);
        var (channels, isLast, size) = Layout(path, shape, options.ExpectedImage, notes);
        var records = read(PixelRecords.Dimension(path, size, channels * header.ElementSize));
        var planar = Bytes(path, header, shape, records, options, notes, out var depth);
        if (channels > 1 && isLast)
            planar = Then(planar, pixels => PixelRecords.ToPlanar(pixels, size, channels));
        if (channels == 4)
        {
            notes.Add($"shape {Text(shape)} read as {records.Count} pictures of {size.Height} x {size.Width} in red, green, blue and opacity, laid over white");
            planar = Then(planar, pixels => OverWhite(pixels, size));
        }
        return PixelRecords.ToDataset(path, size, channels == 4 ? 3 : channels, records, options with { Depth = depth }, labels, notes: notes, planar: planar);
    }

    private static Func<byte[], byte[]> Then(Func<byte[], byte[]>? first, Func<byte[], byte[]> second) =>
        first is null ? second : bytes => second(first(bytes));

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

    /// <summary>Returns the conversion of elements to bytes from 0 to 255, or 0 and 1 for truth values; null for bytes.</summary>
    private static Func<byte[], byte[]>? Bytes(
        string path,
        NumpyArray.Header header,
        int[] shape,
        RecordStore<byte> records,
        DataOptions options,
        List<Wording> notes,
        out int? depth
    )
    {
        depth = options.Depth ?? options.ExpectedImage?.Depth;
        if (header.Type == "u1")
            return null;
        // Any byte but 0 is true; the published Omniglot arrays hold 255.
        if (header.Type == "b1")
            return bytes => Array.ConvertAll(bytes, value => Math.Min(value, (byte)1));
        Func<byte[], byte[]> Each(Func<double, byte> pixel) =>
            bytes =>
            {
                var some = Numbers(header, bytes);
                return [.. Enumerable.Range(0, some.Count).Select(i => pixel(some[i]))];
            };
        var (least, most, isWhole) = Range(path, header, records);
        if (least >= 0 && isWhole && most <= ushort.MaxValue && (most > 1 || header.Type[0] != 'f'))
        {
            depth = most <= byte.MaxValue && depth is null ? null : depth ?? PixelDepth.Of((int)most);
            if (depth is not { } bits)
                return Each(value => (byte)value);
            notes.Add($"pictures of '{header.Type}' numbers, {PixelDepth.Words((int)most, bits, options.Depth ?? options.ExpectedImage?.Depth)}");
            return Each(value => ImageFile.ToByte((int)value, bits));
        }
        if (least >= 0 && most <= 1)
        {
            notes.Add("pictures of numbers from 0 to 1 read as bytes from 0 to 255: 255 x, rounded");
            return Each(value => (byte)Math.Round(255 * value));
        }
        throw new InvalidInputException(
            path,
            $"holds pictures {Text(shape)} of '{header.Type}' numbers from {least:G6} to {most:G6}, which must go from 0 to 1, or be whole from 0 to 65,535",
            $"bring them there, such as (array - {least:G6}) / {most - least:G6}, or reshape them to (N, D) for vectors"
        );
    }

    private static (double Least, double Most, bool IsWhole) Range(string path, NumpyArray.Header header, RecordStore<byte> records)
    {
        var (least, most, isWhole, before) = (double.PositiveInfinity, double.NegativeInfinity, true, 0L);
        foreach (var part in PixelRecords.Parts(records))
        {
            var some = Numbers(header, part);
            for (var i = 0; i < some.Count; i++)
            {
                var value = some[i];
                if (!double.IsFinite(value))
                    throw new InvalidInputException(
                        $"{path}: number {before + i + 1} of the array",
                        "is not finite, and pictures need numbers from 0 to 1 or whole ones from 0 on",
                        "fill it (numpy.nan_to_num)"
                    );
                (least, most, isWhole) = (Math.Min(least, value), Math.Max(most, value), isWhole && value == Math.Floor(value));
            }
            before += some.Count;
        }
        return (least, most, isWhole);
    }

    private static NumpyArray Numbers(NumpyArray.Header header, byte[] bytes) =>
        new(header.Type, header.IsBigEndian, [bytes.Length / header.ElementSize], bytes);

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
