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
    /// Bytes of n symbols of ideal cost B bits at precision p: at most B + n 2^(p - 32) / ln 2 (RansCoder's remarks) + 40 bits, as the
    /// bytes of a message are at most its content / 8 + 5. At least B - n 2^(p - 32) / ln 2: flooring loses as little the other way, as
    /// the new state is at least x 2^p / f - 2^p, and x / f is at least 2^(32 - p).
    /// </summary>
    public static void CostsItsBits<T>(ISymbolDistribution<T> codec, IReadOnlyList<T> values, int precision, int pushesEach = 1)
    {
        var coder = new RansCoder();
        codec.PushAll(coder, values);
        var ideal = values.Sum(codec.Bits);
        var slack = values.Count * pushesEach * Math.Pow(2, precision - 32) / Math.Log(2);
        // 1e-6: the sums of logarithms round.
        Assert.InRange(coder.Bits, ideal - (2 * slack) - 1e-6, ideal + slack + 1e-6);
        Assert.True(8 * coder.ToMessage().ToBytes().Length <= ideal + slack + 40 + 1e-6);
    }
}
