using CsCheck;
using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

public class RansCoderTests
{
    /// <summary>Any interval of any precision, extremes included.</summary>
    private static readonly Gen<(uint Start, uint Frequency, int Precision)> AnyInterval =
        from precision in Gen.Int[1, RansCoder.MaximumPrecision]
        from a in Gen.OneOf(Gen.UInt[0, 1U << precision], Gen.Const(0U), Gen.Const(1U << precision))
        from b in Gen.OneOf(Gen.UInt[0, 1U << precision], Gen.Const(a > 0 ? a - 1 : a + 1))
        where a != b
        select (Math.Min(a, b), Math.Max(a, b) - Math.Min(a, b), precision);

    [Fact]
    public void Popping_what_was_pushed_restores_the_message() =>
        Gen.Select(AnyInterval.Array[0, 50], Gen.ULong, Gen.Int[0, 3])
            .Sample(
                (intervals, seed, words) =>
                {
                    var below = words == 0 ? RansMessage.Empty : CodecLaws.RandomMessage(seed, words);
                    var coder = new RansCoder(below);
                    foreach (var (start, frequency, precision) in intervals)
                        coder.Push(start, frequency, precision);
                    foreach (var (start, frequency, precision) in intervals.Reverse())
                    {
                        Assert.InRange(coder.Peek(precision), start, start + frequency - 1);
                        coder.Pop(start, frequency, precision);
                    }
                    Assert.Equal(below, coder.ToMessage());
                }
            );

    [Fact]
    public void Pushing_what_was_popped_restores_the_message() =>
        Gen.Select(AnyInterval.Array[1, 50], Gen.ULong[1UL << 32, ulong.MaxValue], Gen.UInt.Array[60])
            .Sample(
                (intervals, state, words) =>
                {
                    var from = RansMessage.Of(state, words);
                    var coder = new RansCoder(from);
                    var popped = new Stack<(uint, uint, int)>();
                    foreach (var (_, frequency, precision) in intervals)
                    {
                        // The bucket of this width that holds the point on top.
                        var start = coder.Peek(precision) / frequency * frequency;
                        var width = (uint)Math.Min(frequency, (1UL << precision) - start);
                        coder.Pop(start, width, precision);
                        popped.Push((start, width, precision));
                    }
                    foreach (var (start, frequency, precision) in popped)
                        coder.Push(start, frequency, precision);
                    Assert.Equal(from, coder.ToMessage());
                }
            );

    [Fact]
    public void Popping_from_a_short_message_is_undone_by_pushing_or_changes_nothing() =>
        Gen.Select(AnyInterval.Array[1, 10], Gen.ULong, Gen.Int[0, 47])
            .Sample(
                (intervals, any, shift) =>
                {
                    var from = RansMessage.Of(Math.Max(any >> shift, 1UL << 16), []);
                    var coder = new RansCoder(from);
                    var popped = new Stack<(uint, uint, int)>();
                    foreach (var (_, frequency, precision) in intervals)
                    {
                        var before = coder.ToMessage();
                        var start = coder.Peek(precision) / frequency * frequency;
                        var width = (uint)Math.Min(frequency, (1UL << precision) - start);
                        try
                        {
                            coder.Pop(start, width, precision);
                            popped.Push((start, width, precision));
                        }
                        catch (MessageUnderflowException)
                        {
                            Assert.Equal(before, coder.ToMessage());
                        }
                    }
                    foreach (var (start, frequency, precision) in popped)
                        coder.Push(start, frequency, precision);
                    Assert.Equal(from, coder.ToMessage());
                }
            );

    [Fact]
    public void Every_message_has_one_spelling() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 63], Gen.UInt.Array[0, 5])
            .Sample(
                (any, shift, words) =>
                {
                    var message = RansMessage.Of(Math.Max(any >> shift, words.Length > 0 ? 1UL << 32 : 1UL << 16), words);
                    var bytes = message.ToBytes();
                    Assert.Equal(message.ByteCount, bytes.Length);
                    Assert.True(bytes.Length <= (message.Bits / 8) + 3 + 1e-9);
                    Assert.Equal(message, RansMessage.FromBytes(bytes));
                }
            );

    [Fact]
    public void Any_bytes_are_the_spelling_of_a_message_or_an_error_of_ours() =>
        Gen
            .Byte.Array[0, 30]
            .Sample(bytes =>
            {
                try
                {
                    Assert.Equal(bytes, RansMessage.FromBytes(bytes).ToBytes());
                }
                catch (MessageException)
                {
                    Assert.True(bytes.Length is 1 or 2 || bytes[0] == 0 || bytes is [1, 0, 0]);
                }
            });

    [Fact]
    public void Empty_message_takes_no_bytes()
    {
        Assert.Empty(RansMessage.Empty.ToBytes());
        Assert.Equal(RansMessage.Empty, new RansCoder().ToMessage());
        Assert.Equal(0, RansMessage.Empty.Bits);
        Assert.Throws<MessageException>(() => RansMessage.FromBytes([1, 0, 0]));
        Assert.Throws<MessageException>(() => RansMessage.Of(65535, []));
        Assert.Throws<MessageException>(() => RansMessage.Of(uint.MaxValue, [1]));
    }

    [Fact]
    public void Popping_an_empty_message_is_an_error_and_changes_nothing()
    {
        var coder = new RansCoder();
        Assert.Throws<MessageUnderflowException>(() => coder.Pop(0, 1, 8));
        Assert.Equal(RansMessage.Empty, coder.ToMessage());
    }

    [Fact]
    public void Initial_bits_are_borrowed_only_as_needed_and_come_back()
    {
        var bits = new InitialBits(7);
        var coder = new RansCoder(bits);
        var popped = new Stack<uint>();
        for (var i = 0; i < 20; i++)
        {
            popped.Push(coder.Peek(10));
            coder.Pop(popped.Peek(), 1, 10);
        }
        // 200 bits popped; the state stays at 2^32 or above, 16 bits over the empty message: (200 + 16) / 32 rounded up.
        Assert.Equal(7, coder.BorrowedWords);
        foreach (var point in popped)
            coder.Push(point, 1, 10);
        Assert.Equal(bits.Borrowed(7), coder.ToMessage());
    }

    [Theory]
    [InlineData(0, 0, 8)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 1, -1)]
    [InlineData(0, 1, 32)]
    [InlineData(0, 257, 8)]
    [InlineData(256, 1, 8)]
    [InlineData(uint.MaxValue, uint.MaxValue, 31)]
    public void Impossible_interval_is_an_error_and_changes_nothing(uint start, uint frequency, int precision)
    {
        var message = CodecLaws.RandomMessage(3);
        var coder = new RansCoder(message);
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Push(start, frequency, precision));
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Pop(start, frequency, precision));
        Assert.Equal(message, coder.ToMessage());
    }

    [Fact]
    public void Popping_another_interval_than_the_one_on_top_is_an_error()
    {
        var coder = new RansCoder();
        coder.Push(3, 2, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Pop(5, 2, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Pop(0, 3, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Peek(32));
    }
}
