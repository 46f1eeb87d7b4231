using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Schema of a vector of real numbers, one a column.</summary>
/// <param name="Columns">Names of the columns, in order.</param>
public sealed record VectorSchema(IReadOnlyList<string> Columns) : DataSchema
{
    /// <inheritdoc/>
    public override RecordKind Kind => VectorKind.Instance;

    /// <inheritdoc/>
    public override int Dimension => Columns.Count;

    /// <inheritdoc/>
    public override string NameOf(int dimension) => Columns[dimension];

    /// <inheritdoc/>
    public bool Equals(VectorSchema? other) => other is not null && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => Columns.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"vectors of {Dimension} columns";
}
