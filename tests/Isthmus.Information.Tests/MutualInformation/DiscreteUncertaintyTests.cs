using CsCheck;
using Isthmus.Information.Divergence;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;

namespace Isthmus.Information.Tests.MutualInformation;

public class DiscreteUncertaintyTests
{
    private const double Truth = 0.36806420716849; // ln 2 - H(0.1): a fair bit through a channel that flips one in ten.

    [Fact]
    public void Ninety_percent_intervals_of_a_noisy_bit_cover_its_information()
    {
        // Bias 1 / 2N = 0.001 is a fiftieth of the standard error 0.03; 300 repetitions have a standard deviation of 1.7%.
        var random = new Random(1);
        var covered = Enumerable
            .Range(0, 300)
            .Count(_ =>
            {
                var (x, y) = NoisyBit(400, 0.1, random);
                var estimate = DiscreteMutualInformation.Of(x, y);
                return Math.Abs(estimate.Value - Truth) < 1.6448536 * estimate.StandardError;
            });
        Assert.InRange(covered / 300.0, 0.85, 0.95);
    }

    public static TheoryData<string, Func<Random, Estimate>> Figures =>
        new()
        {
            {
                "Kullback-Leibler",
                random =>
                    KullbackLeiblerDivergence.Measure(SymbolCounts.Sample([0.5, 0.3, 0.2], 400, random), SymbolCounts.Sample([0.2, 0.3, 0.5], 300, random))
            },
            {
                "Jensen-Shannon",
                random => JensenShannonDivergence.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), SymbolCounts.Sample([0.1, 0.3, 0.6], 300, random))
            },
            { "Renyi 1/2", random => RenyiEntropy.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), 0.5) },
            { "Renyi 1", random => RenyiEntropy.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), 1) },
            { "Renyi 2", random => RenyiEntropy.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), 2) },
            { "Renyi infinity", random => RenyiEntropy.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), double.PositiveInfinity) },
            { "Tsallis 1/2", random => TsallisEntropy.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), 0.5) },
            { "Tsallis 1", random => TsallisEntropy.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), 1) },
            { "Tsallis 3", random => TsallisEntropy.Measure(SymbolCounts.Sample([0.6, 0.3, 0.1], 400, random), 3) },
            { "minimum", random => Normalized(random, InformationNormalization.Minimum) },
            { "geometric", random => Normalized(random, InformationNormalization.Geometric) },
            { "arithmetic", random => Normalized(random, InformationNormalization.Arithmetic) },
            { "maximum", random => Normalized(random, InformationNormalization.Maximum) },
            { "joint", random => Normalized(random, InformationNormalization.Joint) },
        };

    [Theory]
    [MemberData(nameof(Figures), DisableDiscoveryEnumeration = true)]
    public void Standard_errors_by_the_delta_method_are_the_spread_over_repetitions(string name, Func<Random, Estimate> measure)
    {
        var random = new Random(3);
        var (values, errors) = (new RunningMoments(), new RunningMoments());
        for (var i = 0; i < 500; i++)
        {
            var estimate = measure(random);
            values.Add(estimate.Value);
            errors.Add(estimate.StandardError);
        }
        // A deviation of 500 has relative error 3.2 %: four times that, and 3 % for what is of second order at 300 rows.
        Assert.True(Math.Abs(errors.Mean / Math.Sqrt(values.Variance) - 1) < 0.16, $"{name}: {errors.Mean} and {Math.Sqrt(values.Variance)}");
    }

    [Fact]
    public void Where_no_spread_is_of_first_order_the_standard_error_is_zero_and_one_observation_has_none()
    {
        Assert.Equal(new(Math.Log(2), 0), RenyiEntropy.Measure([5, 5], 0));
        Assert.Equal(new(0.5, 0), TsallisEntropy.Measure([5, 5], 2));
        Assert.Equal(new(0, 0), KullbackLeiblerDivergence.Measure([3, 1], [6, 2]));
        Assert.Equal(new(0, 0), JensenShannonDivergence.Measure([3, 1], [6, 2]));
        var infinite = KullbackLeiblerDivergence.Measure([3, 1], [6, 0]);
        Assert.Equal(double.PositiveInfinity, infinite.Value);
        Assert.True(double.IsNaN(infinite.StandardError));
        Assert.True(double.IsNaN(RenyiEntropy.Measure([0, 1], 2).StandardError));
        Assert.True(double.IsNaN(JensenShannonDivergence.Measure([1, 0], [3, 2]).StandardError));
        DiscreteColumn constant = DiscreteColumn.Of([1, 1, 1]),
            other = DiscreteColumn.Of([1, 2, 2]);
        Assert.Equal(new(0, 0), NormalizedMutualInformation.Measure(constant, other));
        Assert.Equal(1, NormalizedMutualInformation.Measure(other, other).Value, 1e-12);
    }

    [Fact]
    public void Bootstrap_of_rows_agrees_with_the_delta_method()
    {
        var (x, y) = NoisyBit(1000, 0.1, new Random(1));
        var interval = new DiscreteBootstrap { Seed = 2, Replicates = 500 }.Interval([x, y], columns =>
            DiscreteMutualInformation.Of(columns[0], columns[1]).Value
        );
        var estimate = DiscreteMutualInformation.Of(x, y);
        Assert.Equal(estimate.Value, interval.Value);
        // Quantiles at 5 and 95% of 500 have a standard error of 0.095 of the spread each: the width is 3.29 +- 0.13, four times that is 0.54.
        Assert.InRange((interval.Upper - interval.Lower) / estimate.StandardError, 3.29 - 0.54, 3.29 + 0.54);
    }

    [Fact]
    public void Independent_columns_are_rejected_as_often_as_the_level_says()
    {
        // 200 tests at 10%: 20 +- 4.2, so 6 to 36 is more than three standard deviations.
        var random = new Random(1);
        var rejected = Enumerable
            .Range(0, 200)
            .Count(seed =>
            {
                var (x, y) = NoisyBit(60, 0.5, random);
                return new DiscreteIndependenceTest { Seed = seed, Permutations = 99 }
                        .Test(x, y)
                        .PValue <= 0.1;
            });
        Assert.InRange(rejected, 6, 36);
    }

    [Fact]
    public void Dependence_gets_the_smallest_p_value_and_the_null_mean_is_the_bias()
    {
        var (x, y) = NoisyBit(400, 0.1, new Random(4));
        var result = new DiscreteIndependenceTest { Seed = 1, Permutations = 199 }.Test(x, y);
        Assert.Equal(1 / 200.0, result.PValue);
        // (2 - 1)(2 - 1) / 2N, and chi-squared of one degree has a standard deviation of sqrt 2 of its mean: 0.1 over 199, four times that.
        Assert.Equal(1 / 800.0, result.NullMean, 0.4 / 800);
        Assert.Equal(result, new DiscreteIndependenceTest { Seed = 1, Permutations = 199 }.Test(x, y));
    }

    [Fact]
    public void Common_cause_is_seen_through_by_the_conditional_test()
    {
        // x and y are both noisy copies of z: dependent, but not given z.
        var random = new Random(9);
        int[] z = [.. Enumerable.Range(0, 500).Select(_ => random.Next(2))];
        int[] x = [.. z.Select(b => random.NextDouble() < 0.2 ? 1 - b : b)],
            y = [.. z.Select(b => random.NextDouble() < 0.2 ? 1 - b : b)];
        var test = new DiscreteIndependenceTest { Seed = 3, Permutations = 199 };
        Assert.Equal(1 / 200.0, test.Test(DiscreteColumn.Of(x), DiscreteColumn.Of(y)).PValue);
        Assert.InRange(test.Test(DiscreteColumn.Of(x), DiscreteColumn.Of(y), DiscreteColumn.Of(z)).PValue, 0.02, 1);
    }

    [Fact]
    public void P_values_lie_above_zero_and_a_constant_has_one() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2])
            .Array[1, 20]
            .Sample(rows =>
            {
                DiscreteColumn x = DiscreteColumn.Of(rows.Select(r => r.Item1)),
                    y = DiscreteColumn.Of(rows.Select(r => r.Item2));
                var test = new DiscreteIndependenceTest { Seed = 1, Permutations = 19 };
                Assert.InRange(test.Test(x, y).PValue, 1 / 20.0, 1);
                Assert.Equal(1, test.Test(x, DiscreteColumn.Of(rows.Select(_ => 0))).PValue);
            });

    [Fact]
    public void Pairs_beyond_a_table_are_counted_all_the_same()
    {
        // 400 x 400 symbols pass 65536 cells: the dictionary. All distinct, so every permutation gives the same information.
        var x = DiscreteColumn.Of(Enumerable.Range(0, 400));
        Assert.Equal(
            1,
            new DiscreteIndependenceTest { Seed = 1, Permutations = 9 }
                .Test(x, x)
                .PValue
        );
        Assert.Throws<ArgumentException>(() => new DiscreteIndependenceTest { Seed = 1, Permutations = 0 }.Test(x, x));
        Assert.Throws<ArgumentException>(() => new DiscreteIndependenceTest { Seed = 1 }.Test(x, DiscreteColumn.Of([1])));
    }

    [Fact]
    public void Plug_in_bias_of_independent_columns_is_Millers_and_Miller_Madow_takes_it_off()
    {
        // 4 x 3 symbols, N = 200: bias 3 x 2 / 400 = 0.015; 2 N I is chi-squared of 6 degrees, so the mean of 400 samples has a
        // standard error of sqrt(12) / 400 / 20 = 0.0004; four of them, and 2% for the next order, 1 / N.
        double plugIn = 0,
            corrected = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            DiscreteColumn x = DiscreteColumn.Of(Enumerable.Range(0, 200).Select(_ => random.Next(4)).ToArray());
            DiscreteColumn y = DiscreteColumn.Of(Enumerable.Range(0, 200).Select(_ => random.Next(3)).ToArray());
            plugIn += DiscreteMutualInformation.Of(x, y).Value / 400;
            corrected += DiscreteMutualInformation.Of(x, y, new MillerMadowEntropy()).Value / 400;
        }
        Assert.Equal(0.015, plugIn, 0.002);
        Assert.Equal(0, corrected, 0.002);
    }

    private static (DiscreteColumn X, DiscreteColumn Y) NoisyBit(int rows, double flips, Random random)
    {
        int[] x = [.. Enumerable.Range(0, rows).Select(_ => random.Next(2))];
        return (DiscreteColumn.Of(x), DiscreteColumn.Of(x.Select(b => random.NextDouble() < flips ? 1 - b : b)));
    }

    private static Estimate Normalized(Random random, InformationNormalization by)
    {
        int[] x = [.. Enumerable.Range(0, 400).Select(_ => random.Next(3))];
        int[] y = [.. x.Select(v => random.NextDouble() < 0.3 ? 0 : v)];
        return NormalizedMutualInformation.Measure(DiscreteColumn.Of(x), DiscreteColumn.Of(y), by);
    }
}
