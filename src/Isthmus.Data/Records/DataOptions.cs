using Isthmus.Data.Cells;
using Isthmus.Data.Files;

namespace Isthmus.Data.Records;

/// <summary>How data are read. The defaults take everything as it is.</summary>
public sealed record DataOptions
{
    /// <summary>Chooses which records are trained on, validated on and tested on. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Images: the size they are resized to (the aspect ratio is not kept). Default: their own, which must then be one.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>Images: true for one channel, false for red, green and blue. Default: colour unless every image is grey.</summary>
    public bool? Grey { get; init; }

    /// <summary>
    /// Images: the bits, 8 to 16, that samples of 16-bit files take; white is 2^depth - 1. Default: the model's, or as many as the greatest sample needs.
    /// </summary>
    public int? Depth { get; init; }

    /// <summary>
    /// Files of several arrays (.npz): the name of the one whose records are read. Default: X, x, data or images, or else the largest of pictures or of
    /// vectors.
    /// </summary>
    public string? Array { get; init; }

    /// <summary>Tables: the column that says each record's class; it is kept out of the numbers. Default: none.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Tables and arrays: the columns to take, in this order; of mixed tables also their kinds, <c>age:numeric</c>, and then all others as well. Default: all
    /// but the label.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Tables of interactions: their columns, and what counts. Default: the data are no interactions, unless the model's are.</summary>
    public InteractionOptions? Interactions { get; init; }

    /// <summary>Tables of mixed columns: how they are read. Default: a table is numbers only, unless the model's is mixed.</summary>
    public TableOptions? Table { get; init; }

    /// <summary>Tables of every kind: how their cells are read. Default: found from the file, and what the model was told.</summary>
    public TableReading Reading { get; init; } = new();

    /// <summary>Documents: where their texts are, and which words count. Default: what the data's name says.</summary>
    public DocumentOptions? Documents { get; init; }

    /// <summary>
    /// Vectors: leave them in their file (.npy, Parquet, CSV, TSV) and read blocks of it, so that memory does not grow with their number. Default: read them at
    /// once.
    /// </summary>
    public bool Stream { get; init; }

    /// <summary>Takes at most this many records of each part. Default: all.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// The schema of the model that the data are for. Data that mean the same are brought to it (black-and-white
    /// pixels are also 8-bit pixels, grey is also a colour, a table may have more columns); other data are refused.
    /// Default: the data's own.
    /// </summary>
    public DataSchema? Expected { get; init; }

    /// <summary>Refuse published sets that are not here yet, instead of downloading them. Default: download.</summary>
    public bool Offline { get; init; }

    /// <summary>Told how far a download is. Default: nobody.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>Stops a download; nothing is left behind.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Options of kinds of records that are registered from elsewhere, a record of each kind's own. Default: none.</summary>
    public IReadOnlyList<object> Others { get; init; } = [];

    /// <summary>The data, where a model takes them or none is given.</summary>
    /// <exception cref="InvalidInputException">They are of another schema than the model's.</exception>
    internal Dataset Checked(Dataset data) =>
        Expected is null || Expected.Equals(data.Schema)
            ? data
            : throw new InvalidInputException(
                $"{data.Name} holds {data.Schema}, but the model takes {Expected}; {Expected.Kind.Remedy(data.Schema, Expected)}"
            );

    internal void RefuseTableOptions(string name, string kind = "images")
    {
        if (Label is not null || Columns is not null)
            throw new InvalidInputException(
                $"{name} holds {kind}; {(Label is null ? "--columns" : "--label")} chooses among a table's columns and does not apply."
            );
    }

    internal void RefuseImageOptions(string name)
    {
        if (Size is not null || Grey is not null)
            throw new InvalidInputException($"{name} holds vectors; {(Size is null ? "--grey" : "--size")} is for images and does not apply.");
    }
}
