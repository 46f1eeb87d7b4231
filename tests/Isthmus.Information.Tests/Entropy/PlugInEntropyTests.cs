using CsCheck;
using Isthmus.Information.Entropy;

namespace Isthmus.Information.Tests.Entropy;

public class PlugInEntropyTests
{
    [Fact]
    public void Fair_coin_is_one_bit() => Assert.Equal(1, InformationUnits.NatsToBits(PlugInEntropy.FromCounts([5, 5])), 15);

    [Fact]
    public void One_symbol_is_zero_nats() => Assert.Equal(0, PlugInEntropy.FromCounts([0, 12, 0]));

    [Fact]
    public void Entropy_is_at_most_the_logarithm_of_the_symbols_and_symmetric() =>
        Gen.Long[0, 1000]
            .Array[1, 20]
            .Where(counts => counts.Sum() > 0)
            .Sample(counts =>
            {
                var entropy = PlugInEntropy.FromCounts(counts);
                var reversed = PlugInEntropy.FromCounts(counts.Reverse().ToArray());
                return entropy >= 0 && entropy <= Math.Log(counts.Length) + 1e-12 && Math.Abs(entropy - reversed) < 1e-12;
            });

    [Fact]
    public void Independent_symbols_add_their_entropies() =>
        Gen.Select(Gen.Long[1, 50].Array[1, 6], Gen.Long[1, 50].Array[1, 6])
            .Sample(
                (a, b) =>
                {
                    long[] joint = [.. a.SelectMany(x => b.Select(y => x * y))];
                    return Math.Abs(PlugInEntropy.FromCounts(joint) - PlugInEntropy.FromCounts(a) - PlugInEntropy.FromCounts(b)) < 1e-12;
                }
            );

    [Fact]
    public void Symbols_are_counted() => Assert.Equal(PlugInEntropy.FromCounts([1, 2, 1]), PlugInEntropy.FromSymbols([0, 1, 2, 1], 3));

    [Fact]
    public void No_observation_is_an_error_that_says_so()
    {
        Assert.Contains("all 2 counts are zero", Assert.Throws<ArgumentException>(() => PlugInEntropy.FromCounts([0, 0])).Message);
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => PlugInEntropy.FromCounts([3, -1])).Message);
    }
}
