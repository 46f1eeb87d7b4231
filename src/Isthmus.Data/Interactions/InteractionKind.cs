using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>Interactions of users with items, a user a record.</summary>
public sealed class InteractionKind : CountKind
{
    private InteractionKind() { }

    /// <summary>The single instance.</summary>
    public static InteractionKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "interactions";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "user";

    /// <inheritdoc/>
    public override Type SchemaType => typeof(InteractionSchema);

    /// <inheritdoc/>
    public override string Unit => "item";

    /// <inheritdoc/>
    public override string Phrase(DataSchema schema) => $"histories over {Counted.Of(schema.Dimension, Unit)}";

    /// <inheritdoc/>
    public override string Model => "ease";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Option, object? Value)> Arguments(DataSchema schema, bool isPublished)
    {
        var source = ((InteractionSchema)schema).Source;
        return
        [
            ("--user", source.User),
            ("--item", source.Item),
            ("--rating", source.Rating),
            ("--time", source.Time),
            ("--min-rating", source.MinRating),
            ("--min-per-user", source.MinPerUser),
            ("--min-per-item", source.MinPerItem),
            ("--titles", source.Titles),
        ];
    }

    /// <summary>False: columns of a table of interactions are no labels of a user.</summary>
    public override bool KeepsLabel => false;

    /// <summary>Splits by user, over the items that training users met.</summary>
    public override DataSplits Split(Dataset all, DataOptions options)
    {
        if (options is not { Grow: true, ExpectedItems: { } known })
            return DataSplits.ByUser(all, options.Seed, options.Shares, options.ExpectedItems);
        var met = DataSplits.ByUser(all, options.Seed, options.Shares, null).Train.Schema;
        return DataSplits.ByUser(all, options.Seed, options.Shares, known.With((InteractionSchema)met));
    }

    /// <inheritdoc/>
    public override Dataset BroughtTo(Dataset data, DataSchema schema) => ((InteractionSchema)schema).Adapt(data);

    /// <inheritdoc/>
    internal override DataSchema Grown(DataSchema model, DataSchema found) => ((InteractionSchema)model).With((InteractionSchema)found);
}
