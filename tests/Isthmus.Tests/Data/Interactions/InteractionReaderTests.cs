using CsCheck;
using Isthmus.Cli.Output;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Interactions;

public sealed class InteractionReaderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static InteractionOptions Named(int perUser = 1, int perItem = 1) =>
        new()
        {
            User = "user",
            Item = "item",
            MinPerUser = perUser,
            MinPerItem = perItem,
        };

    private Dataset Read(string name, string content, InteractionOptions options) =>
        DataSource.LoadAll(_scratch.Write(name, content), new() { Interactions = options });

    private string Refused(string name, string content, InteractionOptions options)
    {
        var message = Assert.Throws<InvalidInputException>(() => Read(name, content, options)).OnCommandLine();
        Assert.DoesNotContain('\n', message);
        Assert.Contains(_scratch.Folder, message);
        return message;
    }

    private static IReadOnlyList<string> Items(Dataset data) => ((InteractionSchema)data.Schema).Items;

    [Fact]
    public void Users_and_items_are_in_the_order_of_their_numbers()
    {
        var data = Read("a.csv", "user,item\n10,7\n9,30\n10,4\n9,7\n", Named());
        Assert.Equal(["9", "10"], data.RecordNames!);
        Assert.Equal(["4", "7", "30"], Items(data));
        Assert.Equal(
            [
                [1, 2],
                [0, 1],
            ],
            Histories.Rows(data)
        );
        Assert.Equal([0, 1, 1, 1, 1, 0], Scratch.Values(data));
    }

    [Theory]
    [InlineData("a.dat", "1::5::4.5\n2::6::4\n")]
    [InlineData("a.dat", "1\t5\t4.5\n2\t6\t4\n")]
    [InlineData("a.csv", "1,5,4.5\n2,6,4\n")]
    [InlineData("a.csv", "1;5;4.5\n2;6;4\n")]
    [InlineData("a.tsv", "1\t5\t4.5\r\n2\t6\t4\r\n")]
    public void Files_without_a_header_have_numbered_columns_and_any_delimiter(string name, string content)
    {
        var data = Read(
            name,
            content,
            new()
            {
                User = "1",
                Item = "2",
                Rating = "3",
                MinRating = 4.25,
                MinPerUser = 1,
            }
        );
        Assert.Equal(["1"], data.RecordNames!);
        Assert.Equal(["5"], Items(data));
    }

    [Fact]
    public void Parquet_is_read_as_CSV_is()
    {
        var path = Path.Combine(_scratch.Folder, "a.parquet");
        TableWriter.Write(path, [new Column("user", ["b", "a", "b"]), new Column("item", ["y", "y", "x"]), new Column("stars", [1, 2, 3])]);
        var data = DataSource.LoadAll(path, new() { Interactions = Named() with { Rating = "stars", MinRating = 2 } });
        Assert.Equal(["a", "b"], data.RecordNames!);
        Assert.Equal(
            [
                [1],
                [0],
            ],
            Histories.Rows(data)
        );
    }

    [Fact]
    public void Of_several_ratings_the_latest_counts_and_the_others_are_told_of()
    {
        var options = Named() with { Rating = "rating", MinRating = 4 };
        const string Rows = "user,item,rating,at\n1,5,5,20\n1,5,1,30\n1,5,5,10\n2,5,2,10\n2,5,4,20\n";
        Assert.Equal(["2"], Read("a.csv", Rows, options with { Time = "at" }).RecordNames!);
        var inFileOrder = Read("a.csv", Rows, options);
        Assert.Equal(["1", "2"], inFileOrder.RecordNames!);
        Assert.Contains(inFileOrder.Notes.Texts(), note => note.StartsWith("3 of 5 rows repeat"));
        Assert.Contains(inFileOrder.Notes.Texts(), note => note.StartsWith("2 of 2 interactions have a rating of at least 4"));
    }

    [Fact]
    public void With_times_histories_are_in_their_order()
    {
        const string Rows = "user,item,at\n1,5,2020-01-03\n1,6,2020-01-01T10:00:00Z\n1,7,2020-01-02\n";
        Assert.Equal(
            [
                [1, 2, 0],
            ],
            Histories.Rows(Read("a.csv", Rows, Named() with { Time = "at" }))
        );
    }

    [Fact]
    public void Minimum_counts_hold_of_what_is_left()
    {
        // Item 9 has one user; without it user 3 has one item left, and without that user item 8 has one user.
        const string Rows = "user,item\n1,6\n1,7\n2,6\n2,7\n2,8\n3,8\n3,9\n";
        var data = Read("a.csv", Rows, Named(perUser: 2, perItem: 2));
        Assert.Equal(["1", "2"], data.RecordNames!);
        Assert.Equal(["6", "7"], Items(data));
        Assert.Contains(data.Notes.Texts(), note => note.StartsWith("1 of 3 users have fewer than 2"));
    }

    [Fact]
    public void Titles_come_from_a_second_file()
    {
        var titles = _scratch.Write("t.csv", "item,genre,title\n6,x,\"Matrix, The (1999)\"\n5,y,Heat (1995)\n");
        var schema = (InteractionSchema)Read("a.csv", "user,item\n1,5\n1,6\n1,7\n", Named() with { Titles = titles }).Schema;
        Assert.Equal(["Heat (1995)", "Matrix, The (1999)", ""], schema.Titles!);
        Assert.Equal("7", schema.NameOf(2));
    }

    /// <summary>Whatever the order of the rows, what is read is the set of pairs.</summary>
    [Fact]
    public void Any_rows_in_any_order_make_the_same_histories() =>
        Gen.Select(Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6]).Array[1, 30], Gen.Int)
            .Sample(
                (pairs, seed) =>
                {
                    var shuffled = pairs.ToArray();
                    new Random(seed).Shuffle(shuffled);
                    Dataset FromRows((int, int)[] rows) =>
                        Read("a.csv", $"user,item\n{string.Join('\n', rows.Select(row => $"{row.Item1},{row.Item2}"))}\n", Named());
                    var (one, other) = (FromRows(pairs), FromRows(shuffled));
                    Assert.Equal(one.Schema, other.Schema);
                    Assert.Equal(Histories.Rows(one), Histories.Rows(other));
                    var read = Enumerable
                        .Range(0, one.Count)
                        .SelectMany(user => one.Sparse(user).Columns.ToArray().Select(item => $"{one.RecordNames![user]},{Items(one)[item]}"));
                    Assert.Equal(pairs.Select(row => $"{row.Item1},{row.Item2}").Distinct().Order(), read.Order());
                },
                iter: 20,
                threads: 1
            );

    [Theory]
    [InlineData("user,itm\n1,2\n", "did you mean 'itm'?")]
    [InlineData("1,2\n3,4\n", "its first line, '1,2', or, if that is no header, columns by number")]
    [InlineData("user,item\n1,2\n3;4\n", "line 3 has 1 cell and its first line 2")]
    [InlineData("user,item\n1,\n", "row 1 has no item")]
    [InlineData("user,item\n,2\n", "row 1 has no user")]
    [InlineData("user,item\n", "holds no interactions")]
    [InlineData("", "is empty")]
    public void Tables_that_are_none_are_refused(string content, string expected) => Assert.Contains(expected, Refused("a.csv", content, Named()));

    [Theory]
    [InlineData("good", "row 2 has 'good' for a rating in column 'rating'")]
    [InlineData("NaN", "not a finite number")]
    [InlineData("1e999", "not a finite number")]
    [InlineData("", "row 2 has nothing for a rating")]
    public void Ratings_that_are_none_are_refused(string rating, string expected) =>
        Assert.Contains(expected, Refused("a.csv", $"user,item,rating\n1,2,3\n1,3,{rating}\n", Named() with { Rating = "rating" }));

    [Fact]
    public void Ratings_are_compared_as_they_are_written()
    {
        const string Rows = "user,item,rating\n1,2,3.3\n1,3,3.2\n2,2,4.1\n2,4,3.3\n";
        Assert.Equal(
            [
                [0],
                [0, 1],
            ],
            Histories.Rows(Read("a.csv", Rows, Named() with { Rating = "rating", MinRating = 3.3 }))
        );
        Assert.Contains("no rating is 4.2 or more; they go from 3.2 to 4.1", Refused("a.csv", Rows, Named() with { Rating = "rating", MinRating = 4.2 }));
        Assert.Equal(
            [
                [0],
            ],
            Histories.Rows(Read("a.csv", Rows, Named() with { Rating = "rating", MinRating = 4.1 }))
        );
        // In 32 bits 3.3 is a little less than in 64.
        var path = Path.Combine(_scratch.Folder, "a.parquet");
        TableWriter.Write(path, [new Column("user", ["1", "1"]), new Column("item", ["2", "3"]), new Column("rating", [3.3f, 3.2f])]);
        Assert.Equal(
            [
                [0],
            ],
            Histories.Rows(DataSource.LoadAll(path, new() { Interactions = Named() with { Rating = "rating", MinRating = 3.3 } }))
        );
    }

    [Fact]
    public void An_item_that_is_spelt_or_typed_otherwise_is_the_same_item()
    {
        var model = new InteractionSchema(["5", "6"], null, Named());
        Assert.Equal(
            [
                [0, 1],
            ],
            Histories.Rows(DataSource.LoadAll(_scratch.Write("a.csv", "user,item\n1,5.0\n1, 6\n"), new() { Expected = model }))
        );
    }

    [Fact]
    public void Times_with_the_day_first_are_times_and_others_are_refused()
    {
        var options = Named() with { Time = "at" };
        Assert.Equal(
            [
                [1, 0],
            ],
            Histories.Rows(Read("a.csv", "user,item,at\n1,5,01/02/2024 10:00\n1,6,31/01/2024\n", options))
        );
        Assert.Contains("column 'at', row 2 is 'soon', not a time", Refused("a.csv", "user,item,at\n1,5,2024-01-01\n1,6,soon\n", options));
        Assert.Contains("give --dates dmy or --dates mdy", Refused("a.csv", "user,item,at\n1,5,01/02/2024\n1,6,02/01/2024\n", options));
    }

    [Fact]
    public void Limits_that_leave_nothing_are_refused()
    {
        const string Rows = "user,item,rating\n1,2,3\n1,3,4.5\n";
        Assert.Contains("no rating is 6 or more; they go from 3 to 4.5", Refused("a.csv", Rows, Named() with { Rating = "rating", MinRating = 6 }));
        Assert.Contains("no user has 3 interactions", Refused("a.csv", Rows, Named(perUser: 3)));
        Assert.Contains("--rating", Refused("a.csv", Rows, Named() with { MinRating = 4 }));
        Assert.Contains("--user and --item", Refused("a.csv", Rows, new() { User = "user" }));
        Assert.Contains("count from 1", Refused("a.csv", Rows, new() { User = "1", Item = "4" }));
        Assert.Contains(
            "names none of the 2 items",
            Refused("a.csv", Rows, Named() with { Titles = _scratch.Write("t.csv", "item,title\n77,Heat\n") }).Replace("t.csv", "t.csv")
        );
    }

    [Fact]
    public void Data_for_a_model_are_brought_to_its_items()
    {
        var model = new InteractionSchema(["5", "6"], null, Named(perUser: 3));
        var path = _scratch.Write("a.csv", "user,item\n1,6\n1,7\n2,7\n3,5\n");
        var data = DataSource.LoadAll(path, new() { Expected = model });
        Assert.Equal(["1", "3"], data.RecordNames!);
        Assert.Equal(
            [
                [1],
                [0],
            ],
            Histories.Rows(data)
        );
        Assert.Contains(data.Notes.Texts(), note => note.Contains("1 of 3 items"));
        var strange = Assert.Throws<InvalidInputException>(() => DataSource.LoadAll(path, new() { Expected = model with { Items = ["1"] } }));
        Assert.Contains("none of its 3 items is among the 1 of the model", strange.Message);
    }
}
