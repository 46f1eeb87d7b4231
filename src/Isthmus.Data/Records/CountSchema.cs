using System.Text.Json.Serialization;

namespace Isthmus.Data.Records;

/// <summary>Schema of counts of D things in a record: a long vector, few of its numbers above 0, kept as <see cref="SparseCounts"/>.</summary>
public abstract record CountSchema : DataSchema
{
    /// <summary>True if the things in a record are in the order of time.</summary>
    [JsonIgnore]
    public virtual bool IsInTimeOrder => false;
}
