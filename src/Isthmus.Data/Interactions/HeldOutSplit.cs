using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>
/// Histories split in two: the part of each user's history that a model sees, and the part that it must predict (strong generalisation, Liang et al. 2018:
/// these users are new to it). A fifth of each history, at least one interaction, is held out: the latest if histories are in the order of time, otherwise
/// random ones by seed. Users with one interaction are left out.
/// </summary>
/// <param name="Seen">Four fifths of each history, which the model sees.</param>
/// <param name="HeldOut">The held-out rest of each history, for the same users.</param>
public sealed record HeldOutSplit(Dataset Seen, Dataset HeldOut)
{
    private const double HeldOutShare = 0.2;

    /// <summary>Splits each history of <paramref name="data"/>.</summary>
    /// <param name="data">Counts, a user a record.</param>
    /// <param name="seed">Random seed of the choice, if there is no order of time.</param>
    /// <exception cref="InvalidInputException">No user has two interactions.</exception>
    public static HeldOutSplit Of(Dataset data, int seed)
    {
        var schema = (CountSchema)data.Schema;
        var users = Enumerable.Range(0, data.Count).Where(user => data.Sparse(user).Columns.Length >= 2).ToArray();
        if (users.Length == 0)
            throw new InvalidInputException(
                $"{data.Name}: none of {data.Count} users",
                "has two interactions with items of the training users, one to show and one to predict",
                "give more data"
            );
        var random = new Random(seed);
        var inOrder = schema.IsInTimeOrder;
        var parts = Array.ConvertAll(users, user =>
        {
            var (columns, values) = (data.Sparse(user).Columns.ToArray(), data.Sparse(user).Values.ToArray());
            if (!inOrder)
            {
                var order = Enumerable.Range(0, columns.Length).ToArray();
                random.Shuffle(order);
                (columns, values) = (Array.ConvertAll(order, i => columns[i]), Array.ConvertAll(order, i => values[i]));
            }
            var shown = columns.Length - Math.Max(1, (int)(HeldOutShare * columns.Length));
            return (Seen: (columns[..shown], values[..shown]), HeldOut: (columns[shown..], values[shown..]));
        });
        string[]? names = data.RecordNames is { } known ? [.. users.Select(user => known[user])] : null;
        return new(
            Dataset.Counts(data.Name, schema, SparseCounts.Of(parts.Select(part => part.Seen)), names),
            Dataset.Counts(data.Name, schema, SparseCounts.Of(parts.Select(part => part.HeldOut)), names)
        );
    }
}
