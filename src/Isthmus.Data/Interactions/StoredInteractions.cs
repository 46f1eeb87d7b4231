using System.Globalization;
using DuckDB.NET.Data;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Interactions;

/// <summary>
/// Rows of a table of interactions that are more than memory holds. DuckDB keeps them in a temporary database, sorts them by user and writes to disk what does
/// not fit its memory; one user's rows at a time then become a history in a file. Memory holds the items' ids and some 10 bytes a user. For one thread.
/// </summary>
internal sealed class StoredInteractions : IDisposable
{
    // DuckDB keeps some buffers a thread beyond its limit, and each thread that sorts wants some within it: two threads could not count the users of 200
    // million rows in this memory, one can.
    private const string Memory = "256MB";

    private readonly string _name,
        _folder;
    private readonly InteractionOptions _options;
    private readonly FileSharing? _sharing;
    private readonly DistinctTexts _items = new();
    private readonly DuckDBConnection? _rows;
    private readonly DuckDBAppender? _appender;
    private bool _areNumbers = true;
    private double _least = double.PositiveInfinity,
        _most = double.NegativeInfinity;

    /// <summary>Creates an empty table in the folder of temporary files.</summary>
    /// <param name="name">Name of the data in error messages.</param>
    /// <param name="options">Options; columns that they do not name take no room.</param>
    /// <param name="sharing">Processes that have the histories in common; null for this process alone. Each has a table of its own.</param>
    /// <exception cref="InvalidInputException">No room.</exception>
    public StoredInteractions(string name, InteractionOptions options, FileSharing? sharing)
    {
        (_name, _options, _sharing) = (name, options, sharing);
        _folder = Path.Combine(TemporaryFile.Folder, $"isthmus-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            (_rows, _appender) = Checked(() =>
            {
                Directory.CreateDirectory(_folder);
                var rows = new DuckDBConnection($"DataSource={Path.Combine(_folder, "rows.db")}");
                rows.Open();
                Execute(rows, $"SET memory_limit = '{Memory}'");
                Execute(rows, "SET threads = 1");
                Execute(rows, $"SET temp_directory = '{_folder.Replace("'", "''")}'");
                Execute(
                    rows,
                    "CREATE TABLE rows (user BLOB, number BIGINT, item INTEGER"
                        + $"{(options.Rating is null ? "" : ", rating DOUBLE")}{(options.Time is null ? "" : ", time DOUBLE")})"
                );
                return (rows, rows.CreateAppender("rows"));
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Folder of the database.</summary>
    internal string Folder => _folder;

    /// <summary>Number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(string user, string item, double rating, double time)
    {
        var isNumber = long.TryParse(user, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        _areNumbers &= isNumber;
        (_least, _most) = (Math.Min(_least, rating), Math.Max(_most, rating));
        Count++;
        try
        {
            var row = _appender!.CreateRow();
            row.AppendValue(SortableText.ToBytes(user)).AppendValue(isNumber ? number : (long?)null).AppendValue((int?)_items.NumberOf(item));
            if (_options.Rating is not null)
                row.AppendValue((double?)rating);
            if (_options.Time is not null)
                row.AppendValue((double?)time);
            row.EndRow();
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw TemporaryFile.Failed(_name, e);
        }
    }

    /// <summary>Converts the rows to histories by user, as <see cref="InteractionRows.ToHistories"/> does.</summary>
    /// <exception cref="InvalidInputException">No interactions, or none left.</exception>
    public (SparseFile Histories, IReadOnlyList<string> Users, IReadOnlyList<string> Items, IReadOnlyList<Wording> Notes) ToHistories(InteractionOptions limits)
    {
        int[] items = [.. InteractionRows.InOrder(_items.Texts)];
        var place = new int[items.Length];
        for (var i = 0; i < items.Length; i++)
            place[items[i]] = i;
        // An item of no user is none.
        var leastPerItem = Math.Max(1, limits.LeastPerItem);
        var log = new InteractionLog(_name, limits);
        var (users, histories) = Checked(() =>
        {
            _appender!.Dispose();
            Execute(
                _rows!,
                $"CREATE TABLE users AS SELECT user FROM (SELECT DISTINCT user, number FROM rows) ORDER BY {(_areNumbers ? "number, user" : "user")}"
            );
            return (ReadUsers(), ReadHistories(limits, place, log));
        });
        // The room of the rows is that of the histories' second copy.
        Dispose();
        var (kept, left, counts) = HistoryCore.Of(histories, place.Length, limits.LeastPerUser, leastPerItem);
        log.Kept(kept, histories.Count);
        int[] known = [.. Enumerable.Range(0, items.Length).Where(item => counts[item] >= leastPerItem)];
        string[] ids = [.. known.Select(item => _items.Texts[items[item]])];
        if (kept == histories.Count && known.Length == items.Length)
            return (histories, users, ids, log.Notes);
        Array.Fill(place, -1);
        for (var i = 0; i < known.Length; i++)
            place[known[i]] = i;
        var (records, names) = (new SparseFile.Writer(_name, areOnes: true, _sharing), new StoredTexts.Writer(_name, _sharing));
        for (var user = 0; user < histories.Count; user++)
            if (left[user])
            {
                records.Add(HistoryCore.Known(histories.Read(user).Columns, place), []);
                names.Add(users[user]);
            }
        return (records.ToFile(), names.ToTexts(), ids, log.Notes);
    }

    /// <summary>Ends the database and frees its room.</summary>
    public void Dispose()
    {
        _appender?.Dispose();
        _rows?.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private StoredTexts ReadUsers()
    {
        var users = new StoredTexts.Writer(_name, _sharing);
        using var command = TableFile.Command(_rows!, "SELECT user FROM users ORDER BY rowid");
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            using var bytes = reader.GetStream(0);
            var user = new byte[bytes.Length];
            bytes.ReadExactly(user);
            users.Add(SortableText.FromBytes(user));
        }
        return users.ToTexts();
    }

    private SparseFile ReadHistories(InteractionOptions limits, int[] place, InteractionLog log)
    {
        var histories = new SparseFile.Writer(_name, areOnes: true, _sharing);
        var (user, rated) = (0L, 0L);
        var (history, item, rating, time) = (new List<int>(), new List<int>(), new List<double>(), new List<double>());
        void End()
        {
            history.AddRange(Enumerable.Range(0, item.Count));
            log.Rows += history.Count;
            InteractionRows.KeepLatest(history, item, time);
            log.Distinct += history.Count;
            if (limits.MinRating is { } least)
                history.RemoveAll(row => rating[row] < least);
            rated += history.Count;
            var columns = new int[history.Count];
            InteractionRows.InOrder(history, item, limits.Time is null ? null : time, place, columns);
            histories.Add(columns, []);
            history.Clear();
            item.Clear();
            rating.Clear();
            time.Clear();
        }
        var (hasRating, hasTime) = (_options.Rating is not null, _options.Time is not null);
        using var command = TableFile.Command(
            _rows!,
            $"SELECT users.rowid, rows.item{(hasRating ? ", rows.rating" : "")}{(hasTime ? ", rows.time" : "")} FROM rows JOIN users ON rows.user = users.user "
                + "ORDER BY users.rowid, rows.rowid"
        );
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            for (var next = reader.GetInt64(0); user < next; user++)
                End();
            item.Add(reader.GetInt32(1));
            rating.Add(hasRating ? reader.GetDouble(2) : 1);
            time.Add(hasTime ? reader.GetDouble(hasRating ? 3 : 2) : item.Count);
        }
        if (item.Count > 0)
            End();
        log.Rated(rated, [_least, _most]);
        return histories.ToFile();
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = TableFile.Command(connection, sql);
        command.ExecuteNonQuery();
    }

    private static bool IsOfDisk(Exception e) => e is DuckDBException or IOException or UnauthorizedAccessException;

    private T Checked<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw TemporaryFile.Failed(_name, e);
        }
    }
}
