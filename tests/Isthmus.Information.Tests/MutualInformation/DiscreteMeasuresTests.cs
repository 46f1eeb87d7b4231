using CsCheck;
using Isthmus.Information.Divergence;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;

namespace Isthmus.Information.Tests.MutualInformation;

public class DiscreteMeasuresTests
{
    private const double Bit = 0.69314718055994530942;

    // Sums of a few entropies below 5 nats, each rounded some dozen times at 1.1e-16.
    private const double Rounding = 1e-12;

    private static readonly Gen<(int X, int Y, int Z)[]> Rows = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 2]).Array[1, 60];

    [Fact]
    public void Measures_agree_with_SciPy_and_scikit_learn()
    {
        foreach (var c in DiscreteOracle.Cases("pairs"))
        {
            DiscreteColumn x = DiscreteColumn.Of(c.Integers("x")),
                y = DiscreteColumn.Of(c.Integers("y"));
            DiscreteOracle.Agrees(c.Number("entropy_x"), JointEntropy.Of([x]).Value);
            DiscreteOracle.Agrees(c.Number("entropy_joint"), JointEntropy.Of([x, y]).Value);
            DiscreteOracle.Agrees(c.Number("entropy_joint") - c.Number("entropy_y"), JointEntropy.Conditional(x, y).Value);
            DiscreteOracle.Agrees(c.Number("mutual_information"), DiscreteMutualInformation.Of(x, y).Value);
            DiscreteOracle.Agrees(c.Number("g_test_information"), DiscreteMutualInformation.Of(x, y).Value);
            DiscreteOracle.Agrees(c.Number("variation"), VariationOfInformation.Of(x, y).Value);
            DiscreteOracle.Agrees(c.Number("min"), NormalizedMutualInformation.Of(x, y, InformationNormalization.Minimum));
            DiscreteOracle.Agrees(c.Number("geometric"), NormalizedMutualInformation.Of(x, y, InformationNormalization.Geometric));
            DiscreteOracle.Agrees(c.Number("arithmetic"), NormalizedMutualInformation.Of(x, y));
            DiscreteOracle.Agrees(c.Number("v_measure"), NormalizedMutualInformation.Of(x, y));
            DiscreteOracle.Agrees(c.Number("max"), NormalizedMutualInformation.Of(x, y, InformationNormalization.Maximum));
        }
    }

    [Fact]
    public void Divergences_agree_with_SciPy()
    {
        foreach (var c in DiscreteOracle.Cases("weights"))
        {
            double[] p = c.Numbers("p"),
                q = c.Numbers("q");
            DiscreteOracle.Agrees(c.Number("kullback_leibler"), KullbackLeiblerDivergence.Of(p, q));
            DiscreteOracle.Agrees(c.Number("cross_entropy"), KullbackLeiblerDivergence.CrossEntropy(p, q));
            DiscreteOracle.Agrees(c.Number("jensen_shannon"), JensenShannonDivergence.Of(p, q));
            long[] counts = [.. p.Select(x => (long)x)],
                others = [.. q.Select(x => (long)x)];
            DiscreteOracle.Agrees(c.Number("kullback_leibler"), KullbackLeiblerDivergence.FromCounts(counts, others));
            DiscreteOracle.Agrees(c.Number("jensen_shannon"), JensenShannonDivergence.FromCounts(counts, others));
        }
    }

    [Fact]
    public void Xor_is_all_synergy()
    {
        var (x, y, z) = Columns([(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]);
        Assert.Equal(0, DiscreteMutualInformation.Of(x, z).Value, Rounding);
        Assert.Equal(Bit, DiscreteMutualInformation.Conditional(x, z, y).Value, Rounding);
        Assert.Equal(Bit, DiscreteMultivariateInformation.TotalCorrelation([x, y, z]).Value, Rounding);
        Assert.Equal(2 * Bit, DiscreteMultivariateInformation.DualTotalCorrelation([x, y, z]).Value, Rounding);
        Assert.Equal(-Bit, DiscreteMultivariateInformation.OInformation([x, y, z]).Value, Rounding);
        Assert.Equal(Bit, DiscreteMultivariateInformation.InteractionInformation([x, y, z]).Value, Rounding);
        Assert.Equal(-Bit, DiscreteMultivariateInformation.CoInformation([x, y, z]).Value, Rounding);
    }

    [Theory, InlineData(2), InlineData(3), InlineData(6)]
    public void Parity_and_the_giant_bit_are_as_published(int n)
    {
        // Parity: n bits of which the last is the parity of the others. Giant bit: n copies of one.
        var parity = Bits(n, Enumerable.Range(0, 1 << n - 1).Select(i => i | (int.PopCount(i) & 1) << n - 1));
        Assert.Equal(Bit, DiscreteMultivariateInformation.TotalCorrelation(parity).Value, Rounding);
        Assert.Equal((n - 1) * Bit, DiscreteMultivariateInformation.DualTotalCorrelation(parity).Value, Rounding);
        Assert.Equal((2 - n) * Bit, DiscreteMultivariateInformation.OInformation(parity).Value, Rounding);
        var giant = Bits(n, [0, (1 << n) - 1]);
        Assert.Equal((n - 1) * Bit, DiscreteMultivariateInformation.TotalCorrelation(giant).Value, Rounding);
        Assert.Equal(Bit, DiscreteMultivariateInformation.DualTotalCorrelation(giant).Value, Rounding);
        Assert.Equal((n - 2) * Bit, DiscreteMultivariateInformation.OInformation(giant).Value, Rounding);
        Assert.Equal(Bit, DiscreteMultivariateInformation.CoInformation(giant).Value, Rounding);
    }

    [Fact]
    public void Chain_rules_and_identities_hold() =>
        Rows.Sample(rows =>
        {
            var (x, y, z) = Columns(rows);
            double xy = DiscreteMutualInformation.Of(x, y).Value,
                xyz = DiscreteMutualInformation.Conditional(x, y, z).Value;
            Assert.Equal(JointEntropy.Of([x, y]).Value, JointEntropy.Of([x]).Value + JointEntropy.Conditional(y, x).Value, Rounding);
            // I(X; Y, Z) = I(X; Z) + I(X; Y | Z).
            Assert.Equal(DiscreteMutualInformation.Of(x, DiscreteColumn.Join(y, z)).Value, DiscreteMutualInformation.Of(x, z).Value + xyz, Rounding);
            Assert.Equal(xyz - xy, DiscreteMultivariateInformation.InteractionInformation([x, y, z]).Value, Rounding);
            // TC = I(X; Y) + I(X, Y; Z); O = TC - DTC, which of three is the co-information.
            var total = DiscreteMultivariateInformation.TotalCorrelation([x, y, z]).Value;
            Assert.Equal(xy + DiscreteMutualInformation.Of(DiscreteColumn.Join(x, y), z).Value, total, Rounding);
            var o = DiscreteMultivariateInformation.OInformation([x, y, z]).Value;
            Assert.Equal(total - DiscreteMultivariateInformation.DualTotalCorrelation([x, y, z]).Value, o, Rounding);
            Assert.Equal(o, DiscreteMultivariateInformation.CoInformation([x, y, z]).Value, Rounding);
            Assert.Equal(xy, DiscreteMultivariateInformation.InteractionInformation([x, y]).Value, Rounding);
        });

    [Fact]
    public void Information_is_symmetric_bounded_and_blind_to_names() =>
        Rows.Sample(rows =>
        {
            var (x, y, z) = Columns(rows);
            var xy = DiscreteMutualInformation.Of(x, y);
            Assert.Equal(xy.Value, DiscreteMutualInformation.Of(y, x).Value, Rounding);
            Assert.InRange(xy.Value, 0, Math.Min(JointEntropy.Of([x]).Value, JointEntropy.Of([y]).Value) + Rounding);
            Assert.True(DiscreteMutualInformation.Conditional(x, y, z).Value >= 0);
            var renamed = DiscreteColumn.Of(rows.Select(r => "symbol " + (7 - r.X)));
            Assert.Equal(xy.Value, DiscreteMutualInformation.Of(renamed, y).Value, Rounding);
            // Data processing: a function of x tells no more about y than x does.
            Assert.True(DiscreteMutualInformation.Of(DiscreteColumn.Of(rows.Select(r => r.X / 2)), y).Value <= xy.Value + Rounding);
            Assert.Equal(JointEntropy.Of([x]).Value, DiscreteMutualInformation.Of(x, x).Value, Rounding);
            foreach (var by in Enum.GetValues<InformationNormalization>())
                Assert.InRange(NormalizedMutualInformation.Of(x, y, by), 0, 1);
        });

    [Fact]
    public void Variation_of_information_is_a_metric() =>
        Rows.Sample(rows =>
        {
            var (x, y, z) = Columns(rows);
            double xy = VariationOfInformation.Of(x, y).Value,
                yz = VariationOfInformation.Of(y, z).Value,
                xz = VariationOfInformation.Of(x, z).Value;
            Assert.Equal(0, VariationOfInformation.Of(x, x).Value, Rounding);
            Assert.True(xz <= xy + yz + Rounding);
        });

    [Fact]
    public void Tables_and_bytes_give_what_columns_give() =>
        Gen.Select(Gen.Byte[0, 5], Gen.Byte[250, 255])
            .Array[1, 80]
            .Sample(
                rows =>
                {
                    byte[] x = [.. rows.Select(r => r.Item1)],
                        y = [.. rows.Select(r => r.Item2)];
                    var table = new long[6, 6];
                    foreach (var (i, j) in rows)
                        table[i, j - 250]++;
                    var expected = DiscreteMutualInformation.Of(DiscreteColumn.Of(x), DiscreteColumn.Of(y));
                    foreach (var actual in new[] { DiscreteMutualInformation.FromTable(table), DiscreteMutualInformation.OfBytes(x, y) })
                    {
                        Assert.Equal(expected.Value, actual.Value, Rounding);
                        // A root near 0 has half the digits.
                        if (rows.Length > 1)
                            Assert.Equal(expected.StandardError, actual.StandardError, 1e-7);
                    }
                },
                iter: 30
            );

    [Fact]
    public void Divergences_keep_their_laws() =>
        Gen.Select(Gen.Double[0, 1].Array[5], Gen.Double[0, 1].Array[5])
            .Where(t => t.Item1.Sum() > 0.1 && t.Item2.Sum() > 0.1)
            .Sample(
                (p, q) =>
                {
                    var forward = KullbackLeiblerDivergence.Of(p, q);
                    Assert.True(forward >= 0);
                    Assert.Equal(0, KullbackLeiblerDivergence.Of(p, [.. p.Select(x => 3 * x)]), Rounding);
                    if (double.IsFinite(forward))
                        DiscreteOracle.Agrees(KullbackLeiblerDivergence.CrossEntropy(p, q), RenyiEntropy.Of(p, 1) + forward);
                    var shannon = JensenShannonDivergence.Of(p, q);
                    Assert.Equal(shannon, JensenShannonDivergence.Of(q, p), Rounding);
                    Assert.InRange(shannon, 0, Math.Log(2) + Rounding);
                    // Renyi's entropies fall with the order, from ln K to -ln max p.
                    double[] orders = [0, 0.3, 0.9, 1, 1.1, 1.49, 1.51, 3, 30, double.PositiveInfinity];
                    foreach (var (low, high) in orders.Zip(orders[1..]))
                        Assert.True(RenyiEntropy.Of(p, low) >= RenyiEntropy.Of(p, high) - Rounding);
                }
            );

    [Fact]
    public void Divergence_from_what_lacks_a_symbol_is_infinite_and_Jensen_Shannon_is_not()
    {
        Assert.Equal(double.PositiveInfinity, KullbackLeiblerDivergence.Of([0.5, 0.5], [1, 0]));
        Assert.Equal(Math.Log(2), KullbackLeiblerDivergence.Of([1, 0], [0.5, 0.5]), 15);
        Assert.Equal(Math.Log(2), JensenShannonDivergence.Of([1, 0], [0, 1]), 15);
        Assert.Equal(0, RenyiEntropy.FromCounts([0, 9], 0.3));
        Assert.Equal(0.5, TsallisEntropy.FromCounts([4, 4], 2), 15);
        // Weights at the ends of the doubles.
        Assert.Equal(Math.Log(2), RenyiEntropy.Of([double.MaxValue, double.MaxValue], 1), 15);
        Assert.Equal(Math.Log(2), RenyiEntropy.Of([double.Epsilon, double.Epsilon], 2), 15);
    }

    [Fact]
    public void Transfer_entropy_finds_the_lag_of_a_copy()
    {
        // y_t = x_(t-3), x fair coins: all of y_t is told by x at lag 3, and nothing the other way.
        var random = new Random(5);
        int[] x = [.. Enumerable.Range(0, 4000).Select(_ => random.Next(2))];
        int[] y = [.. Enumerable.Range(0, 4000).Select(t => t < 3 ? 0 : x[t - 3])];
        DiscreteColumn source = DiscreteColumn.Of(x),
            target = DiscreteColumn.Of(y);
        // Plug-in bias and spread of 2 N I, chi-squared with 2 degrees: I below 10 / 4000 but once in 20,000.
        foreach (var lag in new[] { 1, 2, 4 })
            Assert.InRange(
                new DiscreteTransferEntropy { Lag = lag }
                    .Measure(source, target)
                    .Value,
                0,
                0.0025
            );
        // H(y_t) is ln 2 less 2 (share - 1/2)^2, the shares within 4 standard deviations 0.008 of 1/2; and as much again for the context.
        Assert.Equal(
            Bit,
            new DiscreteTransferEntropy { Lag = 3 }
                .Measure(source, target)
                .Value,
            0.005
        );
        Assert.Equal(
            Bit,
            new DiscreteTransferEntropy { SourceHistory = 3, TargetHistory = 0 }
                .Measure(source, target)
                .Value,
            0.005
        );
        Assert.InRange(
            new DiscreteTransferEntropy { Lag = 3 }
                .Measure(target, source)
                .Value,
            0,
            0.0025
        );
    }

    [Fact]
    public void Transfer_entropy_is_the_conditional_information_of_its_parts()
    {
        var source = DiscreteColumn.Of([0, 1, 1, 0, 2, 1, 0]);
        var target = DiscreteColumn.Of([1, 0, 0, 1, 1, 0, 1]);
        var (next, past, known) = new DiscreteTransferEntropy
        {
            SourceHistory = 2,
            TargetHistory = 1,
            Lag = 2,
        }.Parts(source, target);
        // t = 3 .. 6: y_t, (x_(t-2), x_(t-3)), y_(t-1).
        Assert.Equal(DiscreteColumn.Of([1, 1, 0, 1]).Codes.ToArray(), next.Codes.ToArray());
        Assert.Equal(DiscreteColumn.Of([(1, 0), (1, 1), (0, 1), (2, 0)]).Codes.ToArray(), past.Codes.ToArray());
        Assert.Equal(DiscreteColumn.Of([0, 1, 1, 0]).Codes.ToArray(), known!.Codes.ToArray());
        Assert.Contains("at least 0", Assert.Throws<ArgumentException>(() => new DiscreteTransferEntropy { Lag = 0 }.Measure(source, target)).Message);
        Assert.Contains("at least 8 rows", Assert.Throws<ArgumentException>(() => new DiscreteTransferEntropy { Lag = 7 }.Measure(source, target)).Message);
        Assert.Contains("7 and 1", Assert.Throws<ArgumentException>(() => new DiscreteTransferEntropy().Measure(source, DiscreteColumn.Of([1]))).Message);
    }

    [Fact]
    public void Entropy_rate_of_a_period_is_zero_and_of_a_chain_is_its_own()
    {
        var period = DiscreteColumn.Of(Enumerable.Range(0, 300).Select(i => i % 3));
        Assert.Equal(Math.Log(3), BlockEntropyRate.Of(period, 1).Value, Rounding);
        Assert.Equal(0, BlockEntropyRate.Of(period, 2).Value, Rounding);
        // Stay with 0.9: rate H(0.1) = 0.325 nats from L = 2 on. Delta method: |ln 9| sqrt(0.09 / N) = 0.0066 at N = 10,000; 4 of them.
        var random = new Random(3);
        var state = 0;
        var chain = DiscreteColumn.Of(Enumerable.Range(0, 10_000).Select(_ => state = random.NextDouble() < 0.1 ? 1 - state : state));
        var rate = -(0.1 * Math.Log(0.1) + 0.9 * Math.Log(0.9));
        Assert.Equal(rate, BlockEntropyRate.Of(chain, 2).Value, 0.027);
        Assert.Equal(rate, BlockEntropyRate.Of(chain, 4).Value, 0.027);
        var blocks = BlockEntropyRate.BlockEntropies(chain, 3);
        Assert.Equal(BlockEntropyRate.Of(chain, 1).Value, blocks[0].Value, Rounding);
        // Windows differ by one row at the edge: ln N / N.
        Assert.Equal(BlockEntropyRate.Of(chain, 3).Value, blocks[2].Value - blocks[1].Value, 2e-3);
        Assert.Contains("1 .. 300", Assert.Throws<ArgumentException>(() => BlockEntropyRate.Of(period, 301)).Message);
    }

    [Fact]
    public void One_symbol_and_one_row_are_exact()
    {
        var one = DiscreteColumn.Of([7]);
        Assert.Equal(0, DiscreteMutualInformation.Of(one, one).Value);
        Assert.True(double.IsNaN(DiscreteMutualInformation.Of(one, one).StandardError));
        DiscreteColumn constant = DiscreteColumn.Of([1, 1, 1]),
            other = DiscreteColumn.Of([1, 2, 2]);
        Assert.Equal(new(0, 0), DiscreteMutualInformation.Of(constant, other));
        Assert.Equal(1, NormalizedMutualInformation.Of(constant, constant));
        Assert.Equal(0, NormalizedMutualInformation.Of(constant, other, InformationNormalization.Minimum));
    }

    [Fact]
    public void Bad_input_is_an_error_that_says_what_is_wrong()
    {
        DiscreteColumn none = DiscreteColumn.Of(Array.Empty<int>()),
            one = DiscreteColumn.Of([1]),
            two = DiscreteColumn.Of([1, 2]);
        Assert.Contains("at least one row", Assert.Throws<ArgumentException>(() => DiscreteMutualInformation.Of(none, none)).Message);
        Assert.Contains("1 rows and column 1 has 2", Assert.Throws<ArgumentException>(() => DiscreteMutualInformation.Of(one, two)).Message);
        Assert.Contains("at least two columns", Assert.Throws<ArgumentException>(() => DiscreteMultivariateInformation.TotalCorrelation([one])).Message);
        Assert.Contains("2^n", Assert.Throws<ArgumentException>(() => DiscreteMultivariateInformation.InteractionInformation([one])).Message);
        Assert.Contains("index 1 is NaN", Assert.Throws<ArgumentException>(() => KullbackLeiblerDivergence.Of([1, double.NaN], [1, 1])).Message);
        Assert.Contains("2 and 1", Assert.Throws<ArgumentException>(() => JensenShannonDivergence.Of([1, 1], [1])).Message);
        Assert.Contains("all 2 are zero", Assert.Throws<ArgumentException>(() => KullbackLeiblerDivergence.CrossEntropy([0, 0], [1, 1])).Message);
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => RenyiEntropy.Of([1, 1], -1)).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => TsallisEntropy.Of([1, 1], double.NaN)).Message);
        Assert.Contains(
            "index 3 is -1",
            Assert
                .Throws<ArgumentException>(() =>
                    DiscreteMutualInformation.FromTable(
                        new long[,]
                        {
                            { 1, 2 },
                            { 3, -1 },
                        }
                    )
                )
                .Message
        );
    }

    internal static (DiscreteColumn X, DiscreteColumn Y, DiscreteColumn Z) Columns((int X, int Y, int Z)[] rows) =>
        (DiscreteColumn.Of(rows.Select(r => r.X)), DiscreteColumn.Of(rows.Select(r => r.Y)), DiscreteColumn.Of(rows.Select(r => r.Z)));

    private static DiscreteColumn[] Bits(int n, IEnumerable<int> words) =>
        [.. Enumerable.Range(0, n).Select(bit => DiscreteColumn.Of(words.Select(word => word >> bit & 1)))];
}
