namespace Isthmus.Data.Records;

/// <summary>
/// Options for reading a table of interactions, whose rows say that a user met an item. Columns are names, or, in a file without a header, numbers from 1.
/// Options that are null come from the model, or have the default.
/// </summary>
public sealed record InteractionOptions
{
    // Mult-VAE's protocol: a history of fewer says too little to hold a part of it out.
    private const int UsualLeastPerUser = 5;

    /// <summary>Column of users.</summary>
    public string? User { get; init; }

    /// <summary>Column of items.</summary>
    public string? Item { get; init; }

    /// <summary>Column of ratings. Default null: none; every row counts.</summary>
    public string? Rating { get; init; }

    /// <summary>Column of times: numbers, or dates as DuckDB reads them. Histories are then in the order of time. Default null: none.</summary>
    public string? Time { get; init; }

    /// <summary>Smallest rating that counts as an interaction. Default null: every rating counts.</summary>
    public double? MinRating { get; init; }

    /// <summary>Smallest number of interactions of a user; users with fewer are left out of training and evaluation. Default 5.</summary>
    public int? MinPerUser { get; init; }

    /// <summary>Smallest number of users of an item; items with fewer are left out. Default 1.</summary>
    public int? MinPerItem { get; init; }

    /// <summary>Table of items and their titles. Default null: none.</summary>
    public string? Titles { get; init; }

    internal int LeastPerUser => MinPerUser ?? UsualLeastPerUser;

    internal int LeastPerItem => MinPerItem ?? 1;

    /// <summary>True if columns are numbers, and the file has no header.</summary>
    internal bool ByNumber => new[] { User, Item, Rating, Time }.OfType<string>().All(column => int.TryParse(column, out _));

    /// <summary>Returns these options, with those that are null taken from <paramref name="other"/>.</summary>
    internal InteractionOptions Over(InteractionOptions? other) =>
        other is null
            ? this
            : new()
            {
                User = User ?? other.User,
                Item = Item ?? other.Item,
                Rating = Rating ?? other.Rating,
                Time = Time ?? other.Time,
                MinRating = MinRating ?? other.MinRating,
                MinPerUser = MinPerUser ?? other.MinPerUser,
                MinPerItem = MinPerItem ?? other.MinPerItem,
                Titles = Titles ?? other.Titles,
            };
}
