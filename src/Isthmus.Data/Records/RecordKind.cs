using Isthmus.Data.Cells;

namespace Isthmus.Data.Records;

/// <summary>
/// What a kind of record is, said once: whoever needs to know asks the schema's kind, and no code elsewhere tells schemas apart. Models and their
/// parts are called by their names here, as on the command line.
/// </summary>
public abstract class RecordKind
{
    /// <summary>The name in files: <c>image</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The schemas of this kind.</summary>
    public abstract Type SchemaType { get; }

    /// <summary>Of numbers that are one of some levels from 0 on, the highest, which is 1 on the model's scale; null where they are not.</summary>
    public virtual int? HighestLevel(DataSchema schema) => null;

    /// <summary>Whether some of a record's numbers may be missing, which NaN says.</summary>
    public virtual bool MayHaveMissingNumbers => false;

    /// <summary>Whether nearly all of a record's numbers are 0, so that <see cref="Dataset.SparseRecords"/> says the others.</summary>
    public virtual bool IsSparse => false;

    /// <summary>One record in words: <c>picture</c>.</summary>
    public abstract string Noun(DataSchema schema);

    /// <summary>One of a record's numbers in words, or what it counts: <c>pixel</c>, <c>column</c>, <c>item</c>, <c>word</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>The records in words: <c>28 × 28 grey pictures</c>.</summary>
    public abstract string Phrase(DataSchema schema);

    /// <summary>The model that is trained where none is named.</summary>
    public abstract string Model { get; }

    /// <summary>The likelihood of a model's decoder where none is named.</summary>
    public abstract string Likelihood(DataSchema schema);

    /// <summary>Whether training in 16-bit floats loses nothing that can be told: not so of numbers in units of their own.</summary>
    public virtual bool AllowsHalfPrecision => true;

    /// <summary>
    /// Whether a record's numbers are in units of their own, one in metres and another in millimetres, and are brought to one scale before training.
    /// </summary>
    public virtual bool IsStandardised => false;

    /// <summary>What brings the records to one scale before training, fitted on the training records; null where they are on one.</summary>
    public virtual Standardisation? Standardise(Dataset train) => IsStandardised ? Standardisation.Fit(train) : null;

    /// <summary>How data that a model was trained on are read again, so that they are brought to what they were brought to then.</summary>
    /// <param name="schema">What a record of the model is.</param>
    /// <param name="options">How they would be read.</param>
    public virtual DataOptions AsTrained(DataSchema schema, DataOptions options) => options;

    /// <summary>Whether a model keeps the name of its training data's label, to find it again in other data.</summary>
    public virtual bool KeepsLabel => true;

    /// <summary>What the records are written as.</summary>
    public abstract RecordForm Form { get; }

    /// <summary>Records on the data's own scale as columns of a table.</summary>
    /// <param name="schema">What one record is.</param>
    /// <param name="values">N x D numbers.</param>
    /// <exception cref="InvalidInputException">They are not written as columns.</exception>
    public abstract IReadOnlyList<Column> Columns(DataSchema schema, float[] values);

    /// <summary>Records on the data's own scale as 8-bit planar pictures, 0 black and 255 full; other values than [0, 1] are clipped, NaN is black.</summary>
    /// <param name="schema">What one record is.</param>
    /// <param name="values">N x D numbers.</param>
    /// <exception cref="InvalidInputException">They are no pictures.</exception>
    public virtual IReadOnlyList<byte[]> Pictures(DataSchema schema, float[] values) =>
        throw new InvalidInputException($"{schema} cannot be shown as pictures; write them as a table (.csv or .parquet).");

    /// <summary>The options of the command line that read such data again as they were read; an option of no value is left out.</summary>
    /// <param name="schema">What the model kept.</param>
    /// <param name="isPublished">Whether the data are a published set, which is read in one way only.</param>
    public virtual IReadOnlyList<(string Option, object? Value)> Arguments(DataSchema schema, bool isPublished) => [];

    /// <summary>Parts to train, validate and test on of data that come in none: 80 % / 10 % / 10 % by seed.</summary>
    public virtual DataSplits Split(Dataset all, DataOptions options) => DataSplits.Random(all, options.Seed);

    /// <summary>What to do with records of another schema than a model's, a sentence that ends with a full stop.</summary>
    /// <param name="found">What one of the records is.</param>
    /// <param name="expected">What the model takes, of this kind.</param>
    public virtual string Remedy(DataSchema found, DataSchema expected) => "give the data that the model was trained for.";
}
