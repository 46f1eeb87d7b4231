using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Reporting.Experiments;

namespace Isthmus.Studio.Folders;

/// <summary>A column as a strip: its values in a glance, and what to look at.</summary>
/// <param name="Name">Name.</param>
/// <param name="Kind">Kind as <c>--columns</c> has it: numeric, integer, count, boolean, category, date or skip.</param>
/// <param name="MissingShare">Fraction of rows without a value; null of columns that are left out.</param>
/// <param name="Bars">Heights of a histogram of numbers, or of the most frequent categories, the largest 1.</param>
/// <param name="From">Value or category of the first bar.</param>
/// <param name="To">Value of the last bar, or the number of categories.</param>
/// <param name="Warnings">Things to look at, such as an identifier.</param>
public sealed record ColumnProfile(
    string Name,
    string Kind,
    double? MissingShare,
    IReadOnlyList<double> Bars,
    string From,
    string To,
    IReadOnlyList<string> Warnings
);

/// <summary>Data as a first look tells of them. Immutable, and safe to use from several threads.</summary>
/// <param name="Name">Name or path below the opened folder.</param>
/// <param name="Records">Number of records.</param>
/// <param name="Words">Description: "rows of 8 columns".</param>
/// <param name="Model">Preset for such data.</param>
/// <param name="Columns">Strips of the columns; empty of other data than tables.</param>
/// <param name="Notes">Notes of the reader.</param>
/// <param name="Picture">The first records as a picture's address; null of other data than pictures.</param>
/// <param name="Text">Column of texts, where a table is one of documents.</param>
public sealed record DataProfile(
    string Name,
    int Records,
    string Words,
    string Model,
    IReadOnlyList<ColumnProfile> Columns,
    IReadOnlyList<string> Notes,
    string? Picture,
    string? Text
)
{
    private const int Bins = 24,
        Categories = 12,
        ManyCategories = 100,
        Pictures = 10;

    /// <summary>The records, for the settings that fit them.</summary>
    internal Dataset? Data { get; init; }

    /// <summary>Reads data.</summary>
    /// <param name="name">Name of a set, or path below the folder.</param>
    /// <param name="folder">The opened folder.</param>
    /// <param name="kinds">Kinds of columns that were said, by column.</param>
    /// <exception cref="InvalidInputException">Data that cannot be read, in one line.</exception>
    public static DataProfile Read(string name, StudioFolder folder, IReadOnlyDictionary<string, string> kinds)
    {
        var path = DataSource.Names.Contains(name) ? name : folder.Resolve(name);
        if (path != name && !Path.Exists(path))
            throw new InvalidInputException(name, "is not in this folder", "choose a file of the list, or drop one");
        string[]? columns = kinds.Count > 0 ? [.. kinds.Select(kind => $"{kind.Key}:{kind.Value}")] : null;
        var options = new DataOptions { Offline = true, Columns = columns };
        if (!DataSource.IsTable(path, options))
        {
            var data = DataSource.LoadAll(path, options);
            return new(name, data.Count, data.Schema.ToString()!, data.Schema.Kind.Model, [], NotesOf(data), data.HasPixels ? PictureOf(data) : null, null)
            {
                Data = data,
            };
        }
        var choice = ModelChoice.Of(null, path, options, new TableOptions());
        var table = MixedTableReader.LoadAll(path, options with { Table = new() });
        // What a reader of tables has read is a table.
        var schema = (TableSchema)table.Schema;
        var values = new float[table.Count * schema.Dimension];
        table.CopyValues([.. Enumerable.Range(0, table.Count)], values);
        return new(
            name,
            table.Count,
            schema.ToString(),
            choice.Preset,
            [
                .. schema.Fields.Select(
                    (field, place) => Strip(field, [.. Enumerable.Range(0, table.Count).Select(row => values[row * schema.Dimension + place])])
                ),
                .. schema.Skipped.Select(column => new ColumnProfile(column.Name, "skip", null, [], "", "", [$"left out: {column.Reason}"])),
            ],
            NotesOf(table),
            null,
            choice.Options.Documents?.Text
        )
        {
            Data = table,
        };
    }

    private static string[] NotesOf(Dataset data) => [.. data.Notes.Select(note => note.ToString(name => name.CommandLine))];

    private static ColumnProfile Strip(FittedColumn field, float[] values)
    {
        var known = Array.FindAll(values, value => !float.IsNaN(value));
        var (missing, kind) = (1 - known.Length / (double)values.Length, field.Kind.ToString().ToLowerInvariant());
        if (field is FittedCategories categories)
        {
            var shares = categories.Shares.Take(Categories).ToArray();
            var all = categories.Levels.Count + categories.Rare.Count;
            return new(
                field.Name,
                kind,
                missing,
                [.. shares.Select(share => share / Math.Max(1e-9, shares[0]))],
                categories.Levels.Count > 0 ? $"{categories.Levels[0]} ({NumberText.Percent(categories.Shares[0])})" : "",
                all == 1 ? "the only category" : $"{all:N0} categories",
                all > ManyCategories ? [$"{all:N0} categories: rare ones are taken together. A text, or an identifier?"] : []
            );
        }
        var numbers = (FittedNumbers)field;
        var own = Array.ConvertAll(known, value => numbers.Unscaled(value));
        var (least, most) = (numbers.Minimum, numbers.Maximum);
        var counts = new double[Bins];
        foreach (var value in own)
            counts[most > least ? Math.Clamp((int)((value - least) / (most - least) * Bins), 0, Bins - 1) : 0]++;
        string[] warnings =
        [
            .. most > least ? Array.Empty<string>() : ["the same value in every row"],
            .. numbers.Spelling is { IsComma: true } ? ["numbers with a decimal comma"] : Array.Empty<string>(),
            .. counts.Max() > 0.97 * own.Length && most > least ? ["nearly all values in one bar: look for outliers"] : Array.Empty<string>(),
        ];
        return new(
            field.Name,
            kind,
            missing,
            [.. counts.Select(count => count / Math.Max(1, counts.Max()))],
            numbers.Written(least),
            numbers.Written(most),
            warnings
        );
    }

    private static string PictureOf(Dataset data)
    {
        var schema = data.Schema.Demand<ImageSchema>("Records of pixels are pictures.");
        var pictures = Enumerable
            .Range(0, Math.Min(Pictures, data.Count))
            .Select(record =>
            {
                var pixels = new byte[schema.Dimension];
                data.CopyPixels([record], pixels);
                return schema.Levels == 2 ? Array.ConvertAll(pixels, pixel => (byte)(pixel * 255)) : pixels;
            });
        return $"data:image/png;base64,{Convert.ToBase64String(ImageGrid.Png(schema with { Levels = 256 }, [.. pictures], Pictures))}";
    }

    /// <summary>Returns names of data to choose from: the built-in pictures, and files and folders below the opened one.</summary>
    public static IReadOnlyList<string> Found(StudioFolder folder) => ["shapes", "shapes-8bit", .. Files(folder, [.. TableKinds, ".npy", ".npz", ".txt"])];

    /// <summary>Returns names of tables below the opened folder, to choose from.</summary>
    public static IReadOnlyList<string> Tables(StudioFolder folder) => [.. Files(folder, TableKinds)];

    /// <summary>Returns names of tables and arrays below the opened folder, whose columns can be measured.</summary>
    public static IReadOnlyList<string> Measurable(StudioFolder folder) => [.. Files(folder, [.. TableKinds, ".npy", ".npz"])];

    /// <summary>Returns names of files with an extension below the opened folder.</summary>
    public static IReadOnlyList<string> WithExtension(StudioFolder folder, string extension) => [.. Files(folder, [extension])];

    private static readonly string[] TableKinds = [".csv", ".tsv", ".json", ".parquet"];

    private static IEnumerable<string> Files(StudioFolder folder, string[] kinds) =>
        Directory
            .EnumerateFiles(
                folder.Path,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    MaxRecursionDepth = 2,
                    AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
                }
            )
            .Where(file => kinds.Contains(Path.GetExtension(file).ToLowerInvariant()) && !StudioFolder.IsRun(Path.GetDirectoryName(file)!))
            .Select(folder.NameOf)
            .Where(name => !name.Split('/').Any(part => part.StartsWith('.')))
            .Order(StringComparer.Ordinal)
            .Take(200);
}
