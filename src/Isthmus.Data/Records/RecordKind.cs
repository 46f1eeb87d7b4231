using Isthmus.Data.Cells;

namespace Isthmus.Data.Records;

/// <summary>
/// Properties of a kind of record, stated once: code elsewhere asks the schema's kind and never tells schemas apart. Models and their parts are given by their
/// command-line names.
/// </summary>
public abstract class RecordKind
{
    /// <summary>Name in files: <c>image</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Type of the schemas of this kind.</summary>
    public abstract Type SchemaType { get; }

    /// <summary>Returns the highest level, 1 on the model's scale, if numbers are levels from 0; null otherwise.</summary>
    public virtual int? HighestLevel(DataSchema schema) => null;

    /// <summary>True if some of a record's numbers may be missing, which NaN marks.</summary>
    public virtual bool MayHaveMissingNumbers => false;

    /// <summary>True if nearly all of a record's numbers are 0, so that <see cref="Dataset.SparseRecords"/> gives the others.</summary>
    public virtual bool IsSparse => false;

    /// <summary>Returns the noun for one record: <c>picture</c>.</summary>
    public abstract string Noun(DataSchema schema);

    /// <summary>Noun for one of a record's numbers, or for the things counted: <c>pixel</c>, <c>column</c>, <c>item</c>, <c>word</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>Returns a description of the records: <c>28 × 28 grey pictures</c>.</summary>
    public abstract string Phrase(DataSchema schema);

    /// <summary>Name of the default model.</summary>
    public abstract string Model { get; }

    /// <summary>Returns the name of the default likelihood.</summary>
    public abstract string Likelihood(DataSchema schema);

    /// <summary>True if training in 16-bit floats loses no accuracy; false for numbers in units of their own.</summary>
    public virtual bool AllowsHalfPrecision => true;

    /// <summary>True if a record's numbers are in units of their own, one in metres and another in millimetres, and are standardised before training.</summary>
    public virtual bool IsStandardised => false;

    /// <summary>Fits the standardisation on the training records; null if none is needed.</summary>
    public virtual Standardisation? Standardise(Dataset train) => IsStandardised ? Standardisation.Fit(train) : null;

    /// <summary>Returns options that read new data as the model's training data were read.</summary>
    /// <param name="schema">Schema of the model's records.</param>
    /// <param name="options">Options given for the new data.</param>
    public virtual DataOptions AsTrained(DataSchema schema, DataOptions options) => options;

    /// <summary>True if a model keeps the name of its training data's label, to find it again in other data.</summary>
    public virtual bool KeepsLabel => true;

    /// <summary>Form in which the records are written.</summary>
    public abstract RecordForm Form { get; }

    /// <summary>Converts records on the data's own scale to columns of a table.</summary>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="values">N x D numbers.</param>
    /// <exception cref="InvalidInputException">They are not written as columns.</exception>
    public abstract IReadOnlyList<Column> Columns(DataSchema schema, float[] values);

    /// <summary>Returns a few words for each of some records; null if only their names say what they are.</summary>
    /// <param name="data">Records as read.</param>
    /// <param name="options">Options that they were read with.</param>
    /// <param name="records">Indices of the records.</param>
    internal virtual IReadOnlyList<string>? Excerpts(Dataset data, DataOptions options, IReadOnlyList<int> records)
    {
        if (Form != RecordForm.Columns || records.Count == 0)
            return null;
        const int Shown = 6;
        var values = new float[records.Count * data.Schema.Dimension];
        data.CopyValues([.. records], values);
        var columns = Columns(data.Schema, values);
        return
        [
            .. records.Select(
                (_, i) => string.Join(", ", columns.Take(Shown).Select(column => $"{column.Name} {column.Words(i)}")) + (columns.Count > Shown ? ", ..." : "")
            ),
        ];
    }

    /// <summary>
    /// Converts records on the data's own scale to 8-bit planar pictures, 0 black and 255 full; values outside [0, 1] are clipped, NaN is black.
    /// </summary>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="values">N x D numbers.</param>
    /// <exception cref="InvalidInputException">They are no pictures.</exception>
    public virtual IReadOnlyList<byte[]> Pictures(DataSchema schema, float[] values) =>
        throw new InvalidInputException($"{schema}", "cannot be shown as pictures", "write them as a table (.csv or .parquet)");

    /// <summary>Returns the command-line options that read such data again; an option of no value is left out.</summary>
    /// <param name="schema">Schema kept by the model.</param>
    /// <param name="isPublished">True if the data are a published data set, which is read in one way only.</param>
    public virtual IReadOnlyList<(string Option, object? Value)> Arguments(DataSchema schema, bool isPublished) => [];

    /// <summary>Splits data without their own parts into training, validation and test records: 80 % / 10 % / 10 % by seed.</summary>
    public virtual DataSplits Split(Dataset all, DataOptions options) => DataSplits.Random(all, options.Seed, options.Shares, options.ByBlocks);

    /// <summary>Records of this kind brought to a model's schema as far as they mean the same; those that cannot be stay as they are.</summary>
    /// <param name="data">Records of another schema.</param>
    /// <param name="schema">Shape of the model's records, of this kind.</param>
    /// <exception cref="InvalidInputException">What keeps them from meaning the same.</exception>
    public virtual Dataset BroughtTo(Dataset data, DataSchema schema) => data;

    /// <summary>
    /// A model's schema with what training records have besides, such as items that it has not met: its own first, in their order. Default: the model's.
    /// </summary>
    /// <param name="model">Schema of the model's records.</param>
    /// <param name="found">Schema of the training records, of this kind.</param>
    internal virtual DataSchema Grown(DataSchema model, DataSchema found) => model;

    /// <summary>Records on the data's own scale as data of a schema: what <see cref="Columns"/> and <see cref="Pictures"/> give back.</summary>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="records">Arrays of D numbers.</param>
    /// <exception cref="InvalidInputException">Records of this kind are no arrays, or these are not of the schema.</exception>
    public virtual Dataset FromArrays(DataSchema schema, string name, IEnumerable<float[]> records) => throw NoArrays(schema);

    /// <summary>Records of bytes as data of a schema.</summary>
    /// <inheritdoc cref="FromArrays(DataSchema, string, IEnumerable{float[]})"/>
    public virtual Dataset FromArrays(DataSchema schema, string name, IEnumerable<byte[]> records) => throw NoArrays(schema);

    /// <summary>Records in files of their own, which are in memory, as data of a schema: pictures.</summary>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="files">A file a record.</param>
    /// <exception cref="InvalidInputException">Records of this kind have no such files, or one cannot be read.</exception>
    public virtual Dataset FromFiles(DataSchema schema, string name, IEnumerable<ReadOnlyMemory<byte>> files) =>
        throw new InvalidInputException(null, $"The model is of {schema}, and a file in memory is none", "give what it was trained on");

    private static InvalidInputException NoArrays(DataSchema schema) =>
        new(null, $"The model is of {schema}, and an array of numbers is none", "give what it was trained on");

    /// <summary>Returns the remedy for records of another schema than a model's, without a full stop.</summary>
    /// <param name="found">Schema of the records.</param>
    /// <param name="expected">Schema of the model, of this kind.</param>
    public virtual Wording Remedy(DataSchema found, DataSchema expected) => "give the data that the model was trained for";

    /// <summary>Words on records with targets: what targets are, the remedy where a model takes none, and where it lacks them.</summary>
    internal virtual (Wording Noun, Wording Refused, Wording Missing) Targets =>
        (
            "target activations",
            $"leave {OptionNames.Targets} out, or take {OptionNames.Model("top-k-sae")} or another sparse dictionary",
            $"give {OptionNames.Targets}, or encode with it"
        );
}
