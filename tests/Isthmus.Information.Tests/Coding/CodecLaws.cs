using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

/// <summary>What every codec owes: data and leftover message come back, in both orders.</summary>
internal static class CodecLaws
{
    /// <summary>A message of random words, as deep as asked.</summary>
    public static RansMessage RandomMessage(ulong seed, int words = 64) => new InitialBits(seed).Borrowed(words);

    public static void Hold<T>(ICodec<T> codec, IReadOnlyList<T> values, ulong seed = 1)
    {
        foreach (var below in new[] { RansMessage.Empty, RandomMessage(seed) })
        {
            // Bits-back pops before it pushes, so it cannot start from the empty message.
            if (below.IsEmpty && codec is not ISymbolDistribution<T>)
                continue;
            var coder = new RansCoder(below);
            codec.PushAll(coder, values);
            var message = RansMessage.FromBytes(coder.ToMessage().ToBytes());
            Assert.Equal(coder.ToMessage(), message);
            var decoder = new RansCoder(message);
            Assert.Equal(values, codec.PopAll(decoder, values.Count));
            Assert.Equal(below, decoder.ToMessage());
        }
        // Popping random bits samples; pushing the samples gives the bits back.
        var start = RandomMessage(seed + 1, 64 + (4 * values.Count));
        var sampler = new RansCoder(start);
        var sampled = new Stack<T>();
        for (var i = 0; i < values.Count; i++)
        {
            try
            {
                sampled.Push(codec.Pop(sampler));
            }
            catch (MessageUnderflowException)
            {
                break;
            }
        }
        foreach (var value in sampled)
            codec.Push(sampler, value);
        Assert.Equal(start, sampler.ToMessage());
    }

    /// <summary>
    /// RansCoder's remarks. Above words, a push of precision p is off its ideal by at most 2^(p - 32) / ln 2 bits upwards; downwards by at
    /// most twice that, as the new state is at least (x - f) 2^p / f and log2(1 - u) is at least -2 u / ln 2 for u up to 1/2. From the empty message,
    /// log2(1 + 2^(p - 16)) bits once more, and the bytes are at most the content / 8 + 3.
    /// </summary>
    public static void CostsItsBits<T>(ISymbolDistribution<T> codec, IReadOnlyList<T> values, int precision, int pushesEach = 1)
    {
        var ideal = values.Sum(codec.Bits);
        var slack = values.Count * pushesEach * Math.Pow(2, precision - 32) / Math.Log(2);
        var deep = new RansCoder(RandomMessage(1));
        var before = deep.Bits;
        codec.PushAll(deep, values);
        // 1e-6: the sums of logarithms round.
        Assert.InRange(deep.Bits - before, ideal - (2 * slack) - 1e-6, ideal + slack + 1e-6);
        var coder = new RansCoder();
        codec.PushAll(coder, values);
        Assert.True(8 * coder.ToMessage().ToBytes().Length <= ideal + slack + Math.Log2(1 + Math.Pow(2, precision - 16)) + 24 + 1e-6);
    }
}
