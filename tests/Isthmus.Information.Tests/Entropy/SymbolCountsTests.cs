using CsCheck;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;

namespace Isthmus.Information.Tests.Entropy;

public class SymbolCountsTests
{
    [Fact]
    public void Symbols_of_any_type_are_counted_in_order_of_appearance()
    {
        Assert.Equal([2, 1, 3], SymbolCounts.Of(["a", "b", "c", "a", "c", "c"]));
        Assert.Equal([1, 2], SymbolCounts.Of(new[] { (1, 'x'), (2, 'y'), (2, 'y') }.AsEnumerable()));
        Assert.Equal([0, 2, 1], SymbolCounts.OfClasses([1, 2, 1], 3));
        Assert.Empty(SymbolCounts.Of(Array.Empty<int>().AsEnumerable()));
    }

    [Fact]
    public void Example_of_the_page_runs()
    {
        // docs/measures/discrete.md. Mississippi: 1, 4, 4 and 2 of 11.
        var counts = SymbolCounts.Of("mississippi".AsSpan());
        Assert.Equal([1, 4, 4, 2], counts);
        var expected = (Math.Log(11) + 8 * Math.Log(11 / 4.0) + 2 * Math.Log(5.5)) / 11;
        Assert.Equal(expected, new PlugInEntropy().Measure(counts).Value, 14);
        Assert.True(new Grassberger2003Entropy().Measure(counts).Value > expected);
        string[] colours = ["red", "red", "blue", "blue"];
        int[] sizes = [1, 1, 2, 2];
        Assert.Equal(Math.Log(2), DiscreteMutualInformation.Of(DiscreteColumn.Of(colours), DiscreteColumn.Of(sizes)).Value, 14);
    }

    [Fact]
    public void Samples_hold_as_many_draws_as_asked_and_nothing_impossible() =>
        Gen.Select(Gen.Double[0, 1e308].Array[0, 20], Gen.Double[1e-300, 1], Gen.Int[0, 20], Gen.Int[0, 50], Gen.Int)
            .Sample(
                (weights, weight, at, observations, seed) =>
                {
                    double[] p = [.. weights[..Math.Min(at, weights.Length)], weight, .. weights[Math.Min(at, weights.Length)..], 0];
                    var counts = SymbolCounts.Sample(p, observations, new Random(seed));
                    Assert.Equal(observations, counts.Sum());
                    Assert.All(counts.Zip(p), pair => Assert.True(pair.First == 0 || pair.Second > 0));
                    Assert.Equal(counts, SymbolCounts.Sample(p, observations, new Random(seed)));
                }
            );

    [Fact]
    public void Samples_follow_their_probabilities()
    {
        // Pearson's sum over 4 symbols is chi-squared of 3 degrees: mean 3, above 21.1 once in 10,000.
        double[] p = [4, 3, 2, 1];
        var counts = SymbolCounts.Sample(p, 10_000, new Random(1));
        Assert.InRange(counts.Zip(p, (count, weight) => Math.Pow(count - 1000 * weight, 2) / (1000 * weight)).Sum(), 0, 21.1);
        Assert.Contains("at index 1 is NaN", Assert.Throws<ArgumentException>(() => SymbolCounts.Sample([1, double.NaN], 3, new Random(1))).Message);
        Assert.Contains("asked for -1", Assert.Throws<ArgumentException>(() => SymbolCounts.Sample([1], -1, new Random(1))).Message);
    }

    [Fact]
    public void Streams_and_spans_of_bytes_give_the_same_counts() =>
        Gen
            .Byte.Array[0, 1000]
            .Sample(
                bytes =>
                {
                    var counts = SymbolCounts.OfBytes(new MemoryStream(bytes));
                    Assert.Equal(SymbolCounts.OfBytes(bytes), counts);
                    Assert.Equal(bytes.Length, counts.Sum());
                    Assert.All(bytes, b => Assert.Equal(bytes.Count(x => x == b), counts[b]));
                },
                iter: 20
            );

    [Fact]
    public void Pairs_of_bytes_are_counted_alike_in_spans_and_streams() =>
        Gen.Select(Gen.Byte, Gen.Byte)
            .Array[0, 60]
            .Sample(
                rows =>
                {
                    byte[] x = [.. rows.Select(r => r.Item1)],
                        y = [.. rows.Select(r => r.Item2)];
                    var counts = SymbolCounts.OfBytePairs(x, y);
                    Assert.Equal(counts, SymbolCounts.OfBytePairs(new MemoryStream(x), new MemoryStream(y)));
                    Assert.Equal(rows.Length, counts.Sum());
                    Assert.All(rows, row => Assert.Equal(rows.Count(r => r == row), counts[256 * row.Item1 + row.Item2]));
                },
                iter: 20
            );

    [Fact]
    public void Streams_longer_than_a_buffer_are_counted_whole_and_unequal_ones_are_an_error()
    {
        var bytes = new byte[(1 << 20) + 5];
        new Random(1).NextBytes(bytes);
        Assert.Equal(SymbolCounts.OfBytePairs(bytes, bytes), SymbolCounts.OfBytePairs(new MemoryStream(bytes), new MemoryStream(bytes)));
        Assert.Contains(
            "one ends after 1048576 bytes",
            Assert.Throws<ArgumentException>(() => SymbolCounts.OfBytePairs(new MemoryStream(bytes), new MemoryStream(bytes, 0, 1 << 20))).Message
        );
    }

    [Fact]
    public void Bad_symbols_and_counts_are_errors_that_name_them()
    {
        Assert.Contains("Symbol 7 at index 1", Assert.Throws<ArgumentException>(() => SymbolCounts.OfClasses([1, 7], 3)).Message);
        Assert.Contains("Symbol -1", Assert.Throws<ArgumentException>(() => SymbolCounts.OfClasses([-1], 3)).Message);
        Assert.Throws<ArgumentException>(() => SymbolCounts.OfClasses([], 0));
        Assert.Contains("index 1 does not fit", Assert.Throws<ArgumentException>(() => SymbolCounts.FromIntegers<ulong>([1, ulong.MaxValue])).Message);
        Assert.Contains("2 and 1 rows", Assert.Throws<ArgumentException>(() => SymbolCounts.OfBytePairs([1, 2], [1])).Message);
    }

    [Fact]
    public void Profile_holds_the_histogram_but_for_its_names()
    {
        var profile = new CountProfile([0, 3, 1, 3, 0, 1, 1]);
        Assert.Equal([1, 3], profile.Values.ToArray());
        Assert.Equal([3, 2], profile.Multiplicities.ToArray());
        Assert.Equal((9, 5, 7), (profile.Total, profile.Observed, profile.Alphabet));
        Assert.Equal((3, 0, 2), (profile.SymbolsSeen(1), profile.SymbolsSeen(2), profile.SymbolsSeen(3)));
        var less = profile.WithoutOne(1);
        Assert.Equal([1, 2, 3], less.Values.ToArray());
        Assert.Equal([3, 1, 1], less.Multiplicities.ToArray());
        Assert.Equal((8, 4, 7), (profile.WithoutOne(0).Total, profile.WithoutOne(0).Observed, profile.WithoutOne(0).Alphabet));
        Assert.Throws<InvalidOperationException>(() => new CountProfile([1]).WithoutOne(0));
    }

    [Fact]
    public void Joined_columns_are_the_column_of_tuples() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[-2, 2], Gen.Int[0, 1])
            .Array[1, 50]
            .Sample(rows =>
            {
                var joint = DiscreteColumn.Join(
                    DiscreteColumn.Of(rows.Select(r => r.Item1)),
                    DiscreteColumn.Of(rows.Select(r => r.Item2)),
                    DiscreteColumn.Of(rows.Select(r => r.Item3))
                );
                Assert.Equal(DiscreteColumn.Of(rows.AsEnumerable()).Codes.ToArray(), joint.Codes.ToArray());
                Assert.Equal(rows.Distinct().Count(), joint.Symbols);
            });

    [Fact]
    public void Joint_alphabet_of_any_size_does_not_overflow()
    {
        // 20 columns of 3000 distinct symbols: 3000^20 tuples could occur, 3000 do.
        var column = DiscreteColumn.Of(Enumerable.Range(0, 3000));
        var joint = DiscreteColumn.Join(Enumerable.Repeat(column, 20).ToArray());
        Assert.Equal(3000, joint.Symbols);
        Assert.Equal(Math.Log(3000), JointEntropy.Of([joint]).Value, 12);
        // 70,000 x 70,000 pairs are beyond 32 bits and take the dictionary.
        var many = DiscreteColumn.Of(Enumerable.Range(0, 70_000));
        Assert.Equal(70_000, DiscreteColumn.Join(many, DiscreteColumn.Of(Enumerable.Range(0, 70_000).Reverse())).Symbols);
    }

    [Fact]
    public void Columns_of_other_lengths_do_not_join()
    {
        Assert.Contains(
            "column 1 has 1",
            Assert.Throws<ArgumentException>(() => DiscreteColumn.Join(DiscreteColumn.Of([1, 2]), DiscreteColumn.Of([1]))).Message
        );
        Assert.Throws<ArgumentException>(() => DiscreteColumn.Join());
    }
}
