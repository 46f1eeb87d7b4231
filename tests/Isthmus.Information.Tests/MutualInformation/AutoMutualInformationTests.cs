using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;

namespace Isthmus.Information.Tests.MutualInformation;

public sealed class AutoMutualInformationTests
{
    private const int Rows = 2000;
    private const double Present = 0.09,
        Correlation = 0.9;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_mostly_zero_holds_what_its_other_values_hold(int seed)
    {
        // Y = 0 but in a share of the rows that X does not decide; there it is normal with X.
        var (x, other, chance) = (Samples.Normal(Rows, 3 * seed), Samples.Normal(Rows, 3 * seed + 1), Samples.Uniform(Rows, 3 * seed + 2));
        double[] Mostly0(Func<int, double> value) => [.. chance.Select((draw, row) => draw < Present ? 5 + value(row) : 0)];
        var none = Measured(x, Mostly0(row => other[row]));
        var some = Measured(x, Mostly0(row => Correlation * x[row] + Math.Sqrt(1 - Correlation * Correlation) * other[row]));
        Assert.Equal("mixed", none.Estimator);
        Assert.InRange(none.Estimate.Value, -4 * none.Estimate.StandardError, 4 * none.Estimate.StandardError);
        var truth = -Present / 2 * Math.Log(1 - Correlation * Correlation);
        Assert.InRange(some.Estimate.Value, truth - 4 * some.Estimate.StandardError, truth + 4 * some.Estimate.StandardError);
    }

    [Fact]
    public void Ties_and_the_number_of_combinations_decide_the_estimator()
    {
        var (x, y) = (Samples.Normal(Rows, 1), Samples.Normal(Rows, 2));
        Assert.Equal("ksg1", Measured(x, y).Estimator);
        Assert.Equal("mixed", Measured(Stepped(x, 0.1), Stepped(y, 0.1)).Estimator);
        Assert.Equal("mixed", Measured(Stepped(x, 1), y).Estimator);
        Assert.Equal("shrunk", Measured(Stepped(x, 1), Stepped(y, 1)).Estimator);
        Assert.Equal("miller-madow", Measured(Array.ConvertAll(x, value => value > 0 ? 1.0 : 0), Array.ConvertAll(y, value => value > 0 ? 1.0 : 0)).Estimator);
    }

    /// <summary>
    /// What is seen of both of a normal pair, and of how many values; the truth is from bench/mixed-coverage.cs, whose table of cells is exact to 1e-4.
    /// </summary>
    public static TheoryData<string, double, double> Seen =>
        new()
        {
            { "steps of 0.1", 0.6, 0.2227 },
            { "steps of 0.5", 0.6, 0.2119 },
            { "steps of 0.1", 0.9, 0.8270 },
            { "half zeros", 0.6, 0.1528 },
            { "half zeros", 0.9, 0.5543 },
            { "1 in 10 above zero", 0.9, 0.1648 },
            { "limits", 0.6, 0.1938 },
            { "limits", 0.9, 0.7019 },
            { "4 values", 0.9, 0.5401 },
            { "10 values", 0.6, 0.2029 },
            { "30 values", 0.9, 0.8026 },
            { "steps of 0.1", 0, 0 },
            { "steps of 0.5", 0, 0 },
            { "half zeros", 0, 0 },
            { "1 in 10 above zero", 0, 0 },
            { "limits", 0, 0 },
            { "10 values", 0, 0 },
            { "30 values", 0, 0 },
            { "100 values", 0, 0 },
        };

    [Theory]
    [MemberData(nameof(Seen))]
    public void Intervals_of_columns_with_ties_hold_the_truth_or_carry_a_warning(string seen, double correlation, double truth)
    {
        Func<double, double> map = seen switch
        {
            "steps of 0.1" => z => Math.Round(10 * z) / 10,
            "steps of 0.5" => z => Math.Round(2 * z) / 2,
            "half zeros" => z => z < 0 ? 0 : z + 1,
            "1 in 10 above zero" => z => z < 1.275 ? 0 : z,
            "limits" => z => Math.Clamp(z, -1, 1),
            _ => Levels(int.Parse(seen.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)),
        };
        var (silent, runs) = (0, 0);
        foreach (var rows in (int[])[200, 1000, 4000])
            for (var seed = 0; seed < 20; seed++, runs++)
            {
                var (x, y) = Samples.CorrelatedNormals(rows, 1, correlation, 1000 * rows + seed);
                var chosen = AutoMutualInformation.Estimate(
                    Variable.OfNumbersByRule(Array.ConvertAll(x[0].ToArray(), value => map(value))),
                    Variable.OfNumbersByRule(Array.ConvertAll(y[0].ToArray(), value => map(value))),
                    new() { Threads = 1 }
                );
                var (lower, upper) = (chosen.Estimate with { Value = Math.Max(0, chosen.Estimate.Value) }).Interval();
                silent += chosen.Warnings.Count == 0 && (lower > truth || upper < truth) ? 1 : 0;
            }
        // Of 60 intervals of 90 %, more than 13 miss with probability 0.002 (binomial); before, 60 of 60 missed in most rows of the table.
        Assert.InRange(silent, 0, 13);
        Assert.Equal(60, runs);
    }

    [Fact]
    public void What_chance_finds_is_taken_off_by_the_weight_of_independence_beyond_chance()
    {
        var weak = Weights(0.3);
        Assert.Equal(10, weak.Length);
        Assert.All(weak, weight => Assert.InRange(weight, 0.05, 0.95));
        Assert.All(Weights(0.9), weight => Assert.InRange(weight, 0, 0.05));

        // How far the figure lies from Chao-Wang-Jost, which is right for strong dependence, towards all that chance finds taken off, right at independence.
        static double[] Weights(double correlation) =>
            [
                .. Enumerable
                    .Range(1, 100)
                    .Select(seed => Samples.CorrelatedNormals(1000, 1, correlation, seed))
                    .Select(pair => (X: Names(pair.Item1[0].ToArray()), Y: Names(pair.Item2[0].ToArray())))
                    .Select(pair => (pair.X, pair.Y, Chosen: AutoMutualInformation.Estimate(Variable.OfSymbols(pair.X), Variable.OfSymbols(pair.Y))))
                    .Where(pair => pair.Chosen.Estimator == "chao-wang-jost")
                    .Take(10)
                    .Select(pair =>
                    {
                        var byCoverage = DiscreteMutualInformation.Of(pair.X, pair.Y, new ChaoWangJostEntropy()).Value;
                        var lessChance = DiscreteMutualInformation.Of(pair.X, pair.Y, new PlugInEntropy()).Value - ExpectedMutualInformation.Of(pair.X, pair.Y);
                        return (byCoverage - pair.Chosen.Estimate.Value) / (byCoverage - lessChance);
                    }),
            ];
        static DiscreteColumn Names(double[] column) => DiscreteColumn.Of<double>(Stepped(column, 0.5));
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(10, false)]
    public void Labels_of_few_rows_are_warned_of(int labels, bool isWarned)
    {
        var label = DiscreteColumn.Of(Enumerable.Range(0, 1000).Select(row => row % labels));
        var chosen = AutoMutualInformation.Estimate(Variable.OfSymbols(label), Variable.OfNumbersByRule(Samples.Normal(1000, 1)));
        Assert.Equal("ross", chosen.Estimator);
        Assert.Equal(isWarned, chosen.Warnings.Any(warning => warning.Contains("25 rows on average", StringComparison.Ordinal)));
    }

    [Fact]
    public void Independent_columns_of_sparse_names_find_nothing()
    {
        // The estimator changes beyond 3 standard deviations of chance, which one seed in 700 passes.
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            // Names as frequent as 1 / rank: many seen once or twice.
            DiscreteColumn Names(int count) => DiscreteColumn.Of(Enumerable.Range(0, 3000).Select(_ => (int)Math.Pow(count, random.NextDouble())));
            var chosen = AutoMutualInformation.Estimate(Variable.OfSymbols(Names(60)), Variable.OfSymbols(Names(40)));
            Assert.Equal("shrunk", chosen.Estimator);
            Assert.InRange(chosen.Estimate.Value, -3.5 * chosen.Estimate.StandardError, 3.5 * chosen.Estimate.StandardError);
        }
    }

    [Fact]
    public void A_dependence_without_order_is_seen_though_neighbours_do_not_see_it()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 20_000).Select(_ => (double)random.Next(100))],
            y = [.. x.Select(value => 2.0 * random.Next(50) + value % 2)];
        var chosen = Measured(x, y);
        Assert.InRange(chosen.Estimate.Value, Math.Log(2) - 3 * chosen.Estimate.StandardError, Math.Log(2) + 3 * chosen.Estimate.StandardError);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 1)]
    [InlineData(2, 0.1)]
    public void Rows_that_are_copies_are_counted_once(int times, double share)
    {
        var (x, y) = Samples.CorrelatedNormals(1000, 1, 0.6, 5);
        int[] rows = [.. Enumerable.Range(0, 1000).SelectMany(row => Enumerable.Repeat(row, row < share * 1000 ? times : 1))];
        var (once, copied) = (Measured(x[0].ToArray(), y[0].ToArray()), Measured(x.Rows(rows)[0].ToArray(), y.Rows(rows)[0].ToArray()));
        Assert.Equal(once.Estimate, copied.Estimate);
        Assert.Contains(copied.Warnings, warning => warning.Contains("repeat another", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_speaks_against_easy_figures()
    {
        var (x, y) = Samples.CorrelatedNormals(5000, 1, 0.6, 7);
        foreach (var step in (double[])[0.05, 0.5, 2])
            Assert.Empty(Measured(Stepped(x[0].ToArray(), step), Stepped(y[0].ToArray(), step)).Warnings);
    }

    [Fact]
    public void Equal_columns_give_equal_figures_and_a_constant_gives_0()
    {
        var (x, y) = (Stepped(Samples.Normal(500, 1), 0.1), Stepped(Samples.Normal(500, 2), 0.2));
        Assert.Equal(Measured(x, y).Estimate, Measured([.. x], [.. y]).Estimate);
        foreach (var rows in (int[])[2, 5, 500])
            Assert.Equal(new(0, 0), Measured(new double[rows], y[..rows]).Estimate);
    }

    [Fact]
    public void A_figure_below_0_by_three_errors_is_doubted()
    {
        Assert.Single(EstimateWarnings.OfSign(new(-0.16, 0.05)));
        Assert.Empty(EstimateWarnings.OfSign(new(-0.14, 0.05)));
    }

    private static Func<double, double> Levels(int count) => z => Math.Min(count - 1, Math.Floor(count * Normal(z)));

    // Zelen and Severo 1964, within 7.5e-8.
    private static double Normal(double z)
    {
        var t = 1 / (1 + 0.2316419 * Math.Abs(z));
        var tail =
            Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z > 0 ? 1 - tail : tail;
    }

    private static double[] Stepped(double[] numbers, double step) => Array.ConvertAll(numbers, number => step * Math.Round(number / step));

    private static ChosenEstimate Measured(double[] x, double[] y) => AutoMutualInformation.Estimate(Variable.OfNumbersByRule(x), Variable.OfNumbersByRule(y));
}
