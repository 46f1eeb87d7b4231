using Isthmus.Data.Cells;
using Isthmus.Data.Documents;
using Isthmus.Data.Files;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Published;
using Isthmus.Data.Records;

namespace Isthmus.Data.Formats;

/// <summary>
/// Loads data by catalogue name or by path. Names take precedence over paths (write ./mnist for a folder of that name). The kind of a file follows from its
/// first bytes, gzipped or not; only text tables and .amat are recognised by extension.
/// </summary>
public static class DataSource
{
    /// <summary>Names that need no path: the built-in shapes and the published data sets.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ShapesFormat.Names, .. Catalogue.Published.Select(set => set.Name)];

    /// <summary>Returns true if a path (a file, folder or pattern) is a table whose columns may be mixed, and not one of interactions.</summary>
    public static bool IsTable(string path, DataOptions options) =>
        TableFiles.Are(path) && !InteractionReader.IsWanted(options) && !LineReader.IsWanted(path, options) && !DocumentReader.IsWanted(path, options);

    /// <summary>
    /// Loads data for training: the publisher's splits of a published data set, otherwise 80 % / 10 % / 10 % by seed, for interactions by user.
    /// </summary>
    /// <param name="nameOrPath">A name of <see cref="Names"/>, a folder of images, of texts or of tables, a pattern of tables, or a file (IDX, .amat, .npy,
    /// .npz, CSV, TSV, Parquet, or one image).</param>
    /// <param name="options">Options for reading.</param>
    /// <param name="progress">Receiver of the progress of a download.</param>
    /// <param name="cancellationToken">Stops a download; nothing is left behind.</param>
    /// <exception cref="InvalidInputException">There is no such data, or it cannot be used: one line that says where and what to do.</exception>
    public static DataSplits Load(
        string nameOrPath,
        DataOptions options,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        FileKind.Demand(nameOrPath);
        var data = new DataLocation(nameOrPath, options, progress, cancellationToken);
        var format = FormatOf(data);
        DemandStream(format, data);
        var splits = format.Split(data);
        foreach (var part in new[] { splits.Validation, splits.Test })
            if (!part.Schema.Equals(splits.Train.Schema))
                throw new InvalidInputException(
                    $"{nameOrPath}: its training part",
                    $"has {splits.Train.Schema}, another part {part.Schema}",
                    "they must be alike"
                );
        return new(Limited(options.Checked(splits.Train), options), Limited(splits.Validation, options), Limited(splits.Test, options))
        {
            Seed = options.Seed,
            Shares = options.Shares,
        };
    }

    /// <summary>Loads data to apply a model to: every record, in the file's order; of a published data set, its test part.</summary>
    /// <inheritdoc cref="Load"/>
    public static Dataset LoadAll(
        string nameOrPath,
        DataOptions options,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        FileKind.Demand(nameOrPath);
        var data = new DataLocation(nameOrPath, options, progress, cancellationToken);
        var format = FormatOf(data);
        DemandStream(format, data);
        return Limited(options.Checked(format.Read(data)), options);
    }

    /// <summary>
    /// Returns true if data come with their own training and test parts: published data sets, folders of such folders, and .npz files of such arrays.
    /// </summary>
    public static bool HasParts(string nameOrPath, DataOptions options) =>
        new DataLocation(nameOrPath, options) is var data && Recognised(data) is { } format && format.HasParts(data);

    /// <summary>Returns the kind of the records if their format alone determines it; null otherwise.</summary>
    public static RecordKind? KindOf(string nameOrPath, DataOptions options) => Recognised(new(nameOrPath, options))?.Kind;

    private static IDataFormat? Recognised(DataLocation data) => DataFormats.All.FirstOrDefault(format => format.Recognises(data));

    private static IDataFormat FormatOf(DataLocation data) =>
        Recognised(data)
        ?? throw (
            data.IsFile
                ? new InvalidInputException(
                    data.Path,
                    $"is of no known kind; a folder of images, {string.Concat(DataFormats.Added.Select(name => $"{name}, "))}IDX, .amat, .npy, "
                        + $".npz, .csv, .tsv, .parquet, .txt or .feat can be read",
                    $"say of a table of interactions {OptionNames.User} and {OptionNames.Item}, of one of texts {OptionNames.Text}",
                    OptionNames.User
                )
                : Unknown(data.Path)
        );

    private static void DemandStream(IDataFormat format, DataLocation data)
    {
        if (data.Options.Stream == true && !format.IsStreamed)
            throw new InvalidInputException(
                $"{data.Path}: {OptionNames.Stream}",
                "is for pictures, vectors, rows of tables, interactions and documents in files of one's own",
                "leave it out",
                OptionNames.Stream
            );
    }

    private static InvalidInputException Unknown(string nameOrPath) =>
        new($"'{nameOrPath}'", "is no file or folder, and no known data set", NearestName.Remedy(nameOrPath, Names, otherwise: "known are"));

    private static Dataset Limited(Dataset data, DataOptions options) =>
        options.Limit switch
        {
            null => data,
            < 1 => throw new InvalidInputException($"A limit of {options.Limit} records", "leaves nothing", "it must be at least 1"),
            { } limit when data.Blocks is { } blocks => data.With(blocks.Take(limit)),
            { } limit => limit < data.Count ? data.Select([.. Enumerable.Range(0, limit)]) : data,
        };
}
