using System.Collections;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;

namespace Isthmus;

/// <summary>
/// Vectors of real numbers, all of one length and none missing, in memory or from files. Columns in units of their own are brought to one scale before
/// training. Rows with texts, dates or missing values are for <see cref="Rows"/>.
/// </summary>
public static class Vectors
{
    private const string Name = $"vectors{Dataset.InMemory}";

    /// <summary>Vectors of an array each.</summary>
    /// <param name="rows">Arrays of D finite numbers.</param>
    /// <param name="names">The columns' names. Default: x0, x1, ...</param>
    /// <param name="labels">One label per vector: texts, numbers or members of an enumeration. Default: none.</param>
    /// <exception cref="InvalidInputException">No vectors, one of another length, a number that is not finite, or names or labels that do not
    /// fit.</exception>
    public static Dataset From(IEnumerable<float[]> rows, IReadOnlyList<string>? names = null, IEnumerable? labels = null) =>
        VectorRecords.FromArrays(Name, [.. rows], names, labels is null ? [] : [LabelColumn.Of("label", labels)]);

    /// <summary>Vectors of 64-bit numbers, which are kept as 32-bit ones.</summary>
    /// <inheritdoc cref="From(IEnumerable{float[]}, IReadOnlyList{string}, IEnumerable)"/>
    public static Dataset From(IEnumerable<double[]> rows, IReadOnlyList<string>? names = null, IEnumerable? labels = null) =>
        From(Singles(rows), names, labels);

    /// <summary>Vectors with targets that a sparse dictionary is to predict from them (transcoder), row by row.</summary>
    /// <param name="inputs">Arrays of finite numbers, all of one length.</param>
    /// <param name="targets">As many arrays, all of one length, which may be another.</param>
    /// <exception cref="InvalidInputException">No vectors, not as many of both, one of another length, or a number that is not finite.</exception>
    public static Dataset WithTargets(IEnumerable<float[]> inputs, IEnumerable<float[]> targets) =>
        TargetedFormat.Joined(From(inputs), VectorRecords.FromArrays($"targets{Dataset.InMemory}", [.. targets], null, []));

    /// <summary>Rows as 32-bit numbers; a row that is null stays so, to be refused by its number.</summary>
    internal static IEnumerable<float[]> Singles(IEnumerable<double[]> rows) =>
        rows.Select(row => row is null ? null! : Array.ConvertAll(row, number => (float)number));

    /// <summary>Every record of a table of numbers (.csv, .tsv, .parquet, .json) or of an array (.npy, .npz).</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Options of reading. Default: every column.</param>
    /// <exception cref="InvalidInputException">No such file, or a cell that is no finite number: names column and row.</exception>
    public static Dataset Load(string path, VectorOptions? options = null) => DataSource.LoadAll(path, (options ?? new()).Reading(1));

    /// <summary>The same in parts to train, validate and test on: the file's own, or 80 % / 10 % / 10 % at random.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seed">Random seed of the choice. Default 1.</param>
    /// <param name="options">Options of reading. Default: every column.</param>
    /// <exception cref="InvalidInputException">As of <see cref="Load"/>, or fewer than three records.</exception>
    public static DataSplits LoadSplits(string path, int seed = 1, VectorOptions? options = null) => DataSource.Load(path, (options ?? new()).Reading(seed));
}

/// <summary>Options for reading vectors from files.</summary>
public sealed record VectorOptions
{
    /// <summary>The columns to take, in this order. Default: all but the label.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The column of each record's class, which is no number of the vector. Default: none.</summary>
    public string? Label { get; init; }

    /// <summary>Name of the array of vectors, for a file of several arrays (.npz). Default: X, x, data or images, or else the largest.</summary>
    public string? Array { get; init; }

    /// <summary>Leave the vectors in their file and read blocks of it, so that memory does not grow with their number. Default: read them at once.</summary>
    public bool Stream { get; init; }

    /// <summary>
    /// File of the target activations that a sparse dictionary is to predict (transcoder), row by row those of the inputs. Default: none.
    /// </summary>
    public string? Targets { get; init; }

    /// <summary>At most so many records of each part, above 0. Default: all.</summary>
    public int? Limit { get; init; }

    /// <summary>Options for reading the cells of a table. Default: inferred from the file.</summary>
    public TableReading Cells { get; init; } = new();

    internal DataOptions Reading(int seed) =>
        new()
        {
            Seed = seed,
            Columns = Columns,
            Label = Label,
            Array = Array,
            Stream = Stream,
            Targets = Targets,
            Limit = Limit,
            Reading = Cells,
        };
}
