using System.Text.Json.Serialization;
using Isthmus.Data.Cells;

namespace Isthmus.Data.Records;

/// <summary>What one record is. A model keeps the schema it was trained on and refuses data of another. In files the kind's name tells schemas apart.</summary>
public abstract record DataSchema
{
    /// <summary>Numbers in one record, D.</summary>
    [JsonIgnore]
    public abstract int Dimension { get; }

    /// <summary>What one of the D numbers is called.</summary>
    public virtual string NameOf(int dimension) => FormattableString.Invariant($"x{dimension}");

    /// <summary>Which kind of record it is.</summary>
    [JsonIgnore]
    public abstract RecordKind Kind { get; }

    /// <summary>This schema as a <typeparamref name="T"/>, for what is for such records only.</summary>
    /// <param name="refusal">What is said of others: what it is for, what these are, and what to take.</param>
    /// <param name="fits">What such a schema must be besides; null for nothing.</param>
    /// <exception cref="InvalidInputException">It is another.</exception>
    public T Demand<T>(string refusal, Func<T, bool>? fits = null)
        where T : DataSchema => this is T schema && fits?.Invoke(schema) != false ? schema : throw new InvalidInputException(refusal);

    /// <summary>Of data from tables: what was said of how their cells are read when the model was trained; null where nothing was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TableReading? Reading { get; init; }
}
