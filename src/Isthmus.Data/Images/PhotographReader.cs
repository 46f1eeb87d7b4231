using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Reader of crops of photographs of mixed sizes: a folder of them, sub-folders included, or one file. Only headers are read at first. Sub-folders are
/// classes, or the parts to train, validate and test on; a photograph is in one part alone. Two sub-folders, first and second, of pictures of the same names
/// are pairs: a crop is then cut from both at the same place.
/// </summary>
internal static class PhotographReader
{
    // Crops of a photograph that the epoch is chosen by, or that figures are reported on.
    private const int HeldOutCrops = 4;

    // Folders of two noisy pictures of each scene.
    private const string First = "first",
        Second = "second";

    /// <summary>Reads a folder, or one file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">Options, among them the crop.</param>
    /// <param name="mostBytes">Limit of decoded photographs in memory, bytes.</param>
    /// <exception cref="InvalidInputException">There are none that are large enough, or options contradict each other.</exception>
    public static Dataset Read(string path, DataOptions options, long mostBytes = PhotographStore.UsualBytes)
    {
        options.RefuseTableOptions(path);
        var crop = options.Crop!;
        if (options.Size is not null)
            throw new InvalidInputException(
                path,
                $"would be resized to {options.Size} and cut to {crop.Side}x{crop.Side}",
                $"give {OptionNames.Size} or {OptionNames.Crop}, not both",
                OptionNames.Size
            );
        if (options.ExpectedImage is { Levels: 2 })
            throw new InvalidInputException(
                path,
                "holds photographs of 256 levels, but the model takes black-and-white pictures",
                "use a model of 8-bit pictures"
            );
        var arePairs = ArePairs(path) && options.ExpectedImage?.IsPaired != false;
        var (root, names, facts, notes) = ImageFolderReader.Found(arePairs ? Path.Combine(path, First) : path);
        var isLarge = Array.ConvertAll(facts, picture => Math.Min(picture.Size.Height, picture.Size.Width) >= crop.Side);
        notes.Small.AddRange(names.Where((_, i) => !isLarge[i]));
        if (notes.Small.Count == names.Length)
            throw new InvalidInputException(
                path,
                $"holds no picture of {crop.Side} x {crop.Side} pixels or more; {names[0]} is {facts[0].Size} (rows x columns)",
                $"give a smaller {OptionNames.Crop}",
                OptionNames.Crop
            );
        notes.SmallestSide = crop.Side;
        notes.Transparent.AddRange(names.Where((_, i) => isLarge[i] && facts[i].HasAlpha));
        var deep = facts.Where((picture, i) => isLarge[i] && picture.Bits == 16).Count();
        var depth = options.Depth ?? options.ExpectedImage?.Depth;
        if (deep > 0)
            notes.Deep =
                $"{FolderNotes.Count(deep, "picture")} of 16 bits a sample, taken as {depth ?? 16} bits; 256 levels of them are kept"
                + $"{(depth is null ? (Wording)$" ({OptionNames.Depth} says another number of bits)" : "")}";
        var channels = options.Grey ?? (options.ExpectedImage?.Channels == 1 || options.ExpectedImage is null && facts.All(picture => picture.IsGrey)) ? 1 : 3;
        var store = new PhotographStore(root, names, Array.ConvertAll(facts, picture => picture.Size), channels, depth ?? 16, mostBytes);
        int[] photographs = [.. Enumerable.Range(0, names.Length).Where(i => isLarge[i])];
        var second = arePairs ? new PhotographStore(Seconds(path, names, facts), names, store.Sizes, channels, depth ?? 16, mostBytes) : null;
        var schema = new ImageSchema(crop.Side, crop.Side, channels, 256)
        {
            Crop = crop,
            Depth = depth,
            IsPaired = arePairs,
        };
        return Of(path, schema, new PhotographCrops(store, photographs, crop, options.Seed) { Second = second }, notes.Sentences());
    }

    /// <summary>Returns true if a folder holds pairs: a folder first and a folder second, and nothing else.</summary>
    private static bool ArePairs(string path) =>
        Directory.Exists(path)
        && Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Where(name => !name!.StartsWith('.')).Order(StringComparer.Ordinal) is var inside
        && inside.SequenceEqual([First, Second]);

    /// <summary>Returns the folder of the second pictures, one for each first one, of its name and size.</summary>
    private static string Seconds(string path, string[] names, ImageFacts[] facts)
    {
        var (root, others, otherFacts, _) = ImageFolderReader.Found(Path.Combine(path, Second));
        if (names.Except(others).Concat(others.Except(names)).FirstOrDefault() is { } alone)
            throw new InvalidInputException(
                path,
                $"has a picture {alone} in only one of the folders {First} and {Second}",
                "give two noisy pictures of each scene, under the same name in both"
            );
        foreach (var (place, picture) in facts.Index())
            if (otherFacts[place].Size != picture.Size)
                throw new InvalidInputException(
                    path,
                    $"holds a pair of two sizes: {names[place]} is {picture.Size} in {First} and {otherFacts[place].Size} in {Second} (rows x columns)",
                    "give pictures that cover each other, pixel by pixel"
                );
        return root;
    }

    /// <summary>Splits crops by their photographs: by folders train, validation and test if all lie in such, and otherwise at random.</summary>
    /// <exception cref="InvalidInputException">Fewer than three photographs, or single crops were selected.</exception>
    public static DataSplits Split(Dataset all, PhotographCrops crops, DataOptions options)
    {
        var names = crops.Names;
        var (train, validation, test) = FolderParts.AreIn(names)
            ? FolderParts.Of(all.Name, names, options.Seed)
            : DataSplits.Parts(all.Name, DataSplits.Permutation(names.Count, options.Seed), options.Shares, "photograph");
        Dataset Part(int[] places, int most = int.MaxValue) => Of(all.Name, (ImageSchema)all.Schema, crops.Of(places, most), all.Notes);
        return new(Part(train), Part(validation, HeldOutCrops), Part(test, HeldOutCrops));
    }

    private static Dataset Of(string path, ImageSchema schema, PhotographCrops crops, IReadOnlyList<Wording> notes)
    {
        var labels = ImageFolderReader.Labels([.. crops.Names]);
        return Dataset.OfDrawn(path, schema, crops, labels.Length == 0 ? [] : [labels[0].Select(crops.PhotographOfEach())], notes);
    }
}
