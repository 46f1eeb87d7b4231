using CsCheck;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Interactions;

public sealed class FoldInTests
{
    [Fact]
    public void Parts_of_a_history_are_disjoint_and_whole_and_a_fifth_is_held_out() =>
        Gen.Select(Gen.Int[1, 25].Array[1, 8].Where(lengths => lengths.Any(length => length > 1)), Gen.Int)
            .Sample(
                (lengths, seed) =>
                {
                    var data = Histories.Of(25, [.. lengths.Select(length => Enumerable.Range(0, length).ToArray())]);
                    var (seen, heldOut) = HeldOutSplit.Of(data, seed);
                    int[] kept = [.. lengths.Where(length => length > 1)];
                    Assert.Equal(kept.Length, seen.Count);
                    Assert.Equal(seen.RecordNames!, heldOut.RecordNames!);
                    for (var user = 0; user < kept.Length; user++)
                    {
                        Assert.Equal(Math.Max(1, kept[user] / 5), heldOut.Sparse(user).Columns.Length);
                        Assert.Equal(Enumerable.Range(0, kept[user]), Histories.Rows(seen)[user].Concat(Histories.Rows(heldOut)[user]).Order());
                    }
                    Assert.Equal(Histories.Rows(heldOut), Histories.Rows(HeldOutSplit.Of(data, seed).HeldOut));
                },
                iter: 100,
                threads: 1
            );

    [Fact]
    public void In_the_order_of_time_the_latest_are_held_out()
    {
        var data = Histories.Of(10, [3, 1, 4, 5, 9, 2, 6, 8, 7, 0]);
        var timed = Dataset.Counts(
            "timed",
            (InteractionSchema)data.Schema with
            {
                Source = new() { Time = "at" },
            },
            SparseCounts.Of([(Histories.Rows(data)[0], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1])])
        );
        Assert.Equal(
            [
                [7, 0],
            ],
            Histories.Rows(HeldOutSplit.Of(timed, 1).HeldOut)
        );
    }

    [Fact]
    public void Where_no_user_has_two_there_is_nothing_to_foretell() =>
        Assert.Contains(
            "none of 2 users has two interactions",
            Assert.Throws<InvalidInputException>(() => HeldOutSplit.Of(Histories.Of(3, [0], [2]), 1)).Message
        );

    [Fact]
    public void Items_that_no_training_user_met_are_left_out_of_every_part()
    {
        // Item u is met by user u alone, besides the two that all met.
        var all = Histories.Of(30, [.. Enumerable.Range(0, 28).Select(user => new[] { user, 28, 29 })]);
        var parts = DataSplits.ByUser(all, seed: 3);
        Assert.Equal((24, 2, 2), (parts.Train.Count, parts.Validation.Count, parts.Test.Count));
        Assert.Equal(26, parts.Train.Schema.Dimension);
        Assert.All(Histories.Rows(parts.Test), history => Assert.Equal([24, 25], history));
        var schema = (InteractionSchema)parts.Train.Schema;
        Assert.Equal(Histories.Rows(parts.Test), Histories.Rows(DataSplits.ByUser(all, 3, schema).Test));
    }
}
