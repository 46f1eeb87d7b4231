using CsCheck;
using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

public class InterleavedRansTests
{
    private static readonly Categorical Table = Categorical.FromCounts([50, 20, 10, 5, 5, 1, 1, 1], 12);

    [Fact]
    public void Decoding_restores_data_for_any_table_length_and_number_of_lanes() =>
        Gen.Select(
                Gen.Long[0, 1000].Array[1, 256].Where(counts => counts.Sum() > 0),
                Gen.Int[8, 12],
                Gen.OneOf(Gen.Const(8), Gen.Int[1, 32]),
                Gen.Byte.Array[0, 1000]
            )
            .Sample(
                (counts, precision, lanes, any) =>
                {
                    byte[] data = [.. any.Select(value => (byte)(value % counts.Length))];
                    var coder = new InterleavedRans(Categorical.FromCounts(counts, precision), lanes);
                    var decoded = new byte[data.Length];
                    coder.Decode(coder.Encode(data), decoded);
                    Assert.Equal(data, decoded);
                }
            );

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(32)]
    public void Code_length_is_the_ideal_and_the_states(int lanes)
    {
        const int Count = 100_000;
        var source = new RansCoder(new InitialBits(4));
        byte[] data = [.. Enumerable.Range(0, Count).Select(_ => (byte)Table.Pop(source))];
        var ideal = data.Sum(symbol => Table.Bits(symbol));
        var bits = 8.0 * new InterleavedRans(Table, lanes).Encode(data).Length;
        // A pair exceeds its ideal by at most 2^(24 - 32) / ln 2 bits (RansCoder's remarks with the two as one symbol of precision 24), and
        // undercuts it by at most twice that; a lane begins at 32 bits, ends at 32 to 64, and is stored in 64.
        var slack = Count / 2 * Math.Pow(2, -8) / Math.Log(2);
        Assert.InRange(bits, ideal - (2 * slack), ideal + slack + (64 * lanes));
    }

    [Fact]
    public void Truncation_at_every_byte_and_every_flip_is_the_data_or_an_error_of_ours()
    {
        var coder = new InterleavedRans(Table);
        var source = new RansCoder(new InitialBits(5));
        byte[] data = [.. Enumerable.Range(0, 200).Select(_ => (byte)Table.Pop(source))];
        var bytes = coder.Encode(data);
        var decoded = new byte[data.Length];
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<MessageException>(() => coder.Decode(bytes.AsSpan(0, length), decoded));
        Assert.Throws<MessageException>(() => coder.Decode([.. bytes, 0, 0, 0, 0], decoded));
        Assert.Throws<MessageException>(() => coder.Decode(bytes, new byte[data.Length - 1]));
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            // The code is dense: some flip spells other data, which is what an archive's checksums are for. Nothing else may happen.
            try
            {
                coder.Decode(flipped, decoded);
                Assert.NotEqual(data, decoded);
            }
            catch (MessageException) { }
        }
    }

    /// <summary>With equal frequencies all eight lanes take a word in the same round, the most that the fast path may read.</summary>
    [Fact]
    public void Words_that_run_out_in_the_middle_of_a_round_are_an_error_of_ours()
    {
        var coder = new InterleavedRans(Categorical.FromCounts(Enumerable.Repeat(1L, 256).ToArray(), 8));
        var bytes = coder.Encode(new byte[160]);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<MessageException>(() => coder.Decode(bytes.AsSpan(0, length), new byte[160]));
    }

    [Fact]
    public void Random_bytes_are_data_or_an_error_of_ours() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[0, 600], Gen.OneOf(Gen.Const(8), Gen.Int[1, 32]))
            .Sample(
                (bytes, count, lanes) =>
                {
                    try
                    {
                        new InterleavedRans(Table, lanes).Decode(bytes, new byte[count]);
                    }
                    catch (MessageException) { }
                }
            );

    [Fact]
    public void Parameters_out_of_range_are_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new InterleavedRans(Table, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InterleavedRans(Table, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InterleavedRans(Categorical.FromCounts([1, 1], 13)));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new InterleavedRans(
                Categorical.FromCounts(
                    new long[257]
                        .Select(_ => 1L)
                        .ToArray(),
                    12
                )
            )
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new InterleavedRans(Table).Encode([8]));
    }
}
