using CsCheck;
using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

/// <summary>A message from anywhere gives values of the alphabet, or an error of ours; nothing else.</summary>
public class HostileMessageTests
{
    private static readonly ISymbolDistribution<int>[] Codecs =
    [
        Categorical.FromCounts([1, 2, 3], 4),
        Categorical.FromCounts([5, 0, 1], 31),
        QuantisedGaussian.Standard(BucketGrid.EqualMass(6)),
        new QuantisedGaussian(BucketGrid.EqualMass(4), int.MinValue, 1U << 30, 31),
        DiscretisedLogistic.From(256, 300, 0.01),
    ];

    private static readonly BitsBack<int, int> Model = new(
        Categorical.FromCounts([1, 1], 8),
        z => Categorical.FromCounts([1 + z, 3], 8),
        x => Categorical.FromCounts([1, 1 + x], 8)
    );

    [Fact]
    public void Any_bytes_decode_to_symbols_until_they_underflow() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.ULong[1, 1UL << 32])
            .Sample(
                (bytes, size) =>
                {
                    try
                    {
                        var coder = new RansCoder(RansMessage.FromBytes(bytes));
                        var uniform = new Uniform(size);
                        for (var i = 0; i < 200; i++)
                        {
                            foreach (var codec in Codecs)
                                codec.Bits(codec.Pop(coder));
                            Assert.True(uniform.Pop(coder) < size);
                            Model.Pop(coder);
                        }
                    }
                    catch (MessageException) { }
                }
            );

    [Fact]
    public void Truncation_at_every_byte_and_every_flip_give_other_data_or_an_error_of_ours()
    {
        var codec = DiscretisedLogistic.From(256, 100, 8);
        int[] data = [.. Enumerable.Range(0, 40).Select(i => 80 + i)];
        var coder = new RansCoder();
        codec.PushAll(coder, data);
        var bytes = coder.ToMessage().ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(Comes(bytes[..length]));
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Comes(flipped));
        }
        Assert.True(Comes(bytes));

        // Back with nothing left over: what a container checks, besides its checksum.
        bool Comes(byte[] damaged)
        {
            try
            {
                var decoder = new RansCoder(RansMessage.FromBytes(damaged));
                return codec.PopAll(decoder, data.Length).SequenceEqual(data) && decoder.ToMessage().IsEmpty;
            }
            catch (MessageException)
            {
                return false;
            }
        }
    }
}
