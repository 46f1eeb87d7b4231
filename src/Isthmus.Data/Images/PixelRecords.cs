using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Images;

/// <summary>Makes a data set of pixels with the channels, size and levels of the options.</summary>
internal static class PixelRecords
{
    /// <summary>Converts planar 8-bit records (C x H x W each), which it takes over and may change.</summary>
    public static Dataset ToDataset(
        string name,
        ImageSize size,
        int channels,
        byte[] pixels,
        DataOptions options,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<Wording>? notes = null
    )
    {
        options.RefuseTableOptions(name);
        if (options.Crop is { } crop && size != new ImageSize(crop.Side, crop.Side))
            throw new InvalidInputException(
                name,
                $"holds pictures of {size} (rows x columns) and no photographs in a folder, from which alone crops are cut",
                $"leave {OptionNames.Crop} out, or give a folder",
                OptionNames.Crop
            );
        if (pixels.Length == 0)
            throw new InvalidInputException(name, "holds no records", "give at least one");
        var grey = options.Grey ?? (channels == 1 && options.ExpectedImage?.Channels != 3);
        if (grey && channels == 3)
            (pixels, channels) = (ToGrey(pixels, size), 1);
        else if (!grey && channels == 1)
            (pixels, channels) = (ToColour(pixels, size), 3);
        if (options.Size is { } wanted && wanted != size)
            (pixels, size) = (Resized(name, pixels, size, wanted, channels), wanted);
        var schema = new ImageSchema(size.Height, size.Width, channels, Levels(name, pixels, options.ExpectedImage?.Levels))
        {
            Depth = options.Depth ?? options.ExpectedImage?.Depth,
        };
        return Dataset.Images(name, schema, pixels, labels, recordNames, notes);
    }

    /// <summary>Converts images that are already a data set.</summary>
    public static Dataset Adapted(Dataset images, DataOptions options)
    {
        var schema = (ImageSchema)images.Schema;
        var pixels = new byte[images.Count * schema.Dimension];
        images.CopyPixels([.. Enumerable.Range(0, images.Count)], pixels);
        return ToDataset(images.Name, new(schema.Height, schema.Width), schema.Channels, pixels, options, images.Labels, images.RecordNames, images.Notes);
    }

    /// <summary>Returns Rec. 601 luma in whole numbers: (299 R + 587 G + 114 B) / 1000, rounded.</summary>
    public static byte Luma(byte red, byte green, byte blue) => (byte)((299 * red + 587 * green + 114 * blue + 500) / 1000);

    /// <summary>Converts records of H x W x C to records of C x H x W.</summary>
    public static byte[] ToPlanar(byte[] interleaved, ImageSize size, int channels)
    {
        if (channels == 1)
            return interleaved;
        var area = size.Height * size.Width;
        var planar = new byte[interleaved.Length];
        for (var record = 0; record < interleaved.Length; record += area * channels)
            for (var pixel = 0; pixel < area; pixel++)
                for (var channel = 0; channel < channels; channel++)
                    planar[record + channel * area + pixel] = interleaved[record + pixel * channels + channel];
        return planar;
    }

    /// <summary>Converts records of C x H x W to records of H x W x C.</summary>
    public static byte[] ToInterleaved(byte[] planar, ImageSize size, int channels) =>
        // The same transposition, of C "pixels" of H W "channels".
        channels == 1
            ? planar
            : ToPlanar(planar, new(channels, 1), size.Height * size.Width);

    private static byte[] ToGrey(byte[] pixels, ImageSize size)
    {
        var area = size.Height * size.Width;
        var grey = new byte[pixels.Length / 3];
        for (var i = 0; i < grey.Length; i++)
        {
            var red = i / area * 3 * area + i % area;
            grey[i] = Luma(pixels[red], pixels[red + area], pixels[red + 2 * area]);
        }
        return grey;
    }

    private static byte[] ToColour(byte[] pixels, ImageSize size)
    {
        var area = size.Height * size.Width;
        var colour = new byte[checked(pixels.Length * 3)];
        for (var start = 0; start < pixels.Length; start += area)
            for (var channel = 0; channel < 3; channel++)
                pixels.AsSpan(start, area).CopyTo(colour.AsSpan(3 * start + channel * area));
        return colour;
    }

    private static byte[] Resized(string name, byte[] pixels, ImageSize from, ImageSize to, int channels)
    {
        var source = from.Height * from.Width * channels;
        var target = (long)to.Height * to.Width * channels;
        var count = pixels.Length / source;
        if (target * count > Array.MaxLength)
            throw new InvalidInputException(
                $"{name}: {count} images of {to}",
                $"take {target * count} bytes, more than the {Array.MaxLength} that one data set can hold",
                $"choose a smaller {OptionNames.Size}",
                OptionNames.Size
            );
        // Binary pixels become black and white first, or their mixtures would all round to 0 and 1.
        ToBlackAndWhite(pixels);
        var resized = new byte[target * count];
        for (var record = 0; record < count; record++)
            ImageResampler.Resize(pixels.AsSpan(record * source, source), from, resized.AsSpan(record * (int)target, (int)target), to, channels);
        return resized;
    }

    private static void ToBlackAndWhite(byte[] pixels)
    {
        if (pixels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) < 0)
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] *= 255;
    }

    /// <summary>Returns records with the number of their levels, as <see cref="ToDataset"/> finds it, and brought to it.</summary>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="records">The records.</param>
    /// <param name="seen">True for each value that a pixel has.</param>
    /// <param name="options">Options of reading.</param>
    public static (RecordStore<byte> Records, int Levels) Levelled(string name, RecordStore<byte> records, bool[] seen, DataOptions options)
    {
        // The values that there are have the levels of all pixels.
        byte[] values = [.. Enumerable.Range(0, seen.Length).Where(value => seen[value]).Select(value => (byte)value)];
        byte[] brought = [.. values];
        var levels = Levels(name, brought, options.ExpectedImage?.Levels);
        if (brought.SequenceEqual(values))
            return (records, levels);
        var (writer, map) = (new RecordWriter<byte>(name, records.Width, new(records.IsInFile), records.Count), new byte[seen.Length]);
        foreach (var (value, other) in values.Zip(brought))
            map[value] = other;
        var record = new byte[records.Width];
        for (var place = 0; place < records.Count; place++)
        {
            records.Read(place, record);
            writer.Add(Array.ConvertAll(record, value => map[value]));
        }
        return (writer.Finish(), levels);
    }

    // 2 if all pixels are 0 and 1, or 0 and 255 (which become 0 and 1); otherwise, or if the model expects it, 256.
    private static int Levels(string name, byte[] pixels, int? expected)
    {
        if (expected == 256)
        {
            ToBlackAndWhite(pixels);
            return 256;
        }
        if (pixels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) < 0)
            return 2;
        var other = pixels.AsSpan().IndexOfAnyExcept((byte)0, (byte)255);
        if (other >= 0)
            return expected != 2
                ? 256
                : throw new InvalidInputException(
                    name,
                    $"has a pixel of value {pixels[other]}, but the model takes binary images (0 and 1, or 0 and 255)",
                    "binarise them, or use a model of 8-bit images"
                );
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] &= 1;
        return 2;
    }
}
