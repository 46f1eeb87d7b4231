using CsCheck;
using Isthmus.Cli.Output;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Interactions;

/// <summary>Interactions that DuckDB sorts in a file are those that memory would hold: histories, users, items, notes and errors.</summary>
public sealed class StoredInteractionsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static string Told(Func<Dataset> read)
    {
        try
        {
            var data = read();
            return string.Join(
                '\n',
                [
                    string.Join(' ', ((InteractionSchema)data.Schema).Items),
                    .. Enumerable.Range(0, data.Count).Select(user => $"{data.RecordNames![user]}: {string.Join(' ', data.Sparse(user).Columns.ToArray())}"),
                    .. data.Notes.Select(note => note.ToString()!),
                ]
            );
        }
        catch (InvalidInputException e)
        {
            return e.OnCommandLine();
        }
    }

    private string Read(string path, InteractionOptions options, bool stored) =>
        Told(() => InteractionReader.Read(path, new() { Interactions = options, Stream = stored }));

    [Fact]
    public void They_are_the_same_for_any_rows_limits_and_kinds_of_ids() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 6], Gen.Int[1, 5], Gen.Int[0, 3], (user, item, rating, time) => (user, item, rating, time))
            .Array[1, 60]
            .Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 3], Gen.Bool)
            .Sample(
                (rows, perUser, perItem, least, ids, hasTime) =>
                {
                    // In ordinal order 𝕏 comes before U+FF5E, and in UTF-8 after it; 007 and 7 are one number and two users.
                    string Id(int number) =>
                        ids switch
                        {
                            0 => $"{number - 3}",
                            1 => $"u{number}",
                            2 => number % 2 == 0 ? $"00{number}" : $"{number}",
                            _ => number % 2 == 0 ? $"𝕏{number}" : $"～{number}",
                        };
                    // Samples run beside each other.
                    var path = _scratch.Write(
                        $"{Guid.NewGuid():N}.csv",
                        $"user,item,rating,at\n{string.Concat(rows.Select(row => $"{Id(row.user)},{Id(row.item)},{row.rating},{row.time}\n"))}"
                    );
                    var options = new InteractionOptions
                    {
                        User = "user",
                        Item = "item",
                        Rating = least == 0 ? null : "rating",
                        MinRating = least == 0 ? null : least,
                        Time = hasTime ? "at" : null,
                        MinPerUser = perUser,
                        MinPerItem = perItem,
                    };
                    Assert.Equal(Read(path, options, stored: false), Read(path, options, stored: true));
                },
                iter: 25
            );

    [Fact]
    public void Rows_that_outgrow_memory_go_to_the_file_in_their_order()
    {
        var (memory, stored) = (new InteractionRows(), new StoredInteractions("test", new() { Time = "at" }, null));
        using var _ = stored;
        var random = new Random(1);
        for (var row = 0; row < 300; row++)
            memory.Add($"{random.Next(9)}", $"{random.Next(20)}", 1, random.Next(3));
        memory.CopyTo(stored);
        var limits = new InteractionOptions { Time = "at", MinPerUser = 1 };
        var (expected, users, items, notes) = memory.ToHistories("test", limits);
        var (found, storedUsers, storedItems, storedNotes) = stored.ToHistories(limits);
        Assert.Equal(users, storedUsers);
        Assert.Equal(items, storedItems);
        Assert.Equal(notes.Select(note => note.ToString()), storedNotes.Select(note => note.ToString()));
        for (var user = 0; user < expected.Count; user++)
            Assert.Equal(expected[user].Columns.ToArray(), found.Read(user).Columns);
    }

    [Fact]
    public void Nothing_is_left_in_the_folder_of_temporary_files()
    {
        using var stored = new StoredInteractions("test", new(), null);
        stored.Add("a", "b", 1, 1);
        Assert.True(Directory.Exists(stored.Folder));
        stored.ToHistories(new() { MinPerUser = 1 });
        Assert.False(Directory.Exists(stored.Folder));
    }

    /// <summary>Bytes whose order is that of the texts, for single code units too.</summary>
    [Fact]
    public void Sortable_bytes_have_the_order_of_the_texts_and_give_them_back() =>
        Gen.Select(Gen.Char.Array[0, 4], Gen.Char.Array[0, 4])
            .Sample(
                (a, b) =>
                {
                    var (first, second) = (new string(a), new string(b));
                    Assert.Equal(first, SortableText.FromBytes(SortableText.ToBytes(first)));
                    Assert.Equal(
                        Math.Sign(string.CompareOrdinal(first, second)),
                        Math.Sign(SortableText.ToBytes(first).AsSpan().SequenceCompareTo(SortableText.ToBytes(second)))
                    );
                }
            );
}
