using CsCheck;
using Isthmus.Information.Entropy;

namespace Isthmus.Information.Tests.Entropy;

public class DiscreteEntropyTests
{
    public static TheoryData<string> Names => [.. DiscreteEntropyEstimator.All.Select(e => e.Name)];

    private static readonly Gen<long[]> Histograms = Gen.Long[0, 30].Array[1, 12].Where(counts => counts.Sum() > 0);

    [Theory, MemberData(nameof(Names))]
    public void One_symbol_is_exactly_zero(string name)
    {
        foreach (var count in new[] { 1, 2, 3, 17, 1L << 40 })
            Assert.Equal(0, DiscreteEntropyEstimator.Named(name).Entropy([count]));
    }

    [Theory, MemberData(nameof(Names))]
    public void Renaming_symbols_changes_nothing(string name)
    {
        var estimator = DiscreteEntropyEstimator.Named(name);
        Histograms.Sample(
            counts =>
            {
                // The profile sorts, so that even the roundings are the same; the plug-in sums a histogram as it comes.
                Assert.Equal(estimator.Entropy(counts), estimator.Entropy(counts.Reverse().ToArray()), 1e-13);
                Assert.Equal(estimator.Entropy(counts), estimator.Entropy(new CountProfile(counts)), 1e-13);
            },
            iter: 30
        );
    }

    [Theory, MemberData(nameof(Names))]
    public void Estimates_are_numbers_and_so_are_their_errors(string name)
    {
        var estimator = DiscreteEntropyEstimator.Named(name);
        Histograms.Sample(
            counts =>
            {
                var estimate = estimator.Measure(counts);
                Assert.True(double.IsFinite(estimate.Value));
                Assert.True(estimate.StandardError >= 0 || counts.Sum() == 1);
            },
            iter: 30
        );
    }

    [Theory, MemberData(nameof(Names))]
    public void Many_observations_lead_every_estimator_to_the_truth(string name)
    {
        // Counts of exactly N p: plug-in is the truth, and every correction is O(K / N) = 3e-6 at N = 1e6, K = 3. The minimax
        // prior alone has sqrt(N) pseudo-counts: it moves p by (1/K - p) / sqrt(N) and the entropy by
        // (mean of -ln p - H) / sqrt(N) = (1.169 - 1.030) / 1000.
        var truth = PlugInEntropy.FromCounts([5, 3, 2]);
        Assert.Equal(truth, DiscreteEntropyEstimator.Named(name).Entropy([500_000, 300_000, 200_000]), name == "minimax" ? 1.5e-4 : 1e-5);
    }

    [Theory, MemberData(nameof(Names))]
    public void Bad_counts_are_errors_that_say_what_is_wrong(string name)
    {
        var estimator = DiscreteEntropyEstimator.Named(name);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => estimator.Entropy([])).Message);
        Assert.Contains("all 3 counts are zero", Assert.Throws<ArgumentException>(() => estimator.Entropy([0, 0, 0])).Message);
        Assert.Contains("index 1 is -4", Assert.Throws<ArgumentException>(() => estimator.Entropy([3, -4])).Message);
        Assert.Contains("2^63 - 1", Assert.Throws<ArgumentException>(() => estimator.Entropy([long.MaxValue, 1])).Message);
    }

    [Fact]
    public void Largest_counts_are_still_exact()
    {
        Assert.Equal(Math.Log(2), PlugInEntropy.FromCounts([1L << 61, 1L << 61]), 15);
        Assert.Equal(0, PlugInEntropy.FromCounts([long.MaxValue]));
    }

    [Fact]
    public void Rare_event_keeps_its_digits()
    {
        // p = 1e-12: p (1 - ln p) - p^2 / 2.
        var expected = 1e-12 * (1 - Math.Log(1e-12));
        Assert.Equal(expected, PlugInEntropy.FromCounts([1, 999_999_999_999]), expected * 1e-11);
    }

    [Fact]
    public void Jackknife_is_its_definition() =>
        Histograms
            .Where(counts => counts.Sum() > 1)
            .Sample(counts =>
            {
                double n = counts.Sum(),
                    without = 0,
                    squares = 0;
                var leaveOneOut = counts.Select((c, i) => c == 0 ? 0 : PlugInEntropy.FromCounts([.. counts.Select((x, j) => i == j ? x - 1 : x)])).ToArray();
                for (var i = 0; i < counts.Length; i++)
                    without += counts[i] / n * leaveOneOut[i];
                for (var i = 0; i < counts.Length; i++)
                    squares += counts[i] / n * Math.Pow(leaveOneOut[i] - without, 2);
                var estimate = new JackknifeEntropy().Measure(counts);
                // N H rounds at 360 x 2.5 x 1e-16 a few times.
                Assert.Equal(n * PlugInEntropy.FromCounts(counts) - (n - 1) * without, estimate.Value, 1e-11);
                // A root near 0 has half the digits.
                Assert.Equal(Math.Sqrt((n - 1) * squares), estimate.StandardError, 1e-6);
            });

    [Fact]
    public void Chao_Wang_Jost_tail_is_one_value_on_both_sides_of_its_switch()
    {
        // n A passes 1 as f2 grows; the direct form of the formula is good on both sides here.
        for (var f2 = 0; f2 < 40; f2++)
        {
            long[] counts = [.. Enumerable.Repeat(1L, 60), .. Enumerable.Repeat(2L, f2), .. Enumerable.Repeat(5L, 30 - f2 / 2)];
            var a = f2 > 0 ? 2.0 * f2 / ((counts.Sum() - 1) * 60.0 + 2 * f2) : 2 / ((counts.Sum() - 1) * 59.0 + 2);
            double n = counts.Sum(),
                direct = -Math.Log(a);
            for (var r = 1; r < n; r++)
                direct -= Math.Pow(1 - a, r) / r;
            var expected = new ZhangEntropy().Entropy(counts) + 60 / n * Math.Pow(1 - a, 1 - n) * direct;
            var found = new ChaoWangJostEntropy().Entropy(counts);
            // The direct form loses up to (1 - A)^-n, below e^1.4 here.
            Assert.Equal(expected, found, 1e-12);
        }
    }

    [Theory]
    [InlineData("plugin", 1)]
    [InlineData("miller-madow", 2)]
    [InlineData("jackknife", 2)]
    public void Bias_falls_at_the_known_rate(string name, int order)
    {
        var estimator = DiscreteEntropyEstimator.Named(name);
        double small = Bias(200),
            large = Bias(400);
        // Plug-in: -1/2N + (1 - sum 1/p) / 12 N^2, whose second term is 0.3% of the first at N = 200. Without the first the
        // next, O(N^-3), is at most 6 / (p^2 N) = 30% / 10 of the second. So twice N is 2^order less, to 5%.
        Assert.Equal(Math.Pow(2, order), small / large, 0.05 * Math.Pow(2, order));
        var expected = order == 1 ? -1 / 400.0 : (name == "jackknife" ? -1 : 1) * (1 - 1 / 0.3 - 1 / 0.7) / 12 / 200 / 200;
        Assert.Equal(expected, small, 0.05 * Math.Abs(expected));

        // Exact expectation: the sum over all samples of a coin with p = 0.3, weighted by the binomial.
        double Bias(int n)
        {
            double truth = -(0.3 * Math.Log(0.3) + 0.7 * Math.Log(0.7)),
                sum = 0,
                logWeight = n * Math.Log(0.7);
            for (var k = 0; k <= n; k++)
            {
                sum += Math.Exp(logWeight) * estimator.Entropy([k, n - k]);
                logWeight += Math.Log((n - k) / (k + 1.0) * (0.3 / 0.7));
            }
            return sum - truth;
        }
    }

    [Fact]
    public void Corrections_beat_the_plug_in_far_below_the_alphabet()
    {
        // 100 draws of 200 equally likely symbols: the plug-in cannot pass ln 100, ln 200 is the truth. Mean of 200 samples;
        // its error, about 0.1 / sqrt(200), is far below the gap.
        var truth = Math.Log(200);
        double Mean(DiscreteEntropyEstimator estimator) =>
            Enumerable
                .Range(0, 200)
                .Average(seed =>
                {
                    var random = new Random(seed);
                    return estimator.Entropy(SymbolCounts.OfClasses([.. Enumerable.Range(0, 100).Select(_ => random.Next(200))], 200));
                });
        var plugIn = truth - Mean(new PlugInEntropy());
        Assert.InRange(plugIn, 0.7, 1.2);
        foreach (
            var better in new DiscreteEntropyEstimator[]
            {
                new Grassberger2003Entropy(),
                new ChaoShenEntropy(),
                new ChaoWangJostEntropy(),
                new JamesSteinEntropy(),
            }
        )
            Assert.True(Math.Abs(truth - Mean(better)) < plugIn / 2, better.Name);
    }

    [Fact]
    public void Alphabet_adds_the_symbols_not_seen()
    {
        Assert.Equal(
            new BayesEntropy(DirichletPrior.Jeffreys).Entropy([3, 2, 0, 0]),
            new BayesEntropy(DirichletPrior.Jeffreys) { Alphabet = 4 }.Entropy([3, 2])
        );
        Assert.Equal(new NemenmanShafeeBialekEntropy().Entropy([3, 2, 0, 0]), new NemenmanShafeeBialekEntropy { Alphabet = 4 }.Entropy([3, 2]));
        Assert.Equal(Math.Log(4), new JamesSteinEntropy { Alphabet = 4 }.Entropy([1]), 15);
        Assert.Contains("2 symbols observed", Assert.Throws<ArgumentException>(() => new JamesSteinEntropy { Alphabet = 1 }.Entropy([3, 2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => DirichletPrior.Of(0));
    }

    [Fact]
    public void Unknown_name_lists_the_known_ones() =>
        Assert.Contains("miller-madow", Assert.Throws<ArgumentException>(() => DiscreteEntropyEstimator.Named("magic")).Message);

    [Fact]
    public void Huge_histograms_and_alphabets_converge()
    {
        var nsb = new NemenmanShafeeBialekEntropy();
        Assert.Equal(PlugInEntropy.FromCounts([600_000_000, 400_000_000]), nsb.Entropy([600_000_000, 400_000_000]), 1e-7);
        Assert.InRange((nsb with { Alphabet = 1L << 60 }).Entropy([2, 1, 1]), Math.Log(3), 60 * Math.Log(2));
        long[] wide = [.. Enumerable.Range(1, 5000).Select(i => (long)(100_000 / i))];
        // The prior adds about one pseudo-count to each of K = 5000 symbols: K / N = 0.0055 of the way to the uniform
        // distribution, and the entropy moves by that times (mean of -ln p - H) = 1.4 at most.
        Assert.Equal(new MillerMadowEntropy().Entropy(wide), nsb.Entropy(wide), 0.0077);
    }

    [Theory]
    [InlineData("plugin")]
    [InlineData("miller-madow")]
    [InlineData("jackknife")]
    [InlineData("grassberger")]
    [InlineData("zhang")]
    [InlineData("chao-shen")]
    [InlineData("chao-wang-jost")]
    [InlineData("shrink")]
    [InlineData("jeffreys")]
    [InlineData("perks")]
    [InlineData("nsb")]
    public void Ninety_percent_intervals_cover_the_truth(string name)
    {
        // 400 observations of six symbols: the plug-in's bias of 5 / 800 is a quarter of the standard error 0.025, which
        // costs below 1%. 1000 repetitions have a standard deviation of 1% (300: 1.7%): 85 to 95% is three of them at least.
        double[] p = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];
        var truth = -p.Sum(x => x * Math.Log(x));
        var estimator = DiscreteEntropyEstimator.Named(name);
        var repetitions = name == "nsb" ? 300 : 1000;
        var random = new Random(1);
        var covered = Enumerable
            .Range(0, repetitions)
            .Count(_ =>
            {
                var estimate = estimator.Measure(SymbolCounts.Sample(p, 400, random));
                return Math.Abs(estimate.Value - truth) < 1.6448536 * estimate.StandardError;
            });
        Assert.InRange((double)covered / repetitions, 0.85, 0.95);
    }

    [Theory]
    [InlineData("plugin")]
    [InlineData("miller-madow")]
    public void Bootstrap_intervals_cover_the_truth_and_repeat(string name)
    {
        double[] p = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];
        var truth = -p.Sum(x => x * Math.Log(x));
        var estimator = DiscreteEntropyEstimator.Named(name);
        var random = new Random(1);
        var covered = Enumerable
            .Range(0, 600)
            .Count(seed =>
            {
                var interval = new DiscreteBootstrap { Seed = seed, Replicates = 200 }.Interval(SymbolCounts.Sample(p, 400, random), estimator);
                return interval.Lower < truth && truth < interval.Upper;
            });
        // 600 repetitions have a standard deviation of 1.2%: 85 to 95% is four of them.
        Assert.InRange(covered / 600.0, 0.85, 0.95);
        var bootstrap = new DiscreteBootstrap { Seed = 1, Replicates = 50 };
        Assert.Equal(bootstrap.Interval([5, 3, 1], estimator), bootstrap.Interval([5, 3, 1], estimator));
    }

    [Fact]
    public void Bootstrap_says_what_it_cannot_do()
    {
        Assert.Contains("2^31", Assert.Throws<ArgumentException>(() => new DiscreteBootstrap { Seed = 1 }.Interval([1L << 40], new PlugInEntropy())).Message);
        Assert.Throws<ArgumentException>(() => new DiscreteBootstrap { Seed = 1, Level = 1 }.Interval([3], new PlugInEntropy()));
        Assert.Throws<ArgumentException>(() => new DiscreteBootstrap { Seed = 1 }.Interval([], _ => 0));
    }
}
