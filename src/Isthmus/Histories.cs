using Isthmus.Data.Formats;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;

namespace Isthmus;

/// <summary>
/// Interactions of users with items, a history a user: from interactions in memory, or a table of them. Of several interactions of one user with one item the
/// latest counts.
/// </summary>
public static class Histories
{
    private const string Name = $"histories{Dataset.InMemory}";

    /// <summary>Histories from interactions of any type: <c>Histories.From(orders, order => order.Customer, order => order.Product)</c>.</summary>
    /// <param name="interactions">One a row.</param>
    /// <param name="user">User of an interaction: a text, a number or another id.</param>
    /// <param name="item">Item of an interaction: a text, a number or another id.</param>
    /// <param name="rating">Rating of an interaction, finite. Default: every interaction counts.</param>
    /// <param name="time">Time of an interaction; orders the histories, and a model is tested on the latest items. Default: no order.</param>
    /// <param name="options">Filters of interactions. Default: in training, users with at least 5 items; otherwise all.</param>
    /// <exception cref="InvalidInputException">No interaction, a user or item that is null or empty, or a rating that is not finite.</exception>
    public static Dataset From<T>(
        IEnumerable<T> interactions,
        Func<T, object> user,
        Func<T, object> item,
        Func<T, double>? rating = null,
        Func<T, DateTimeOffset>? time = null,
        HistoryOptions? options = null
    )
    {
        options ??= new();
        if (options.MinRating is not null && rating is null)
            throw new InvalidInputException(
                null,
                $"{Name}: a least rating says which ratings count, and no rating is given",
                "give one, or leave MinRating out"
            );
        var (rows, place) = (new InteractionRows(), 0);
        foreach (var interaction in interactions)
        {
            place++;
            string Id(Func<T, object> id, string what) =>
                interaction is not null && Convert.ToString(id(interaction), System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text
                    ? text
                    : throw new InvalidInputException($"{Name}: interaction {place}", $"has no {what}", "leave it out");
            var (who, what) = (Id(user, "user"), Id(item, "item"));
            var liked = rating?.Invoke(interaction) ?? 1;
            if (!double.IsFinite(liked))
                throw new InvalidInputException($"{Name}: interaction {place}", $"has a rating of {liked}, not a finite number", "correct or leave it out");
            rows.Add(who, what, liked, time is null ? place : (time(interaction) - DateTimeOffset.UnixEpoch).TotalSeconds);
        }
        return new InteractionOrigin(Name, rows, options.Source(rating is not null, time is not null), options.Titles).All();
    }

    /// <summary>Histories from pairs of a user and an item.</summary>
    /// <inheritdoc cref="From{T}(IEnumerable{T}, Func{T, object}, Func{T, object}, Func{T, double}, Func{T, DateTimeOffset}, HistoryOptions)"/>
    public static Dataset From<TUser, TItem>(IEnumerable<(TUser User, TItem Item)> interactions, HistoryOptions? options = null)
        where TUser : notnull
        where TItem : notnull => From(interactions, pair => pair.User, pair => pair.Item, options: options);

    /// <summary>Every user's history from a table of interactions.</summary>
    /// <param name="path">A .csv, .tsv, .dat or .parquet file.</param>
    /// <param name="columns">Its columns, and which interactions count: <c>new() { User = "userId", Item = "movieId" }</c>.</param>
    /// <exception cref="InvalidInputException">No such file or column, an empty user or item, a rating or time that is none, or nothing left.</exception>
    public static Dataset Load(string path, InteractionOptions columns) => DataSource.LoadAll(path, new() { Interactions = columns });

    /// <summary>The same in parts to train, validate and test on, 80 % / 10 % / 10 % of the users at random.</summary>
    /// <param name="path">A .csv, .tsv, .dat or .parquet file.</param>
    /// <param name="columns">Its columns, and which interactions count.</param>
    /// <param name="seed">Random seed of the choice. Default 1.</param>
    /// <exception cref="InvalidInputException">As of <see cref="Load"/>, or fewer than three users.</exception>
    public static DataSplits LoadSplits(string path, InteractionOptions columns, int seed = 1) =>
        DataSource.Load(path, new() { Seed = seed, Interactions = columns });
}

/// <summary>Options for the choice of interactions.</summary>
public sealed record HistoryOptions
{
    /// <summary>The least rating that counts. Default: every rating counts.</summary>
    public double? MinRating { get; init; }

    /// <summary>Users with fewer items are left out of training and its figures; a model can be used for them. Default 5.</summary>
    public int MinPerUser { get; init; } = 5;

    /// <summary>Items with fewer users are left out of training. Default 1.</summary>
    public int MinPerItem { get; init; } = 1;

    /// <summary>Titles of items by their ids. Default: an item is called by its id.</summary>
    public IReadOnlyDictionary<string, string>? Titles { get; init; }

    internal InteractionOptions Source(bool hasRating, bool hasTime) =>
        new()
        {
            User = "user",
            Item = "item",
            Rating = hasRating ? "rating" : null,
            Time = hasTime ? "time" : null,
            MinRating = MinRating,
            MinPerUser = MinPerUser,
            MinPerItem = MinPerItem,
        };
}
