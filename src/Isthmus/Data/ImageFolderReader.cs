namespace Isthmus.Data;

/// <summary>
/// A folder of PNG, JPEG and WebP images, sub-folders included, in ordinal order of their relative paths, which become
/// the records' names. If every image lies in a sub-folder, the first sub-folder's name is its class. Other
/// files are passed over.
/// </summary>
internal static class ImageFolderReader
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Whether the name is that of an image file.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Reads a folder, or one image file.</summary>
    public static Dataset Read(string path, DataOptions options)
    {
        options.RefuseTableOptions(path);
        var names = File.Exists(path) ? [Path.GetFileName(path)] : Names(path, IsImage);
        var root = File.Exists(path) ? Path.GetDirectoryName(path)! : path;
        if (names.Length == 0)
            throw new InvalidInputException($"{path} holds no images; put .png, .jpg or .webp files there, or .txt files for documents.");
        var size = options.Size ?? CommonSize(root, names);

        var area = (long)size.Height * size.Width;
        var channels = options.Grey == false || (options.Grey is null && options.ExpectedImage?.Channels == 3) ? 3 : 1;
        var pixels = Allocate(path, names.Length, area * channels);
        for (var i = 0; i < names.Length; i++)
        {
            var (image, own) = ImageFile.Read(Path.Combine(root, names[i]));
            if (channels == 1 && options.Grey is null && !IsGrey(image))
            {
                // The first coloured image: the grey ones before it are repeated in three channels.
                var colour = Allocate(path, names.Length, area * 3);
                for (var before = 0; before < 3 * i; before++)
                    Array.Copy(pixels, before / 3 * area, colour, before * area, area);
                (pixels, channels) = (colour, 3);
            }
            Store(image, own, pixels.AsSpan((int)(i * area * channels), (int)area * channels), size, channels);
        }
        return PixelRecords.ToDataset(path, size, channels, pixels, options with { Size = null, Grey = channels == 1 }, Labels(names), names);
    }

    /// <summary>The wanted files below a folder, in ordinal order of their relative paths.</summary>
    internal static string[] Names(string folder, Func<string, bool> isWanted)
    {
        try
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 32, IgnoreInaccessible = false };
            return [.. Directory.EnumerateFiles(folder, "*", options).Where(isWanted)
                .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{folder} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The first sub-folders as classes, if every file lies in one.</summary>
    internal static LabelColumn[] Labels(string[] names) => names.All(name => name.Contains('/'))
        ? [LabelColumn.OfTexts("class", [.. names.Select(name => name[..name.IndexOf('/')])])]
        : [];

    private static ImageSize CommonSize(string root, string[] names)
    {
        ImageSize first = default;
        for (var i = 0; i < names.Length; i++)
        {
            var size = ImageFile.Size(Path.Combine(root, names[i]));
            if (i == 0)
                first = size;
            else if (size != first)
                throw new InvalidInputException($"{root} holds images of different sizes: {names[0]} is {first} and {names[i]} is {size} (rows x columns); bring them to one size with --size HxW.");
        }
        return first;
    }

    private static byte[] Allocate(string path, int count, long each) => count * each <= Array.MaxLength
        ? new byte[count * each]
        : throw new InvalidInputException($"{path}: {count} images take {count * each} bytes, more than the {Array.MaxLength} that one data set can hold; choose a smaller --size.");

    private static bool IsGrey(byte[] rgb)
    {
        for (var i = 0; i < rgb.Length; i += 3)
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2])
                return false;
        return true;
    }

    private static void Store(byte[] rgb, ImageSize own, Span<byte> record, ImageSize size, int channels)
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
