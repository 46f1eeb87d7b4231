using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Isthmus.Data.Cells;

namespace Isthmus.Data.Records;

/// <summary>Schema of a record. A model keeps the schema it was trained on and refuses data of another. In files the kind's name tells schemas apart.</summary>
public abstract record DataSchema
{
    /// <summary>Number of numbers in one record, D.</summary>
    [JsonIgnore]
    public abstract int Dimension { get; }

    /// <summary>Schema of the numbers that an encoder sees. Default: all of them.</summary>
    [JsonIgnore]
    public virtual DataSchema Input => this;

    /// <summary>Schema of the reconstructed numbers. Default: all of them.</summary>
    [JsonIgnore]
    public virtual DataSchema Output => this;

    /// <summary>Returns the name of one of the D numbers.</summary>
    public virtual string NameOf(int dimension) => FormattableString.Invariant($"x{dimension}");

    /// <summary>Kind of the record.</summary>
    [JsonIgnore]
    public abstract RecordKind Kind { get; }

    /// <summary>Noun for one record: picture, row, window, user, document or record.</summary>
    [JsonIgnore]
    public string Noun => Kind.Noun(this);

    /// <summary>Returns this schema as a <typeparamref name="T"/>, or throws; for operations on such records only.</summary>
    /// <param name="problem">Error message for other records: what the operation is for, and what these are.</param>
    /// <param name="remedy">Remedy: what to use instead.</param>
    /// <param name="fits">Further condition on the schema; null for none.</param>
    /// <exception cref="InvalidInputException">It is another.</exception>
    public T Demand<T>(Wording problem, Wording? remedy = null, Func<T, bool>? fits = null)
        where T : DataSchema => this is T schema && fits?.Invoke(schema) != false ? schema : throw new InvalidInputException(null, problem, remedy);

    /// <summary>Reading options given at training, for data from tables; null if none were given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TableReading? Reading { get; init; }

    /// <summary>
    /// Writes the number of numbers for <see cref="object.ToString"/>. <see cref="Input"/> and <see cref="Output"/>, often the schema itself, would print
    /// without end.
    /// </summary>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(Dimension)} = {Dimension}");
        return true;
    }
}
