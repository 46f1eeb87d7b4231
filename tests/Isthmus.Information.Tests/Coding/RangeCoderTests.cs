using CsCheck;
using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

public class RangeCoderTests
{
    /// <summary>Any interval of any precision, extremes included.</summary>
    private static readonly Gen<(uint Start, uint Frequency, int Precision)> AnyInterval =
        from precision in Gen.Int[1, RansCoder.MaximumPrecision]
        from a in Gen.OneOf(Gen.UInt[0, 1U << precision], Gen.Const(0U), Gen.Const(1U << precision))
        from b in Gen.OneOf(Gen.UInt[0, 1U << precision], Gen.Const(a > 0 ? a - 1 : a + 1))
        where a != b
        select (Math.Min(a, b), Math.Max(a, b) - Math.Min(a, b), precision);

    [Fact]
    public void Symbols_come_out_in_the_order_they_went_in() =>
        AnyInterval
            .Array[0, 80]
            .Sample(intervals =>
            {
                var decoder = new RangeDecoder(Encoded(intervals));
                foreach (var (start, frequency, precision) in intervals)
                {
                    Assert.InRange(decoder.Peek(precision), start, start + frequency - 1);
                    decoder.Pop(start, frequency, precision);
                }
                decoder.CheckEnd();
            });

    /// <summary>From any bytes, whole or damaged, both coders: a coin is what a look at the point and a pop of its side make of it.</summary>
    [Fact]
    public void A_coin_is_the_pop_of_one_of_two_intervals() =>
        Gen.Select(
                Gen.Byte.Array[8, 60],
                Gen.Int[1, RansCoder.MaximumPrecision]
                    .SelectMany(precision =>
                        Gen.Select(Gen.OneOf(Gen.UInt[1, (1U << precision) - 1], Gen.Const(1U), Gen.Const((1U << precision) - 1)), Gen.Const(precision))
                    )
                    .Array[1, 40]
            )
            .Sample(
                (bytes, coins) =>
                {
                    bytes[0] |= 1;
                    Same(new RangeDecoder(bytes), new RangeDecoder(bytes));
                    Same(new RansCoder(RansMessage.FromBytes(bytes)), new RansCoder(RansMessage.FromBytes(bytes)));

                    void Same(IIntervalDecoder one, IIntervalDecoder other)
                    {
                        foreach (var (zero, precision) in coins)
                        {
                            var (first, second) = (Of(() => one.PopCoin(zero, precision)), Of(() => ByIntervals(other, zero, precision)));
                            Assert.Equal(first, second);
                            if (first is not bool)
                                return;
                        }
                    }

                    static object Of(Func<bool> pop)
                    {
                        try
                        {
                            return pop();
                        }
                        catch (MessageException e)
                        {
                            return e.Message;
                        }
                    }
                }
            );

    private static bool ByIntervals(IIntervalDecoder decoder, uint zero, int precision)
    {
        var value = decoder.Peek(precision) >= zero;
        decoder.Pop(value ? zero : 0, value ? (1U << precision) - zero : zero, precision);
        return value;
    }

    /// <summary>
    /// Range after n symbols is at least 2^64 (1 - 2^-64) 2^-B prod (1 - 2^(p - 32)), and the shortest string of bytes inside it has at most 8
    /// bits more than its logarithm. The logarithms here are exact to some 1e-12.
    /// </summary>
    [Fact]
    public void A_message_takes_its_ideal_bits_and_at_most_eight_more() =>
        AnyInterval
            .Array[0, 80]
            .Sample(intervals =>
            {
                var bound =
                    8 + intervals.Sum(interval => interval.Precision - Math.Log2(interval.Frequency) - Math.Log2(1 - Math.ScaleB(1, interval.Precision - 32)));
                Assert.True(8 * Encoded(intervals).Length <= bound + 1e-9);
            });

    [Fact]
    public void Certain_symbols_take_no_byte() => Assert.Empty(Encoded([.. Enumerable.Repeat((0U, 1U << 16, 16), 1000)]));

    /// <summary>The lowest interval of all, again and again, and then one that adds to the last bit: the carry runs through every word.</summary>
    [Fact]
    public void A_carry_runs_through_all_words()
    {
        (uint, uint, int)[] intervals = [(0x7FFFFFFF, 1, 31), .. Enumerable.Repeat((0x7FFFFFFEU, 2U, 31), 200), (1, 1, 1), (0x7FFFFFFF, 1, 31)];
        var decoder = new RangeDecoder(Encoded(intervals));
        foreach (var (start, frequency, precision) in intervals)
            decoder.Pop(start, frequency, precision);
        decoder.CheckEnd();
    }

    [Fact]
    public void Asking_for_the_bytes_changes_nothing() =>
        Gen.Select(AnyInterval.Array[0, 20], AnyInterval.Array[0, 20])
            .Sample(
                (first, second) =>
                {
                    var encoder = new RangeEncoder();
                    Push(encoder, first);
                    Assert.Equal(Encoded(first), encoder.ToBytes());
                    Push(encoder, second);
                    Assert.Equal(Encoded([.. first, .. second]), encoder.ToBytes());
                }
            );

    [Fact]
    public void Any_bytes_give_symbols_or_a_message_exception() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[1, 31].Array[1, 40])
            .Sample(
                (bytes, precisions) =>
                {
                    var decoder = new RangeDecoder(bytes);
                    try
                    {
                        foreach (var precision in precisions)
                        {
                            var half = 1U << (precision - 1);
                            decoder.Pop(decoder.Peek(precision) < half ? 0 : half, half, precision);
                        }
                        decoder.CheckEnd();
                    }
                    catch (MessageException e)
                    {
                        Assert.Contains("damaged", e.Message);
                    }
                }
            );

    [Fact]
    public void Bytes_that_are_left_are_noticed()
    {
        var decoder = new RangeDecoder(new byte[9]);
        Assert.Contains("1 bytes are left", Assert.Throws<MessageException>(decoder.CheckEnd).Message);
    }

    [Fact]
    public void What_is_no_interval_is_refused()
    {
        var (encoder, decoder) = (new RangeEncoder(), new RangeDecoder(new byte[] { 0x80 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Push(0, 0, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Push(255, 2, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Push(0, 1, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Pop(0, 64, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.PopCoin(0, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.PopCoin(256, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.PopCoin(1, 32));
        Assert.Equal(128U, decoder.Peek(8));
    }

    private static byte[] Encoded((uint, uint, int)[] intervals)
    {
        var encoder = new RangeEncoder();
        Push(encoder, intervals);
        return encoder.ToBytes();
    }

    private static void Push(RangeEncoder encoder, (uint, uint, int)[] intervals)
    {
        foreach (var (start, frequency, precision) in intervals)
            encoder.Push(start, frequency, precision);
    }
}
