using System.Globalization;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>Rows of a table of interactions as read, with users and items as numbers.</summary>
internal sealed class InteractionRows
{
    private readonly DistinctTexts _users = new(),
        _items = new();
    private readonly List<int> _user = [],
        _item = [];

    // In 64 bits: 3.3 in 32 is less than 3.3.
    private readonly List<double> _rating = [],
        _time = [];

    public void Add(string user, string item, double rating, double time)
    {
        _user.Add(_users.NumberOf(user));
        _item.Add(_items.NumberOf(item));
        _rating.Add(rating);
        _time.Add(time);
    }

    /// <summary>Converts the rows to histories by user, with one row of each item, by the options.</summary>
    public (SparseCounts Histories, IReadOnlyList<string> Users, IReadOnlyList<string> Items, IReadOnlyList<Wording> Notes) ToHistories(
        string path,
        InteractionOptions options
    )
    {
        if (_user.Count == 0)
            throw new InvalidInputException(path, "holds no interactions", "give at least one row");
        var histories = ByUser();
        var latest = Sum(histories);
        foreach (var history in histories)
            KeepLatest(history);
        var distinct = Sum(histories);
        var notes = new List<Wording>();
        if (latest > distinct)
            notes.Add(Invariant($"{latest - distinct:N0} of {latest:N0} rows repeat a user and item; the latest of each counts"));
        if (options.MinRating is { } least)
        {
            foreach (var history in histories)
                history.RemoveAll(row => _rating[row] < least);
            if (Sum(histories) == 0)
                throw new InvalidInputException(
                    $"{path}: no rating",
                    $"is {least} or more; they go from {_rating.Min()} to {_rating.Max()}",
                    $"give a lower {OptionNames.MinRating}",
                    OptionNames.MinRating
                );
            notes.Add(Invariant($"{Sum(histories):N0} of {distinct:N0} interactions have a rating of at least {least}"));
        }
        DropRare(histories, options, out var itemCounts);
        var users = InOrder(_users.Texts).Where(user => histories[user].Count > 0).ToArray();
        if (users.Length == 0)
            throw new InvalidInputException(
                $"{path}: no user",
                $"has {options.LeastPerUser} interactions with items of {options.LeastPerItem} users or more",
                $"give a lower {OptionNames.MinPerUser} or {OptionNames.MinPerItem}",
                OptionNames.MinPerUser
            );
        var (all, lost) = (histories.Length, histories.Length - users.Length);
        if (lost > 0)
            notes.Add(Invariant($"{lost:N0} of {all:N0} users have fewer than {options.LeastPerUser} interactions and are left out"));
        return Compact(histories, users, itemCounts, options.Time is not null, notes);
    }

    private List<int>[] ByUser()
    {
        var histories = new List<int>[_users.Texts.Count];
        for (var user = 0; user < histories.Length; user++)
            histories[user] = [];
        for (var row = 0; row < _user.Count; row++)
            histories[_user[row]].Add(row);
        return histories;
    }

    private void KeepLatest(List<int> history)
    {
        // By item, the latest last; of equally late ones, the last in the file.
        history.Sort((a, b) => (_item[a], _time[a], a).CompareTo((_item[b], _time[b], b)));
        var kept = 0;
        for (var i = 0; i < history.Count; i++)
            if (i + 1 == history.Count || _item[history[i + 1]] != _item[history[i]])
                history[kept++] = history[i];
        history.RemoveRange(kept, history.Count - kept);
    }

    private void DropRare(List<int>[] histories, InteractionOptions options, out int[] itemCounts)
    {
        var counts = itemCounts = new int[_items.Texts.Count];
        foreach (var row in histories.SelectMany(history => history))
            counts[_item[row]]++;
        for (var before = -1; before != Sum(histories);)
        {
            before = Sum(histories);
            foreach (var history in histories)
            {
                history.RemoveAll(row => counts[_item[row]] < options.LeastPerItem && counts[_item[row]]-- > 0);
                if (history.Count >= options.LeastPerUser)
                    continue;
                foreach (var row in history)
                    counts[_item[row]]--;
                history.Clear();
            }
        }
    }

    private (SparseCounts, IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<Wording>) Compact(
        List<int>[] histories,
        int[] users,
        int[] itemCounts,
        bool inTimeOrder,
        List<Wording> notes
    )
    {
        var items = InOrder(_items.Texts).Where(item => itemCounts[item] > 0).ToArray();
        var place = new int[_items.Texts.Count];
        for (var i = 0; i < items.Length; i++)
            place[items[i]] = i;
        var offsets = new int[users.Length + 1];
        var columns = new int[Sum(histories)];
        for (var i = 0; i < users.Length; i++)
        {
            var history = histories[users[i]];
            offsets[i + 1] = offsets[i] + history.Count;
            var row = columns.AsSpan(offsets[i]..offsets[i + 1]);
            if (inTimeOrder)
                history.Sort((a, b) => (_time[a], place[_item[a]]).CompareTo((_time[b], place[_item[b]])));
            for (var k = 0; k < row.Length; k++)
                row[k] = place[_item[history[k]]];
            if (!inTimeOrder)
                row.Sort();
        }
        var ones = new float[columns.Length];
        Array.Fill(ones, 1);
        return (new(offsets, columns, ones), [.. users.Select(user => _users.Texts[user])], [.. items.Select(item => _items.Texts[item])], notes);
    }

    private static int Sum(List<int>[] histories) => histories.Sum(history => history.Count);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Returns the numbers in the order of their ids: as whole numbers if all are, otherwise as texts.</summary>
    private static IEnumerable<int> InOrder(IReadOnlyList<string> ids)
    {
        var values = new long[ids.Count];
        var areNumbers = true;
        for (var i = 0; areNumbers && i < values.Length; i++)
            areNumbers = long.TryParse(ids[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out values[i]);
        var order = Enumerable.Range(0, ids.Count);
        return areNumbers
            ? order.OrderBy(number => values[number]).ThenBy(number => ids[number], StringComparer.Ordinal)
            : order.OrderBy(number => ids[number], StringComparer.Ordinal);
    }
}
