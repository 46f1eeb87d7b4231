using System.Text.Json.Serialization;
using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Schema of a vector of real numbers, one a column.</summary>
/// <param name="Columns">Names of the columns, in order.</param>
public sealed record VectorSchema(IReadOnlyList<string> Columns) : DataSchema
{
    /// <summary>
    /// Number of target activations: the last columns, which a model predicts from the others (transcoder). At least 0, below the number of columns. Default 0:
    /// the input itself is reconstructed.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Targets { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override VectorSchema Input => Targets == 0 ? this : new([.. Columns.Take(Columns.Count - Targets)]);

    /// <inheritdoc/>
    [JsonIgnore]
    public override VectorSchema Output => Targets == 0 ? this : new([.. Columns.Skip(Columns.Count - Targets)]);

    /// <inheritdoc/>
    public override RecordKind Kind => VectorKind.Instance;

    /// <inheritdoc/>
    public override int Dimension => Columns.Count;

    /// <inheritdoc/>
    public override string NameOf(int dimension) => Columns[dimension];

    /// <inheritdoc/>
    public bool Equals(VectorSchema? other) => other is not null && Targets == other.Targets && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => Columns.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() =>
        Targets == 0 ? $"vectors of {Dimension} columns" : $"vectors of {Dimension - Targets} columns with targets of {Targets}";
}
