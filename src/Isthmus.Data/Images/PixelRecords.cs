using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Images;

/// <summary>Makes a data set of pixels with the channels, size and levels of the options.</summary>
internal static class PixelRecords
{
    private const int PartBytes = 1 << 20;

    /// <summary>Converts planar 8-bit records (C x H x W each) in memory, which it takes over.</summary>
    public static Dataset ToDataset(
        string name,
        ImageSize size,
        int channels,
        byte[] pixels,
        DataOptions options,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<Wording>? notes = null
    ) =>
        pixels.Length > 0
            ? ToDataset(
                name,
                size,
                channels,
                new MemoryStore<byte>(pixels, size.Height * size.Width * channels),
                options with
                {
                    Stream = false,
                },
                labels,
                recordNames,
                notes
            )
            : throw new InvalidInputException(name, "holds no records", "give at least one");

    /// <summary>Converts records, in memory or in a file, where they then are, too.</summary>
    /// <param name="name">Name of the data.</param>
    /// <param name="size">Rows and columns of a picture.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="records">The records.</param>
    /// <param name="options">Options of reading.</param>
    /// <param name="labels">Labels of the records.</param>
    /// <param name="recordNames">Names of the records.</param>
    /// <param name="notes">Notes on the reading; one is added on records that are in a file by themselves.</param>
    /// <param name="planar">Conversion of some records to planar 8-bit ones (C x H x W each); null if they are.</param>
    public static Dataset ToDataset(
        string name,
        ImageSize size,
        int channels,
        RecordStore<byte> records,
        DataOptions options,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<Wording>? notes = null,
        Func<byte[], byte[]>? planar = null
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
        var grey = options.Grey ?? (channels == 1 && options.ExpectedImage?.Channels != 3);
        var (own, convert) = (size, planar);
        if (grey && channels == 3)
            (convert, channels) = (Then(convert, pixels => ToGrey(pixels, own)), 1);
        else if (!grey && channels == 1)
            (convert, channels) = (Then(convert, pixels => ToColour(pixels, own)), 3);
        if (options.Size is { } wanted && wanted != size)
        {
            // Binary pixels become black and white first, or their mixtures would all round to 0 and 1.
            var isBinary = Seen(records, convert).AsSpan(2).IndexOf(true) < 0;
            (convert, size) = (Then(convert, pixels => Resized(pixels, own, wanted, channels, isBinary)), wanted);
        }
        var place = options.Place;
        if (convert is not null)
        {
            var writer = new RecordWriter<byte>(name, Dimension(name, size, channels), place, records.Count);
            foreach (var part in Parts(records))
                writer.Add(convert(part));
            records = writer.Finish();
        }
        var (store, levels) = Levelled(name, records, Seen(records), options);
        return Dataset.Of(
            name,
            new ImageSchema(size.Height, size.Width, channels, levels) { Depth = options.Depth ?? options.ExpectedImage?.Depth },
            store,
            labels ?? [],
            recordNames,
            store.IsInFile && place.Note((long)store.Count * store.Width) is { } note ? [.. notes ?? [], note] : notes ?? []
        );
    }

    /// <summary>Converts images that are already a data set.</summary>
    public static Dataset Adapted(Dataset images, DataOptions options)
    {
        var schema = (ImageSchema)images.Schema;
        var (place, width) = (options with { Stream = images.IsInFile }, schema.Dimension);
        var writer = new RecordWriter<byte>(images.Name, width, place.Place, images.Count);
        var most = Math.Max(1, PartBytes / width);
        for (var first = 0; first < images.Count; first += most)
        {
            int[] some = [.. Enumerable.Range(first, Math.Min(most, images.Count - first))];
            var pixels = new byte[some.Length * width];
            images.CopyPixels(some, pixels);
            writer.Add(pixels);
        }
        var size = new ImageSize(schema.Height, schema.Width);
        return ToDataset(images.Name, size, schema.Channels, writer.Finish(), place, images.Labels, images.RecordNames, images.Notes);
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

    private static byte[] Resized(byte[] pixels, ImageSize from, ImageSize to, int channels, bool isBinary)
    {
        var (source, target) = (from.Height * from.Width * channels, to.Height * to.Width * channels);
        var count = pixels.Length / source;
        if (isBinary)
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] *= 255;
        var resized = new byte[checked(target * count)];
        for (var record = 0; record < count; record++)
            ImageResampler.Resize(pixels.AsSpan(record * source, source), from, resized.AsSpan(record * target, target), to, channels);
        return resized;
    }

    /// <summary>Returns the number of bytes of a record.</summary>
    /// <exception cref="InvalidInputException">More than one can have.</exception>
    public static int Dimension(string name, ImageSize size, int channels) =>
        (long)size.Height * size.Width * channels is var bytes && bytes <= Array.MaxLength
            ? (int)bytes
            : throw new InvalidInputException(
                $"{name}: images of {size}",
                $"take {bytes} bytes each, more than the {Array.MaxLength} that one record can hold",
                $"choose a smaller {OptionNames.Size}",
                OptionNames.Size
            );

    private static Func<byte[], byte[]> Then(Func<byte[], byte[]>? first, Func<byte[], byte[]> second) =>
        first is null ? second : pixels => second(first(pixels));

    /// <summary>Returns the records, some at a time, each time in an array of their own.</summary>
    public static IEnumerable<byte[]> Parts(RecordStore<byte> records)
    {
        var most = Math.Max(1, PartBytes / records.Width);
        for (var first = 0; first < records.Count; first += most)
        {
            var part = new byte[Math.Min(most, records.Count - first) * records.Width];
            records.Read(first, part);
            yield return part;
        }
    }

    private static bool[] Seen(RecordStore<byte> records, Func<byte[], byte[]>? convert = null)
    {
        var seen = new bool[byte.MaxValue + 1];
        foreach (var part in Parts(records))
            foreach (var value in convert is null ? part : convert(part))
                seen[value] = true;
        return seen;
    }

    private static void ToBlackAndWhite(byte[] pixels)
    {
        if (pixels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) < 0)
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] *= 255;
    }

    /// <summary>Returns records with the number of their levels: 2 for 0 and 1, or 0 and 255, which become 0 and 1; otherwise 256.</summary>
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
        var map = new byte[seen.Length];
        foreach (var (value, other) in values.Zip(brought))
            map[value] = other;
        var writer = new RecordWriter<byte>(name, records.Width, (options with { Stream = records.IsInFile }).Place, records.Count);
        foreach (var part in Parts(records))
            writer.Add(Array.ConvertAll(part, value => map[value]));
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
