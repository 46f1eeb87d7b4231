using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>What users did with items, a user a record.</summary>
public sealed class InteractionKind : RecordKind
{
    private InteractionKind() { }

    /// <summary>The one instance.</summary>
    public static InteractionKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "interactions";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "user";
}
