using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>Interactions in memory: every user's history, of which training takes those with enough interactions.</summary>
internal sealed class InteractionOrigin(string name, InteractionRows rows, InteractionOptions options, IReadOnlyDictionary<string, string>? titles)
    : IRecordOrigin
{
    /// <summary>Every user's history, whatever the least numbers are; a split takes them into account.</summary>
    /// <exception cref="InvalidInputException">No interactions, or none of a rating that counts.</exception>
    public Dataset All() => Read(options with { MinPerUser = 1, MinPerItem = 1 }).From(this);

    /// <inheritdoc/>
    public DataSplits Split(Dataset data, DataOptions parts) =>
        data.Schema.Kind.Split(
            data.Selection is null ? Read(options) : throw new InvalidInputException(name, "are split as a whole", "split them before users are selected"),
            parts
        );

    /// <inheritdoc/>
    public Dataset BroughtTo(Dataset data, DataSchema schema) => schema.Kind.BroughtTo(data, schema);

    private Dataset Read(InteractionOptions limits)
    {
        var (histories, users, items, notes) = rows.ToHistories(name, limits);
        string[]? known = titles is null ? null : [.. items.Select(item => titles.GetValueOrDefault(item, ""))];
        return Dataset.Counts(name, new InteractionSchema(items, known, options), histories, users, notes: notes);
    }
}
