using CsCheck;
using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

public class DistributionTests
{
    private static readonly BucketGrid EqualMass = BucketGrid.EqualMass(8);

    private static readonly Gen<FixedPointDistribution> AnyDistribution = Gen.OneOf<FixedPointDistribution>(
        Gen.Select(Gen.Long[0, 1000].Array[1, 40].Where(counts => counts.Sum() > 0), Gen.Int[6, 31], (counts, precision) =>
            (FixedPointDistribution)Categorical.FromCounts(counts, precision)
        ),
        Gen.Select(Gen.Double[0, 1].Array[1, 40].Where(weights => weights.Sum() > 0), Gen.Int[6, 20], (weights, precision) =>
            (FixedPointDistribution)Categorical.FromWeights(weights, precision)
        ),
        Gen.Select(Gen.Int, Gen.UInt[1, 1U << 30], Gen.Int[8, 31], (mean, inverse, precision) =>
            (FixedPointDistribution)new QuantisedGaussian(EqualMass, mean, inverse, precision)
        ),
        Gen.Select(Gen.Double[-4, 4], Gen.Double[0.01, 10], Gen.Int[8, 31], (mean, deviation, precision) =>
            (FixedPointDistribution)QuantisedGaussian.From(EqualMass, mean, deviation, precision)
        ),
        Gen.Select(Gen.Double[-4, 4], Gen.Double[0.01, 10], Gen.Int[1, 200], (mean, deviation, buckets) =>
            (FixedPointDistribution)QuantisedGaussian.From(BucketGrid.Even(-3 << 16, 2000, buckets), mean, deviation)
        ),
        Gen.Select(Gen.Int[1, 300], Gen.Double[-50, 300], Gen.Double[0.01, 50], Gen.Int[9, 31], (levels, location, scale, precision) =>
            (FixedPointDistribution)DiscretisedLogistic.From(levels, location, scale, precision)
        ),
        Gen.Select(Gen.Int[1, 256], Gen.Int, Gen.UInt[1, 1U << 30], (levels, location, inverse) =>
            (FixedPointDistribution)new DiscretisedLogistic(levels, location, inverse)
        )
    );

    [Fact]
    public void Cumulative_frequencies_rise_strictly_from_zero_to_the_total() =>
        AnyDistribution.Sample(distribution =>
        {
            Assert.Equal(0U, distribution.Cumulative(0));
            Assert.Equal(1U << distribution.Precision, distribution.Cumulative(distribution.Size));
            for (var i = 0; i < distribution.Size; i++)
                Assert.True(distribution.Cumulative(i) < distribution.Cumulative(i + 1));
        });

    [Fact]
    public void Decoding_restores_data_and_leftover_message() =>
        Gen.Select(AnyDistribution, Gen.Int[0, int.MaxValue].Array[0, 20], Gen.ULong)
            .Sample(
                (distribution, any, seed) =>
                {
                    int[] symbols = [.. any.Select(symbol => symbol % distribution.Size)];
                    CodecLaws.Hold(distribution, symbols, seed);
                    CodecLaws.CostsItsBits(distribution, symbols, distribution.Precision);
                }
            );

    [Fact]
    public void Coins_restore_data_and_leftover_message() =>
        Gen.Select(
                Gen.Int[1, 31].SelectMany(precision => Gen.Select(Gen.UInt[1, (1U << precision) - 1], Gen.Const(precision))),
                Gen.Bool.Array[0, 50],
                Gen.ULong
            )
            .Sample(
                (odds, values, seed) =>
                {
                    var coin = new Bernoulli(odds.Item1, odds.Item2);
                    CodecLaws.Hold(coin, values, seed);
                    CodecLaws.CostsItsBits(coin, values, coin.Precision);
                }
            );

    [Fact]
    public void Uniform_numbers_restore_data_and_leftover_message() =>
        Gen.Select(
                Gen.OneOf(
                    Gen.ULong[1, 1UL << 32],
                    Gen.ULong[1, 10_000],
                    Gen.Int[0, 32].Select(bits => 1UL << bits),
                    Gen.Int[1, 31].Select(bits => (1UL << bits) + 1)
                ),
                Gen.UInt.Array[0, 20],
                Gen.ULong
            )
            .Sample(
                (size, any, seed) =>
                {
                    var uniform = new Uniform(size);
                    uint[] values = [0, (uint)(size - 1), .. any.Select(value => (uint)(value % size))];
                    CodecLaws.Hold(uniform, values, seed);
                    CodecLaws.CostsItsBits(uniform, values, 24, pushesEach: 2);
                    foreach (var value in values)
                        Assert.Equal(Math.Log2(size), uniform.Bits(value), 0.0011);
                }
            );

    [Fact]
    public void Any_interleaving_of_codecs_restores_data_and_leftover_message() =>
        Gen.Select(Gen.Select(AnyDistribution, Gen.Int[0, int.MaxValue]).Array[1, 20], Gen.ULong[1, 1UL << 32], Gen.UInt, Gen.ULong)
            .Sample(
                (steps, size, number, seed) =>
                {
                    var below = CodecLaws.RandomMessage(seed, 3);
                    var coder = new RansCoder(below);
                    var uniform = new Uniform(size);
                    foreach (var (distribution, symbol) in steps)
                    {
                        distribution.Push(coder, symbol % distribution.Size);
                        uniform.Push(coder, (uint)(number % size));
                    }
                    foreach (var (distribution, symbol) in steps.Reverse())
                    {
                        Assert.Equal((uint)(number % size), uniform.Pop(coder));
                        Assert.Equal(symbol % distribution.Size, distribution.Pop(coder));
                    }
                    Assert.Equal(below, coder.ToMessage());
                }
            );

    /// <summary>
    /// Pushes and pops in any order, each by another distribution, above any message: undone from the last to the first, every pop by a push and every
    /// push by a pop that gives the symbol, they leave the message as it was.
    /// </summary>
    [Fact]
    public void Any_interleaving_of_pushes_and_pops_is_undone() =>
        Gen.Select(Gen.Select(AnyDistribution, Gen.Int[0, int.MaxValue], Gen.Bool).Array[1, 30], Gen.ULong)
            .Sample(
                (steps, seed) =>
                {
                    var below = CodecLaws.RandomMessage(seed, 2 + steps.Length);
                    var coder = new RansCoder(below);
                    var done = new Stack<(FixedPointDistribution Distribution, int Symbol, bool Pushed)>();
                    foreach (var (distribution, any, isPush) in steps)
                    {
                        // 31 bits a pop at most: the words that are there suffice.
                        var symbol = isPush ? any % distribution.Size : distribution.Pop(coder);
                        if (isPush)
                            distribution.Push(coder, symbol);
                        done.Push((distribution, symbol, isPush));
                    }
                    foreach (var (distribution, symbol, wasPush) in done)
                        if (wasPush)
                            Assert.Equal(symbol, distribution.Pop(coder));
                        else
                            distribution.Push(coder, symbol);
                    Assert.Equal(below, coder.ToMessage());
                }
            );

    [Fact]
    public void Factorised_values_restore_data_and_leftover_message()
    {
        var codec = new Factorised<int>([
            Categorical.FromCounts([1, 2, 3]),
            DiscretisedLogistic.From(256, 100, 5),
            QuantisedGaussian.From(EqualMass, 0.5, 0.3),
        ]);
        CodecLaws.Hold(codec, [new[] { 2, 100, 170 }, [0, 0, 0], [1, 255, 255]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => codec.Push(new(), [1]));
    }

    [Fact]
    public void Underflow_in_the_middle_of_a_value_changes_nothing()
    {
        // 32 bits of message; the first part comes off, the second does not.
        var message = CodecLaws.RandomMessage(5, 1);
        var coder = new RansCoder(message);
        var codec = new Factorised<uint>([.. Enumerable.Repeat(new Uniform(1_000_000), 4)]);
        Assert.Throws<MessageUnderflowException>(() => codec.Pop(coder));
        Assert.Equal(message, coder.ToMessage());
        var large = new Uniform(1UL << 32);
        coder = new RansCoder(RansMessage.Of(1UL << 32, []));
        Assert.Throws<MessageUnderflowException>(() => large.Pop(coder));
        Assert.Equal(RansMessage.Of(1UL << 32, []), coder.ToMessage());
    }

    [Fact]
    public void Categorical_table_has_the_least_code_length_of_all_tables() =>
        Gen.Long[0, 60]
            .Array[3]
            .Where(counts => counts.Sum() > 0)
            .Sample(counts =>
            {
                const int Precision = 5;
                double Cost(uint a, uint b, uint c) =>
                    (counts[0] * (Precision - Math.Log2(a))) + (counts[1] * (Precision - Math.Log2(b))) + (counts[2] * (Precision - Math.Log2(c)));
                var best = double.PositiveInfinity;
                for (var a = 1U; a < 32; a++)
                    for (var b = 1U; a + b < 32; b++)
                        best = Math.Min(best, Cost(a, b, 32 - a - b));
                var table = Categorical.FromCounts(counts, Precision);
                // A wrong step is taken only where two gains count log2((f + 1) / f) are within 0.12 % of one another; each of the three
                // symbols is then at most one step off, each worth at most count bits (f = 1).
                Assert.InRange(Cost(table.Frequency(0), table.Frequency(1), table.Frequency(2)), best - 1e-9, best + (0.0012 * counts.Sum()) + 1e-9);
            });

    /// <summary>The figures that docs/reference/coding.md gives for samples/02-entropy-coding.cs.</summary>
    [Fact]
    public void Text_of_the_sample_takes_the_bits_that_the_page_says()
    {
        int[] text = [.. string.Concat(Enumerable.Repeat("she sells sea shells by the sea shore; ", 50)).Select(letter => (int)letter)];
        var counts = new long[256];
        foreach (var letter in text)
            counts[letter]++;
        var letters = Categorical.FromCounts(counts);
        var coder = new RansCoder();
        letters.PushAll(coder, text);
        Assert.Equal(1950, text.Length);
        Assert.Equal(6034.5, text.Sum(letter => letters.Bits(letter)), 0.05);
        Assert.Equal(6056, 8 * coder.ToMessage().ToBytes().Length);
    }

    [Fact]
    public void Proportional_counts_give_proportional_frequencies_and_ties_go_to_the_lower_index()
    {
        Assert.Equal([2048U, 1024U, 1024U], Frequencies(Categorical.FromCounts([20, 10, 10], 12)));
        Assert.Equal([6U, 5U, 5U], Frequencies(Categorical.FromCounts([7, 7, 7], 4)));
        Assert.Equal([14U, 1U, 1U], Frequencies(Categorical.FromWeights([1, 0, 1e-30], 4)));
        // 169 log2(3) + 100 log2(1) is less than 169 log2(2) + 100 log2(2): rounding at the arithmetic mean would take 3 and 1.
        Assert.Equal([2U, 2U], Frequencies(Categorical.FromCounts([169, 100], 2)));
        Assert.Equal([1U << 31], Frequencies(Categorical.FromCounts([1L << 62], 31)));
    }

    [Fact]
    public void Standard_gaussian_is_even_over_buckets_of_equal_mass()
    {
        var prior = QuantisedGaussian.Standard(EqualMass);
        // 2^12 each; an edge is off by up to 2^-16 where the density is at most 0.4, that is 2^20 * 0.4 / 2^16 = 6.4, at either side.
        foreach (var frequency in Frequencies(prior))
            Assert.InRange(frequency, (1U << 12) - 14, (1U << 12) + 14);
        Assert.Equal(256, EqualMass.Centres.Length);
        for (var i = 0; i < 255; i++)
            Assert.True(EqualMass.Centres[i] < EqualMass.Edges[i] && EqualMass.Edges[i] < EqualMass.Centres[i + 1]);
    }

    /// <summary>Quantiles of N(0, 1) at 0.75 and 0.875 by Python 3, statistics.NormalDist().inv_cdf.</summary>
    [Fact]
    public void Edges_of_equal_mass_are_quantiles()
    {
        var edges = BucketGrid.EqualMass(3).Edges;
        // One unit of 2^-16, and a table error of 2e-6 over a density of at least 0.2.
        Assert.Equal(0, edges[3]);
        Assert.Equal(0.6744897501960817, edges[5] / 65536.0, 2.6e-5);
        Assert.Equal(1.1503493803760079, edges[6] / 65536.0, 2.6e-5);
        Assert.Equal(-1.1503493803760079, edges[0] / 65536.0, 2.6e-5);
    }

    /// <summary>Values by Python 3: math.erfc(-t / sqrt 2) / 2 and 1 / (1 + math.exp(-t)).</summary>
    [Theory]
    [InlineData(0, 0.5, 0.5)]
    [InlineData(1, 0.8413447460685429, 0.7310585786300049)]
    [InlineData(-2, 0.0227501319481792, 0.1192029220221176)]
    [InlineData(3, 0.9986501019683699, 0.9525741268224334)]
    [InlineData(-5, 2.866515718791939e-7, 0.0066928509242849)]
    public void Tables_have_the_values_of_the_distribution_functions(int t, double gaussian, double logistic)
    {
        const double Total = 1U << 31;
        // At a point of the table: 2^-32 of the table, 2^-31 of the floor, 2^-31 of the frequency that every symbol has.
        var tolerance = 3 * Math.Pow(2, -31);
        Assert.Equal(
            gaussian,
            new QuantisedGaussian(BucketGrid.Even(-1, 2, 2), -t * LocationScale.One, LocationScale.One, 31).Cumulative(1) / Total,
            tolerance
        );
        Assert.Equal(
            logistic,
            new DiscretisedLogistic(2, (LocationScale.One / 2) - (t * LocationScale.One), LocationScale.One, 31).Cumulative(1) / Total,
            tolerance
        );
    }

    [Fact]
    public void Logistic_levels_have_the_mass_of_the_logistic()
    {
        var distribution = DiscretisedLogistic.From(256, 100.25, 3, 24);
        double S(double x) => 1 / (1 + Math.Exp(-(x - 100.25) / 3));
        for (var level = 0; level < 256; level++)
        {
            var mass = (level == 255 ? 1 : S(level + 0.5)) - (level == 0 ? 0 : S(level - 0.5));
            // Table 1e-6 at either edge; 1 / 3 rounded to 2^-17 over at most 7.5 scales where the slope counts (t S' <= 0.23): 6e-6;
            // t to 2^-16 at slope 1/4: 4e-6; the floor of 1 in 2^24 for each of 256 levels: 1.6e-5 in all.
            Assert.Equal(mass, distribution.Frequency(level) / (double)(1 << 24), 3e-5);
        }
    }

    [Fact]
    public void Parameters_out_of_range_are_errors_that_say_so()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Uniform(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Uniform((1UL << 32) + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Uniform(10).Push(new(), 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Bernoulli(0, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Bernoulli(256, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bernoulli.FromProbability(double.NaN));
        Assert.Equal(1U, Bernoulli.FromProbability(0).TrueFrequency);
        Assert.Equal((1U << 16) - 1, Bernoulli.FromProbability(1).TrueFrequency);
        Assert.Throws<ArgumentException>(() => Categorical.FromCounts([]));
        Assert.Throws<ArgumentException>(() => Categorical.FromCounts([0, 0]));
        Assert.Throws<ArgumentException>(() => Categorical.FromCounts([1, -1]));
        Assert.Throws<ArgumentException>(() => Categorical.FromCounts([1, 1, 1], 1));
        Assert.Throws<ArgumentException>(() => Categorical.FromCounts([long.MaxValue, long.MaxValue]));
        Assert.Throws<ArgumentException>(() => Categorical.FromWeights([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => Categorical.FromWeights([1, double.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => Categorical.FromFrequencies([8, 0, 8], 4));
        Assert.Throws<ArgumentException>(() => Categorical.FromFrequencies([8, 7], 4));
        Assert.Throws<ArgumentException>(() => Categorical.FromFrequencies([uint.MaxValue, uint.MaxValue], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Categorical.FromFrequencies([8, 8], 99));
        Assert.Throws<ArgumentOutOfRangeException>(() => Categorical.FromCounts([1, 1]).Push(new(), 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Categorical.FromCounts([1, 1]).Push(new(), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Categorical.FromCounts([1, 1]).Cumulative(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => BucketGrid.EqualMass(15));
        Assert.Throws<ArgumentOutOfRangeException>(() => BucketGrid.Even(0, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => BucketGrid.Even(int.MaxValue, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantisedGaussian(EqualMass, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantisedGaussian(EqualMass, 0, 1, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantisedGaussian.From(EqualMass, double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantisedGaussian.From(EqualMass, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogistic(0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogistic((1 << 14) + 1, 0, 1, 20));
    }

    private static uint[] Frequencies(FixedPointDistribution distribution) => [.. Enumerable.Range(0, distribution.Size).Select(distribution.Frequency)];
}
