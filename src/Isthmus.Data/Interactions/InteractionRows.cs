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

    /// <summary>Bytes of memory that a row takes, besides the ids.</summary>
    public const int RowBytes = 2 * sizeof(int) + 2 * sizeof(double);

    /// <summary>Number of rows.</summary>
    public int Count => _user.Count;

    public void Add(string user, string item, double rating, double time)
    {
        _user.Add(_users.NumberOf(user));
        _item.Add(_items.NumberOf(item));
        _rating.Add(rating);
        _time.Add(time);
    }

    /// <summary>Adds the rows to those in a file, in their order.</summary>
    public void CopyTo(StoredInteractions rows)
    {
        for (var row = 0; row < Count; row++)
            rows.Add(_users.Texts[_user[row]], _items.Texts[_item[row]], _rating[row], _time[row]);
    }

    /// <summary>Converts the rows to histories by user, with one row of each item, by the options.</summary>
    public (SparseCounts Histories, IReadOnlyList<string> Users, IReadOnlyList<string> Items, IReadOnlyList<Wording> Notes) ToHistories(
        string path,
        InteractionOptions options
    )
    {
        var log = new InteractionLog(path, options);
        var histories = ByUser();
        log.Rows = Sum(histories);
        foreach (var history in histories)
            KeepLatest(history);
        log.Distinct = Sum(histories);
        if (options.MinRating is { } least)
            foreach (var history in histories)
                history.RemoveAll(row => _rating[row] < least);
        log.Rated(Sum(histories), _rating);
        DropRare(histories, options, out var itemCounts);
        var users = InOrder(_users.Texts).Where(user => histories[user].Count > 0).ToArray();
        log.Kept(users.Length, histories.Length);
        return Compact(histories, users, itemCounts, options.Time is not null, log.Notes);
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

    private void KeepLatest(List<int> history) => KeepLatest(history, _item, _time);

    /// <summary>Keeps of the rows of one user the latest of each item; of equally late ones, the last in the file.</summary>
    /// <param name="history">Indices of the rows, in the file's order.</param>
    /// <param name="item">Item of each row.</param>
    /// <param name="time">Time of each row.</param>
    internal static void KeepLatest(List<int> history, List<int> item, List<double> time)
    {
        // By item, the latest last.
        history.Sort((a, b) => (item[a], time[a], a).CompareTo((item[b], time[b], b)));
        var kept = 0;
        for (var i = 0; i < history.Count; i++)
            if (i + 1 == history.Count || item[history[i + 1]] != item[history[i]])
                history[kept++] = history[i];
        history.RemoveRange(kept, history.Count - kept);
    }

    /// <summary>Writes the items of the rows of one user in the order of a history: that of time, or of the items.</summary>
    /// <param name="history">Indices of the rows, of different items.</param>
    /// <param name="item">Item of each row.</param>
    /// <param name="time">Time of each row; null if histories are not in the order of time.</param>
    /// <param name="place">Place of each item among all.</param>
    /// <param name="into">Receives the places.</param>
    internal static void InOrder(List<int> history, List<int> item, List<double>? time, int[] place, Span<int> into)
    {
        if (time is not null)
            history.Sort((a, b) => (time[a], place[item[a]]).CompareTo((time[b], place[item[b]])));
        for (var k = 0; k < into.Length; k++)
            into[k] = place[item[history[k]]];
        if (time is null)
            into.Sort();
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
        IReadOnlyList<Wording> notes
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
            InOrder(history, _item, inTimeOrder ? _time : null, place, columns.AsSpan(offsets[i]..offsets[i + 1]));
        }
        var ones = new float[columns.Length];
        Array.Fill(ones, 1);
        return (new(offsets, columns, ones), [.. users.Select(user => _users.Texts[user])], [.. items.Select(item => _items.Texts[item])], notes);
    }

    private static int Sum(List<int>[] histories) => histories.Sum(history => history.Count);

    /// <summary>Returns the numbers in the order of their ids: as whole numbers if all are, otherwise as texts.</summary>
    internal static IEnumerable<int> InOrder(IReadOnlyList<string> ids)
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
