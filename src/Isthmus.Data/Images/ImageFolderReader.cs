using Isthmus.Data.Files;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Images;

/// <summary>
/// Reader of a folder of pictures (PNG, JPEG, WebP, GIF, BMP), sub-folders included, in ordinal order of their relative paths, which become the records' names.
/// If every picture lies in a sub-folder, the first sub-folder's name is its class, and below train and test the second's (<see cref="FolderParts"/>). Files
/// left out are named in the notes.
/// </summary>
internal static class ImageFolderReader
{
    private static readonly string[] Extensions = [".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".dib"];

    /// <summary>Returns true for the name of an image file.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Reads a folder, or one image file.</summary>
    public static Dataset Read(string path, DataOptions options)
    {
        options.RefuseTableOptions(path);
        var (root, names, facts, notes) = Found(path);
        var size = options.Size ?? CommonSize(root, names, facts);
        var depth = Depth(root, names, facts, options, notes);

        var area = (long)size.Height * size.Width;
        var channels = options.Grey == false || (options.Grey is null && options.ExpectedImage?.Channels == 3) ? 3 : 1;
        var pixels = Writer(channels);
        var seen = new bool[256];
        for (var i = 0; i < names.Length; i++)
        {
            var image = ImageFile.Read(Path.Combine(root, names[i]), depth ?? 16, out var isTransparent, out _);
            if (isTransparent)
                notes.Transparent.Add(names[i]);
            if (channels == 1 && options.Grey is null && !IsGrey(image))
            {
                // The first coloured image: the grey ones before it are repeated in three channels.
                var colour = Writer(3);
                for (var (before, grey) = (0, i == 0 ? null : pixels.Finish()); before < i; before++)
                {
                    var one = new byte[area];
                    grey!.Read(before, one);
                    colour.Add([.. one, .. one, .. one]);
                }
                (pixels, channels) = (colour, 3);
            }
            var record = new byte[area * channels];
            Store(image, facts[i].Size, record, size, channels);
            foreach (var value in record)
                seen[value] = true;
            pixels.Add(record);
        }
        var (store, levels) = PixelRecords.Levelled(path, pixels.Finish(), seen, options);
        return Dataset.Of(
            path,
            new ImageSchema(size.Height, size.Width, channels, levels) { Depth = depth },
            store,
            Labels(names),
            names,
            [.. notes.Sentences(), .. pixels.Note is { } note ? (Wording[])[note] : []]
        );
        RecordWriter<byte> Writer(int channels) => new(path, checked((int)(area * channels)), options.Place, names.Length);
    }

    /// <summary>Finds the pictures below a folder, or the one file, and reads their headers.</summary>
    /// <exception cref="InvalidInputException">There is none that can be read.</exception>
    internal static (string Root, string[] Names, ImageFacts[] Facts, FolderNotes Notes) Found(string path)
    {
        var isFile = File.Exists(path);
        var found = isFile ? new([Path.GetFileName(path)], []) : FolderFiles.Of(path);
        var root = isFile ? Path.GetDirectoryName(path)! : path;
        var notes = new FolderNotes();
        var (names, facts) = Pictures(path, root, found, isFile, notes);
        return (root, names, facts, notes);
    }

    /// <summary>Lists the wanted files below a folder, in ordinal order of their relative paths; hidden ones are left out.</summary>
    internal static string[] Names(string folder, Func<string, bool> isWanted) =>
        [.. FolderFiles.Of(folder).Names.Where(name => !IsHidden(folder, name) && isWanted(name))];

    /// <summary>Returns the sub-folders as classes, if every file lies in one: the first, or below train and test the second.</summary>
    internal static LabelColumn[] Labels(string[] names)
    {
        var level = FolderParts.AreIn(names) ? 1 : 0;
        return names.All(name => name.Count(c => c == '/') > level) ? [LabelColumn.OfTexts("class", [.. names.Select(name => name.Split('/')[level])])] : [];
    }

    /// <summary>Returns the pictures among the files; files that are none, whatever their name, are noted.</summary>
    private static (string[] Names, ImageFacts[] Facts) Pictures(string path, string root, FolderFiles found, bool isFile, FolderNotes notes)
    {
        var (names, facts) = (new List<string>(), new List<ImageFacts>());
        notes.Skipped.AddRange(found.Skipped);
        foreach (var name in found.Names)
        {
            var file = Path.Combine(root, name);
            if (isFile)
                facts.Add(ImageFile.Facts(file));
            else if (IsHidden(root, name))
                notes.Hidden.Add(name);
            else if (!IsImage(name))
                notes.Other.Add(name);
            else if (new FileInfo(file).Length > 0 && ImageFile.TryFacts(file) is { } known)
                facts.Add(known);
            else
                notes.Unreadable.Add(name);
            if (facts.Count == names.Count)
                continue;
            names.Add(name);
            notes.Taken(name, facts[^1]);
        }
        return names.Count > 0
            ? ([.. names], [.. facts])
            : throw (
                notes.Unreadable.Count > 0
                    ? new InvalidInputException(
                        path,
                        $"holds no image that can be read: {FolderNotes.Some(notes.Unreadable)} {(notes.Unreadable.Count == 1 ? "is" : "are")} none, whatever "
                            + $"the name says",
                        $"replace {(notes.Unreadable.Count == 1 ? "it" : "them")}"
                    )
                    : new InvalidInputException(
                        path,
                        $"holds no images{(notes.Other.Count > 0 ? $", but {FolderNotes.Some(notes.Other)}" : "")}",
                        "put .png, .jpg or .webp files there, or .txt files for documents"
                    )
            );
    }

    private static bool IsHidden(string root, string name) =>
        name.Split('/').Any(part => part.StartsWith('.'))
        || OperatingSystem.IsWindows() && File.GetAttributes(Path.Combine(root, name)).HasFlag(FileAttributes.Hidden);

    private static ImageSize CommonSize(string root, string[] names, ImageFacts[] facts)
    {
        var other = Array.FindIndex(facts, picture => picture.Size != facts[0].Size);
        return other < 0
            ? facts[0].Size
            : throw new InvalidInputException(
                root,
                $"holds images of different sizes: {names[0]} is {facts[0].Size} and {names[other]} is {facts[other].Size} (rows x columns)",
                $"bring them to one size with {OptionNames.Size} HxW, or take squares of them with {OptionNames.Crop} n",
                OptionNames.Size
            );
    }

    /// <summary>
    /// Returns the number of bits that the values of 16-bit pictures use: as asked for, the model's, or as many as the largest value needs; null if there are
    /// no such pictures.
    /// </summary>
    private static int? Depth(string root, string[] names, ImageFacts[] facts, DataOptions options, FolderNotes notes)
    {
        string[] deep = [.. names.Where((_, i) => facts[i].Bits == 16)];
        if (deep.Length == 0)
            return options.Depth ?? options.ExpectedImage?.Depth;
        var peak = deep.Max(name => ImageFile.Peak(Path.Combine(root, name)));
        var depth = options.Depth ?? options.ExpectedImage?.Depth ?? PixelDepth.Of(peak);
        notes.Deep =
            $"{FolderNotes.Count(deep.Length, "picture")} of 16 bits a sample, {PixelDepth.Words(peak, depth, options.Depth ?? options.ExpectedImage?.Depth)}";
        return depth;
    }

    private static bool IsGrey(byte[] rgb)
    {
        for (var i = 0; i < rgb.Length; i += 3)
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2])
                return false;
        return true;
    }

    /// <summary>Writes a picture as a record: grey by luma if it is of one channel, and of the wanted size.</summary>
    internal static void Store(byte[] rgb, ImageSize own, Span<byte> record, ImageSize size, int channels)
    {
        byte[] planar;
        if (channels == 3)
            planar = PixelRecords.ToPlanar(rgb, own, 3);
        else
        {
            planar = new byte[rgb.Length / 3];
            for (var i = 0; i < planar.Length; i++)
                planar[i] = PixelRecords.Luma(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
        }
        if (own == size)
            planar.CopyTo(record);
        else
            ImageResampler.Resize(planar, own, record, size, channels);
    }
}
