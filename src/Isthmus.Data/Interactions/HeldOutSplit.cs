using Isthmus.Data.Records;
using Isthmus.Data.Storage;

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
        var inOrder = schema.IsInTimeOrder;
        IEnumerable<((int[], float[]) Seen, (int[], float[]) HeldOut)> Parts()
        {
            var random = new Random(seed);
            foreach (var user in users)
            {
                var record = data.SparseRecords([user]);
                var (columns, values) = (record.Columns, record.Values);
                if (!inOrder)
                {
                    var order = Enumerable.Range(0, columns.Length).ToArray();
                    random.Shuffle(order);
                    (columns, values) = (Array.ConvertAll(order, i => columns[i]), Array.ConvertAll(order, i => values[i]));
                }
                var shown = columns.Length - Math.Max(1, (int)(HeldOutShare * columns.Length));
                yield return ((columns[..shown], values[..shown]), (columns[shown..], values[shown..]));
            }
        }
        // Made twice rather than held: the draws are the same.
        var names = data.RecordNames is { } known ? new SelectedTexts(known, users) : null;
        return new(data.Beside(schema, Parts().Select(part => part.Seen), names), data.Beside(schema, Parts().Select(part => part.HeldOut), names));
    }
}
