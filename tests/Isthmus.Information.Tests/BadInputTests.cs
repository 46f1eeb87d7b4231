using Isthmus.Information.Divergence;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests;

/// <summary>What every estimator does with input at the edge: an error that names the place, or an exact value.</summary>
public class BadInputTests
{
    private static readonly double[] Eight = [1, 5, 2, 8, 3, 7, 4, 6];

    public static TheoryData<string, Action<Points, Points>> OfTwoVariables =>
        new()
        {
            { "KSG 1", (x, y) => KsgMutualInformation.Estimate(x, y) },
            { "KSG 2", (x, y) => KsgMutualInformation.Estimate(x, y, variant: KsgVariant.Second) },
            { "LNC", (x, y) => LocalNonUniformityMutualInformation.Estimate(x, y) },
            { "Gao", (x, y) => GaoMutualInformation.Estimate(x, y) },
            { "Frenzel-Pompe", (x, y) => FrenzelPompeConditionalMutualInformation.Estimate(x, y, y) },
            { "Gaussian", (x, y) => GaussianMutualInformation.Estimate(x, y) },
            { "copula", (x, y) => GaussianCopulaMutualInformation.Estimate(x, y) },
            { "bins", (x, y) => EqualMassBinsMutualInformation.Estimate(x, y) },
            { "Freedman-Diaconis", (x, y) => FreedmanDiaconisBinsMutualInformation.Estimate(x, y) },
            { "kernel density", (x, y) => KernelDensityMutualInformation.Estimate(x, y) },
            { "transfer entropy", (x, y) => new NearestNeighbourTransferEntropy().Measure(x, y) },
        };

    [Theory]
    [MemberData(nameof(OfTwoVariables), DisableDiscoveryEnumeration = true)]
    public void Two_variables_need_the_same_rows_and_finite_numbers(string name, Action<Points, Points> estimate)
    {
        Assert.True(Message(() => estimate(Eight, Eight[..7])).Contains('8'), name);
        Assert.Contains("row 2, column 0 is NaN", Message(() => estimate(Eight, new[] { 1, 2, double.NaN, 4, 5, 6, 7, 8 })));
        Assert.Contains("row 1, column 1 is -Infinity", Message(() => estimate(Points.FromColumns(Eight[..2], [0, double.NegativeInfinity]), Eight[..2])));
        Assert.Contains("at least one row", Message(() => estimate(Array.Empty<double>(), Eight)));
    }

    public static TheoryData<string, Func<Points, Points, double>> OfConstants =>
        new()
        {
            { "KSG 1", (x, y) => KsgMutualInformation.Estimate(x, y).Value },
            { "KSG 2", (x, y) => KsgMutualInformation.Estimate(x, y, variant: KsgVariant.Second).Value },
            { "LNC", (x, y) => LocalNonUniformityMutualInformation.Estimate(x, y).Value },
            { "Gao", (x, y) => GaoMutualInformation.Estimate(x, y).Value },
            { "Gaussian", (x, y) => GaussianMutualInformation.Estimate(x, y).Value },
            { "copula", (x, y) => GaussianCopulaMutualInformation.Estimate(x, y).Value },
            { "bins", (x, y) => EqualMassBinsMutualInformation.Estimate(x, y).Value },
            { "Freedman-Diaconis", (x, y) => FreedmanDiaconisBinsMutualInformation.Estimate(x, y).Value },
            { "kernel density", (x, y) => KernelDensityMutualInformation.Estimate(x, y).Value },
            { "transfer entropy", (x, y) => new NearestNeighbourTransferEntropy().Measure(x, y).Value },
        };

    [Theory]
    [MemberData(nameof(OfConstants), DisableDiscoveryEnumeration = true)]
    public void A_constant_column_and_all_ties_carry_no_information(string name, Func<Points, Points, double> estimate)
    {
        var y = Samples.Normal(40, 1);
        Assert.True(Math.Abs(estimate(new double[40], y)) < 1e-12, name);
        Assert.True(Math.Abs(estimate(y, new double[40])) < 1e-12, name);
        Assert.True(Math.Abs(estimate(new double[40], new double[40])) < 1e-12, name);
    }

    [Fact]
    public void Neighbours_must_be_fewer_than_rows_and_at_least_one()
    {
        Points x = Eight,
            y = Samples.Normal(8, 1);
        foreach (var k in new[] { 0, -3 })
        {
            var options = new NeighbourOptions { K = k };
            Assert.Contains($"it is {k}", Message(() => KsgMutualInformation.Estimate(x, y, options)));
            Assert.Contains($"it is {k}", Message(() => KozachenkoLeonenkoEntropy.Estimate(x, options)));
            Assert.Contains($"it is {k}", Message(() => NearestNeighbourDivergence.Estimate(x, y, options)));
            Assert.Contains($"it is {k}", Message(() => LocalNonUniformityMutualInformation.Estimate(x, y, options)));
        }
        Assert.Contains("k is 8 and there are 8 rows", Message(() => KsgMutualInformation.Estimate(x, y, new() { K = 8 })));
        Assert.Contains("there is 1 row", Message(() => GaoMutualInformation.Estimate(new double[] { 1 }, new double[] { 2 })));
    }

    [Fact]
    public void Two_to_the_31_symbols_need_no_table()
    {
        long[] counts = [3, 2, 1];
        foreach (
            var estimate in new[]
            {
                new NemenmanShafeeBialekEntropy { Alphabet = 1L << 31 }.Measure(counts),
                new BayesEntropy(DirichletPrior.Jeffreys) { Alphabet = 1L << 31 }.Measure(counts),
            }
        )
            Assert.InRange(estimate.Value, 0, 31 * Math.Log(2));
        int[] symbols = [int.MinValue, int.MaxValue, int.MinValue];
        Assert.Equal([2, 1], SymbolCounts.Of(symbols.AsSpan()));
        Assert.Equal(2, DiscreteColumn.Of(symbols).Symbols);
        Assert.Contains("at most 2^28; it was given 2147483647", Message(() => SymbolCounts.OfClasses([1], int.MaxValue)));
    }

    [Fact]
    public void Counts_that_overflow_or_are_negative_are_named()
    {
        Assert.Contains("pass it at index 1", Message(() => PlugInEntropy.FromCounts([long.MaxValue, 1])));
        Assert.Contains("index 1 is -1", Message(() => RenyiEntropy.Measure([1, -1], 2)));
        Assert.Contains("index 0 is -5", Message(() => KullbackLeiblerDivergence.Measure([-5, 6], [1, 1])));
        Assert.Contains("all 2 counts are zero", Message(() => JensenShannonDivergence.Measure([0, 0], [1, 1])));
        Assert.Contains("the histogram is empty", Message(() => TsallisEntropy.Measure([], 2)));
    }

    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(-1)]
    public void Weights_that_are_not_finite_are_named(double weight)
    {
        Assert.Contains("index 1", Message(() => RenyiEntropy.Of([1, weight], 2)));
        Assert.Contains("index 1", Message(() => KullbackLeiblerDivergence.Of([1, 1], [1, weight])));
        Assert.Contains("index 0", Message(() => JensenShannonDivergence.Of([weight, 1], [1, 1])));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
