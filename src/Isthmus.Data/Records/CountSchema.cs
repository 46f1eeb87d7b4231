using System.Text.Json.Serialization;

namespace Isthmus.Data.Records;

/// <summary>How often each of D things occurs in a record: a long vector, few of its numbers above 0, kept as <see cref="SparseCounts"/>.</summary>
public abstract record CountSchema : DataSchema
{
    /// <summary>Whether what occurs in a record stands in the order of time.</summary>
    [JsonIgnore]
    public virtual bool IsInTimeOrder => false;
}
