using Isthmus.Data.Cells;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Records;

/// <summary>Options for reading data. The defaults read everything unchanged.</summary>
public sealed record DataOptions
{
    /// <summary>Random seed of the split into training, validation and test records. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Images: size to resize to (the aspect ratio is not kept). Default null: their own, which must be the same for all.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>Images: true for one channel, false for red, green and blue. Default null: colour unless every image is grey.</summary>
    public bool? Grey { get; init; }

    /// <summary>
    /// Images: number of bits, 8 to 16, that samples of 16-bit files use; white is 2^depth - 1. Default null: the model's, or as many as the largest sample
    /// needs.
    /// </summary>
    public int? Depth { get; init; }

    /// <summary>
    /// Photographs of mixed sizes in a folder: the squares that are cut from them at random, other ones in each epoch. Default null: every picture is one
    /// record.
    /// </summary>
    public CropOptions? Crop { get; init; }

    /// <summary>
    /// Files of several arrays (.npz): name of the array of records. Default null: X, x, data or images, or else the largest of pictures or of vectors.
    /// </summary>
    public string? Array { get; init; }

    /// <summary>Tables: column of each record's class, which is kept out of the numbers. Default null: none.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Tables and arrays: the columns to read, in this order; for mixed tables also their kinds, <c>age:numeric</c>, and then all others as well. Default null:
    /// all but the label.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Tables of interactions: their columns and limits. Default null: the data are no interactions, unless the model's are.</summary>
    public InteractionOptions? Interactions { get; init; }

    /// <summary>Tables of mixed columns: options for reading them. Default null: a table is numbers only, unless the model's is mixed.</summary>
    public TableOptions? Table { get; init; }

    /// <summary>Tables of every kind: options for reading their cells. Default: inferred from the file, with the options kept by the model.</summary>
    public TableReading Reading { get; init; } = new();

    /// <summary>Documents: place of their texts, and choice of words. Default null: inferred from the data's name.</summary>
    public DocumentOptions? Documents { get; init; }

    /// <summary>Lines of text: how they are read and cut into tokens. Default null: the data are no lines, unless they are a log or the model's are.</summary>
    public LineOptions? Lines { get; init; }

    /// <summary>
    /// True to keep the records in a file and read parts of it, so that memory does not grow with their number; false to keep them in memory. What is learnt
    /// and written is the same, to the byte. Default null: in a file if they would take more than an eighth of the memory available.
    /// </summary>
    public bool? Stream { get; init; }

    /// <summary>
    /// Vectors: file of the target activations, row by row those of the inputs, which a sparse dictionary is to predict (transcoder). Default null: none.
    /// </summary>
    public string? Targets { get; init; }

    /// <summary>Largest number of records of each part. Default null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// Schema of the model that the data are for. Data of the same meaning are converted to it (black-and-white pixels are also 8-bit pixels, grey is also a
    /// colour, a table may have more columns); other data are refused. Default null: the data's own.
    /// </summary>
    public DataSchema? Expected { get; init; }

    /// <summary>
    /// True to take in what the training records have and the <see cref="Expected"/> schema lacks, for training that starts from a model: items, categories of
    /// a table that two training rows have, each behind those that the model knows, and numbers beyond the range of a column. Default false: such items are
    /// left out, and such categories count as rare ones.
    /// </summary>
    public bool Grow { get; init; }

    /// <summary>True to refuse published data sets that are not on this machine, instead of downloading them. Default false.</summary>
    public bool Offline { get; init; }

    /// <summary>Options of kinds of records registered elsewhere, one object for each kind. Default: empty.</summary>
    public IReadOnlyList<object> Others { get; init; } = [];

    /// <summary>Shares of the records that are held out; a model file keeps them.</summary>
    internal SplitShares Shares { get; init; } = SplitShares.Usual;

    /// <summary>
    /// True to split by blocks of neighbours, false by single records, as a model's training data were. Null, the default: as it follows from their size.
    /// </summary>
    internal bool? ByBlocks { get; init; }

    /// <summary>Choice of memory or file for the records.</summary>
    internal StoragePlace Place => new(Stream) { Sharing = Sharing };

    /// <summary>
    /// Processes that read the same data at the same time and have its temporary files in common; null for this process alone. For one reading, which all of
    /// them do: who keeps options to read again keeps them without.
    /// </summary>
    internal FileSharing? Sharing { get; init; }

    /// <summary>Returns the data if they have the model's schema, or if there is no model; throws otherwise.</summary>
    /// <exception cref="InvalidInputException">They are of another schema than the model's.</exception>
    internal Dataset Checked(Dataset data) =>
        Expected is null
        || Expected.Equals(data.Schema)
        || Expected.Input.Equals(data.Schema)
        || Grow && Expected.Kind == data.Schema.Kind && Expected.Kind.Grown(Expected, data.Schema).Equals(data.Schema)
            ? data
            : throw new InvalidInputException(
                data.Name,
                $"holds {data.Schema}, but the model takes {Expected}",
                $"{Expected.Kind.Remedy(data.Schema, Expected)}"
            );

    internal void RefuseTableOptions(string name, string kind = "images")
    {
        if (Label is not null || Columns is not null)
            throw new InvalidInputException(
                name,
                $"holds {kind}, and {(Label is null ? OptionNames.Columns : OptionNames.Label)} chooses among a table's columns",
                "leave it out",
                Label is null ? OptionNames.Columns : OptionNames.Label
            );
    }

    internal void RefuseImageOptions(string name)
    {
        var found =
            Size is not null ? OptionNames.Size
            : Grey is not null ? OptionNames.Grey
            : Crop is not null ? OptionNames.Crop
            : null;
        if (found is not null)
            throw new InvalidInputException(name, $"holds vectors, and {found} is for images", "leave it out", found);
    }
}
