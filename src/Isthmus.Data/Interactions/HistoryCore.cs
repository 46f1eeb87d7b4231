using Isthmus.Data.Storage;

namespace Isthmus.Data.Interactions;

/// <summary>
/// The largest part of histories in which every user has enough items and every item enough users (the (a, b)-core of the graph of users and items; there is
/// one, whatever the order of removal). Each pass reads the histories once; memory holds a number an item and a truth value a user.
/// </summary>
internal static class HistoryCore
{
    /// <summary>Finds the core.</summary>
    /// <param name="histories">Histories, no item twice in one.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="leastPerUser">Smallest number of items of a user.</param>
    /// <param name="leastPerItem">Smallest number of users of an item.</param>
    /// <returns>Number of users left, whether each is left, and the number of users left of each item; items with fewer than the least are left out.</returns>
    public static (int Kept, bool[] IsLeft, int[] ItemUsers) Of(SparseFile histories, int items, int leastPerUser, int leastPerItem)
    {
        var (isLeft, users) = (new bool[histories.Count], new int[items]);
        Array.Fill(isLeft, true);
        for (var user = 0; user < isLeft.Length; user++)
            foreach (var item in histories.Read(user).Columns)
                users[item]++;
        var kept = isLeft.Length;
        for (var before = -1; before != kept;)
        {
            before = kept;
            for (var user = 0; user < isLeft.Length; user++)
            {
                if (!isLeft[user])
                    continue;
                var known = histories.Read(user).Columns.Where(item => users[item] >= leastPerItem).ToArray();
                // Without any, a user is left out whatever the least is.
                if (known.Length >= Math.Max(1, leastPerUser))
                    continue;
                isLeft[user] = false;
                kept--;
                foreach (var item in known)
                    users[item]--;
            }
        }
        return (kept, isLeft, users);
    }

    /// <summary>Returns the places of the items that have one.</summary>
    /// <param name="items">Items of a history.</param>
    /// <param name="places">Place of each item; -1 for none.</param>
    public static int[] Known(int[] items, int[] places) => [.. items.Select(item => places[item]).Where(place => place >= 0)];
}
