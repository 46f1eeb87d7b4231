using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public sealed class ShrunkMutualInformationTests
{
    /// <summary>sklearn.metrics.cluster.expected_mutual_information, scikit-learn 1.2.1, of columns made of i = 0 .. 59.</summary>
    [Theory]
    [InlineData(0, 0.11545774281126833)]
    [InlineData(1, 0.41880485836409903)]
    [InlineData(2, 0.008548126079887843)]
    [InlineData(3, 1.7336571244548629)]
    public void The_information_of_chance_is_that_of_scikit_learn(int sample, double expected)
    {
        Func<int, (int, int)> pair = sample switch
        {
            0 => i => (i % 7, i * i % 5),
            1 => i => (i / 13, i % 11),
            2 => i => (i % 2, i / 30),
            _ => i => (i * i * i % 17, i % 19),
        };
        var rows = Enumerable.Range(0, 60).Select(pair).ToArray();
        // Sums of some hundred terms of size 1.
        Assert.Equal(
            expected,
            ExpectedMutualInformation.Of(DiscreteColumn.Of(rows.Select(row => row.Item1)), DiscreteColumn.Of(rows.Select(row => row.Item2))),
            1e-12
        );
    }

    [Fact]
    public void The_information_of_chance_is_the_mean_over_permutations()
    {
        var random = new Random(4);
        var x = DiscreteColumn.Of(Enumerable.Range(0, 300).Select(_ => random.Next(1, 20) / random.Next(1, 5)));
        var y = DiscreteColumn.Of(Enumerable.Range(0, 300).Select(_ => random.Next(1, 30) / random.Next(1, 9)));
        var test = new DiscreteIndependenceTest { Seed = 1, Permutations = 2000 }.Test(x, y);
        // The spread over permutations is some 0.02, of which the mean has 1 / sqrt(2000).
        Assert.Equal(test.NullMean, ExpectedMutualInformation.Of(x, y), 4 * 0.02 / Math.Sqrt(2000));
    }

    [Fact]
    public void The_mean_of_n_ln_n_over_poisson_counts_is_that_of_its_sum()
    {
        foreach (var mean in (double[])[0, 1e-6, 0.003, 0.1, 0.5, 1, 2.2, 10, 63.9, 64.1, 500])
        {
            var (sum, logarithm) = (0.0, -mean);
            for (var n = 1; n < 2000 && mean > 0; n++)
            {
                logarithm += Math.Log(mean / n);
                sum += Math.Exp(logarithm) * n * Math.Log(n);
            }
            Assert.Equal(sum, PoissonSurprise.Mean(mean), 1e-4);
        }
    }

    [Fact]
    public void One_to_one_tables_keep_what_they_have()
    {
        // Y = X: the information is H(X), which the plug-in finds too low by (K - 1) / 2N.
        var x = DiscreteColumn.Of(Enumerable.Range(0, 4000).Select(i => i % 8));
        Assert.Equal(Math.Log(8) + 7 / 8000.0, ShrunkMutualInformation.Estimate(x, x).Value, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void The_figure_is_within_its_error_where_the_plug_in_is_not(double copied)
    {
        // X one of 12 alike; Y = X in a share of the rows and one of 12 in the others.
        const int Symbols = 12,
            Rows = 300;
        var (equal, other) = (copied / Symbols + (1 - copied) / Symbols / Symbols, (1 - copied) / Symbols / Symbols);
        var truth = Symbols * equal * Math.Log(equal * Symbols * Symbols) + Symbols * (Symbols - 1) * other * Math.Log(other * Symbols * Symbols);
        var (figures, errors, plugin, random) = (new RunningMoments(), new RunningMoments(), new RunningMoments(), new Random(1));
        for (var i = 0; i < 100; i++)
        {
            int[] x = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Symbols))];
            var (cx, cy) = (DiscreteColumn.Of<int>(x), DiscreteColumn.Of(x.Select(symbol => random.NextDouble() < copied ? symbol : random.Next(Symbols))));
            var estimate = ShrunkMutualInformation.Estimate(cx, cy);
            figures.Add(estimate.Value);
            errors.Add(estimate.StandardError);
            plugin.Add(DiscreteMutualInformation.Of(cx, cy).Value);
        }
        Assert.True(plugin.Mean - truth > 2 * errors.Mean);
        Assert.InRange(figures.Mean, truth - errors.Mean, truth + errors.Mean);
    }
}
