namespace Isthmus.Data.Records;

/// <summary>
/// How a table of interactions is read: a row says that a user met an item. Columns are names, or, of a file without a
/// header, numbers from 1. What is null is taken from the model, or has the default.
/// </summary>
public sealed record InteractionOptions
{
    // Mult-VAE's protocol: a history of fewer says too little to hold a part of it out.
    private const int UsualLeastPerUser = 5;

    /// <summary>The column of users.</summary>
    public string? User { get; init; }

    /// <summary>The column of items.</summary>
    public string? Item { get; init; }

    /// <summary>The column of ratings. Default: none; every row counts.</summary>
    public string? Rating { get; init; }

    /// <summary>The column of times: numbers, or dates as DuckDB reads them. Histories are then in the order of time. Default: none.</summary>
    public string? Time { get; init; }

    /// <summary>The least rating that counts as an interaction. Default: every rating counts.</summary>
    public double? MinRating { get; init; }

    /// <summary>Users with fewer interactions are left out of training and its figures. Default 5.</summary>
    public int? MinPerUser { get; init; }

    /// <summary>Items with fewer users are left out. Default 1.</summary>
    public int? MinPerItem { get; init; }

    /// <summary>A table of items and their titles. Default: none.</summary>
    public string? Titles { get; init; }

    internal int LeastPerUser => MinPerUser ?? UsualLeastPerUser;

    internal int LeastPerItem => MinPerItem ?? 1;

    /// <summary>Whether columns are numbers, and the file has no header.</summary>
    internal bool ByNumber => new[] { User, Item, Rating, Time }.OfType<string>().All(column => int.TryParse(column, out _));

    /// <summary>These, and what they leave open from <paramref name="other"/>.</summary>
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
