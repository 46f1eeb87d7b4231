using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Data.Documents;
using Isthmus.Data.Files;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;

namespace Isthmus.Data.Formats;

/// <summary>
/// The front door: data by catalogue name or by path. Names win over paths (write ./mnist for a folder of that name).
/// What a file is, its first bytes say, gzipped or not; only text tables and .amat are known by their extension.
/// </summary>
public static class DataSource
{
    private static readonly string[] Shapes = ["shapes", "shapes-8bit"];

    /// <summary>The names that need no path: the built-in shapes and the published sets.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Shapes, .. Catalogue.Published.Select(set => set.Name)];

    /// <summary>Whether a path is that of a table whose columns may be mixed, and not one of interactions.</summary>
    public static bool IsTable(string path, DataOptions options) => File.Exists(path) && (TableReader.IsTable(path) || TableFile.IsJson(path)) && !InteractionReader.IsWanted(options) && !DocumentReader.IsWanted(path, options);

    /// <summary>Data to train on: the publisher's splits of a published set, or else 80 % / 10 % / 10 % by seed, of interactions by user.</summary>
    /// <param name="nameOrPath">A name of <see cref="Names"/>, a folder of images or of texts, or a file (IDX, .amat, .npy, .npz, CSV, TSV, Parquet, or one image).</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="InvalidInputException">There is no such data, or it cannot be used: one line that says where and what to do.</exception>
    public static DataSplits Load(string nameOrPath, DataOptions options)
    {
        FileKind.Demand(nameOrPath);
        if (options.Stream && (InteractionReader.IsWanted(options) || DocumentReader.IsWanted(nameOrPath, options) || MixedTableReader.IsWanted(options) || Catalogue.FromEnvironment().Contains(nameOrPath)))
            throw StreamedVectors.Refused(nameOrPath);
        var splits = Published(nameOrPath, options) ?? (MixedTableReader.IsWanted(options) ? MixedTableReader.Load(nameOrPath, options) : Split(nameOrPath, options));
        foreach (var part in new[] { splits.Validation, splits.Test })
            if (!part.Schema.Equals(splits.Train.Schema))
                throw new InvalidInputException($"{nameOrPath}: its training part has {splits.Train.Schema}, another part {part.Schema}; they must be alike.");
        return new(Limited(Checked(splits.Train, options), options), Limited(splits.Validation, options), Limited(splits.Test, options));
    }

    private static DataSplits Split(string nameOrPath, DataOptions options) => InteractionReader.IsWanted(options)
        ? DataSplits.ByUser(InteractionReader.Read(nameOrPath, options), options.Seed, options.Expected as InteractionSchema)
        : DocumentReader.IsWanted(nameOrPath, options)
        ? Documents(DocumentReader.Read(Existing(nameOrPath), options), options)
        : !options.Stream && NumpyReader.Parts(nameOrPath, options) is { } parts
        ? new(Checked(parts.Train, options), Checked(parts.Validation, options), Checked(parts.Test, options))
        : Checked(ReadWhole(nameOrPath, options), options) is var all && all.Schema is ImageSchema && all.RecordNames is { } names && FolderParts.AreIn(names)
        ? FolderParts.Of(all, options.Seed)
        : DataSplits.Random(all, options.Seed);

    private static DataSplits Documents(Dataset all, DataOptions options) => all.RecordNames is { } names && FolderParts.AreIn(names)
        ? FolderParts.Of(all, options.Seed).Over(options.Expected as DocumentSchema)
        : DataSplits.ByDocument(all, options.Seed, options.Expected as DocumentSchema);

    /// <summary>Data to apply a model to: every record, in the file's order. Of a published set, its test part.</summary>
    /// <inheritdoc cref="Load"/>
    public static Dataset LoadAll(string nameOrPath, DataOptions options)
    {
        FileKind.Demand(nameOrPath);
        return Limited(Checked(Published(nameOrPath, options)?.Test ?? ReadWhole(nameOrPath, options), options), options);
    }

    /// <summary>Whether data come in parts of their own, one to train on and one to test on: published sets, folders of such folders, and .npz files of such arrays.</summary>
    public static bool HasParts(string nameOrPath, DataOptions options) => Catalogue.FromEnvironment().Contains(nameOrPath) || NumpyReader.HasParts(nameOrPath, options)
        || Directory.Exists(nameOrPath) && FolderParts.AreIn(ImageFolderReader.Names(nameOrPath, DocumentReader.IsWanted(nameOrPath, options) ? DocumentReader.IsText : ImageFolderReader.IsImage));

    private static DataSplits? Published(string name, DataOptions options) =>
        Catalogue.FromEnvironment() is var catalogue && catalogue.Contains(name) ? catalogue.Load(name, options) : null;

    private static Dataset ReadWhole(string nameOrPath, DataOptions options)
    {
        if (InteractionReader.IsWanted(options))
            return options.Expected is InteractionSchema items ? items.Adapt(InteractionReader.Read(nameOrPath, options, every: true)) : InteractionReader.Read(nameOrPath, options);
        if (MixedTableReader.IsWanted(options))
            return MixedTableReader.LoadAll(nameOrPath, options);
        if (DocumentReader.IsWanted(nameOrPath, options))
        {
            var documents = DocumentReader.Read(Existing(nameOrPath), options);
            return DocumentSchema.Checked((options.Expected as DocumentSchema ?? DocumentSchema.Chosen(documents)).Adapt(documents));
        }
        if (options.Stream)
            return File.Exists(nameOrPath) ? StreamedVectors.Open(nameOrPath, options) : throw (Shapes.Contains(nameOrPath) || Directory.Exists(nameOrPath) ? StreamedVectors.Refused(nameOrPath) : Unknown(nameOrPath));
        if (Shapes.Contains(nameOrPath))
            return PixelRecords.Adapted(ShapesSource.Generate(nameOrPath == Shapes[0] ? 2 : 256), options);
        if (Directory.Exists(nameOrPath) || (File.Exists(nameOrPath) && ImageFolderReader.IsImage(nameOrPath)))
            return ImageFolderReader.Read(nameOrPath, options);
        if (File.Exists(nameOrPath))
            return ReadFile(nameOrPath, options);
        throw Unknown(nameOrPath);
    }

    private static string Existing(string path) => File.Exists(path) || Directory.Exists(path) ? path : throw Unknown(path);

    private static InvalidInputException Unknown(string nameOrPath)
    {
        var nearest = NearestName.Of(nameOrPath, Names);
        return new($"'{nameOrPath}' is no file or folder, and no known data set; "
            + (nearest is null ? $"known are {string.Join(", ", Names)}." : $"did you mean '{nearest}'?"));
    }

    private static Dataset ReadFile(string path, DataOptions options)
    {
        if (TableReader.IsTable(path) || TableFile.IsJson(path))
            return TableReader.Read(path, options);
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        if (name.EndsWith(".amat", StringComparison.OrdinalIgnoreCase))
            return AmatReader.Read(path, options);
        var head = DataFile.Head(path, 8);
        if (IdxReader.IsIdx(head) || name.EndsWith("ubyte", StringComparison.Ordinal) || name.EndsWith(".idx", StringComparison.Ordinal))
            return IdxReader.Read(path, options);
        if (NumpyArray.IsNpy(head) || NumpyFile.IsZip(head) || Path.GetExtension(name) is ".npy" or ".npz")
            return NumpyReader.Read(path, options);
        throw new InvalidInputException($"{path} is of no known kind; a folder of images, IDX, .amat, .npy, .npz, .csv, .tsv, .parquet, .txt or .feat can be read; of a table of interactions say --user and --item, of one of texts --text.");
    }

    private static Dataset Checked(Dataset data, DataOptions options) => options.Expected is null || options.Expected.Equals(data.Schema)
        ? data
        : throw new InvalidInputException($"{data.Name} holds {data.Schema}, but the model takes {options.Expected}; {Remedy(data.Schema, options.Expected)}");

    private static string Remedy(DataSchema found, DataSchema expected) => (found, expected) switch
    {
        (ImageSchema images, ImageSchema wanted) when (images.Height, images.Width) != (wanted.Height, wanted.Width) => $"resize them with --size {wanted.Height}x{wanted.Width}, or give the data that the model was trained for.",
        (ImageSchema, ImageSchema { Channels: 1 }) => "take the colour out with --grey, or give the data that the model was trained for.",
        _ => "give the data that the model was trained for.",
    };

    private static Dataset Limited(Dataset data, DataOptions options) => options.Limit switch
    {
        null => data,
        < 1 => throw new InvalidInputException($"A limit of {options.Limit} records leaves nothing; it must be at least 1."),
        { } limit when data.Blocks is { } blocks => data.With(blocks.Take(limit)),
        { } limit => limit < data.Count ? data.Select([.. Enumerable.Range(0, limit)]) : data,
    };
}
