using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Vectors of real numbers.</summary>
public sealed class VectorKind : RecordKind
{
    private VectorKind() { }

    /// <summary>The one instance.</summary>
    public static VectorKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "vector";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "record";
}
