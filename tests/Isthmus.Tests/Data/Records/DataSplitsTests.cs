using CsCheck;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;

namespace Isthmus.Tests.Data.Records;

public class DataSplitsTests
{
    [Fact]
    public void Random_splits_hold_every_record_once() =>
        Gen.Select(Gen.Int[3, 300], Gen.Int)
            .Sample(
                (count, seed) =>
                {
                    var splits = DataSplits.Random(Numbered(count), seed);
                    var parts = new[] { splits.Train, splits.Validation, splits.Test };
                    return splits.Test.Count == Math.Max(1, count / 10)
                        && splits.Validation.Count == splits.Test.Count
                        && parts.SelectMany(Scratch.Values).Order().SequenceEqual(Scratch.Values(Numbered(count)))
                        && parts.All(part => part.Labels[0].Values.SequenceEqual(Scratch.Values(part).Select(value => (int)value % 2)));
                }
            );

    [Fact]
    public void Held_out_records_leave_the_training_records() =>
        Gen.Select(Gen.Int[2, 300], Gen.Int)
            .Sample(
                (count, seed) =>
                {
                    var splits = DataSplits.HoldOut(Numbered(count), Numbered(1), count / 2, seed);
                    return splits.Validation.Count == count / 2
                        && splits.Test.Count == 1
                        && Scratch.Values(splits.Train).Concat(Scratch.Values(splits.Validation)).Order().SequenceEqual(Scratch.Values(Numbered(count)));
                }
            );

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(Scratch.Values(DataSplits.Random(Numbered(100), 7).Train), Scratch.Values(DataSplits.Random(Numbered(100), 7).Train));
        Assert.NotEqual(Scratch.Values(DataSplits.Random(Numbered(100), 7).Train), Scratch.Values(DataSplits.Random(Numbered(100), 8).Train));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fewer_than_three_records_are_refused(int count) =>
        Assert.Contains("at least 3", Assert.Throws<InvalidInputException>(() => DataSplits.Random(Numbered(count), 1)).Message);

    [Fact]
    public void More_cannot_be_held_out_than_there_are() =>
        Assert.Contains("more than the 5", Assert.Throws<InvalidInputException>(() => DataSplits.HoldOut(Numbered(5), Numbered(1), 5, 1)).Message);

    private static Dataset Numbered(int count) =>
        Dataset.Vectors(
            "numbers",
            new(["n"]),
            [.. Enumerable.Range(0, count).Select(i => (float)i)],
            [new("parity", [.. Enumerable.Range(0, count).Select(i => i % 2)], ["even", "odd"])]
        );
}
