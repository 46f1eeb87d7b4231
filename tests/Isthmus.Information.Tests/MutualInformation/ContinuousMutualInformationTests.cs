using CsCheck;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public class ContinuousMutualInformationTests
{
    [Fact]
    public void Gaussian_information_of_correlated_normals_is_unbiased_at_twelve_rows()
    {
        var moments = new RunningMoments();
        for (var seed = 0; seed < 2000; seed++)
        {
            var (x, y) = Samples.CorrelatedNormals(12, 2, 0.6, 4 * seed);
            moments.Add(GaussianMutualInformation.Estimate(x, y).Value);
        }
        Assert.Equal(-Math.Log(1 - 0.36), moments.Mean, 4 * moments.Estimate.StandardError);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    public void Gaussian_standard_error_is_the_spread_over_repetitions(double r)
    {
        var moments = new RunningMoments();
        var error = new RunningMoments();
        for (var seed = 0; seed < 1000; seed++)
        {
            var (x, y) = Samples.CorrelatedNormals(400, 2, r, 4 * seed);
            var estimate = GaussianMutualInformation.Estimate(x, y);
            moments.Add(estimate.Value);
            error.Add(estimate.StandardError);
        }
        // Relative error of a deviation of 1000: 2.2 % for normal data, about 4 % for the chi-squared at r = 0; and the
        // figure's own error adds sampled correlations at r = 0, of the size of the term itself: up to sqrt(3) high.
        var ratio = error.Mean / Math.Sqrt(moments.Variance);
        Assert.InRange(ratio, 0.88, r == 0 ? 1.8 : 1.12);
    }

    [Fact]
    public void Copula_information_does_not_change_with_increasing_maps_and_is_the_normals()
    {
        var (x, y) = Samples.CorrelatedNormals(4000, 1, 0.6, 1);
        var estimate = GaussianCopulaMutualInformation.Estimate(x, y);
        Assert.Equal(-0.5 * Math.Log(1 - 0.36), estimate.Value, 4 * estimate.StandardError);
        double[] cubed = [.. x[0].ToArray().Select(v => v * v * v)],
            exponential = [.. y[0].ToArray().Select(Math.Exp)];
        Assert.Equal(estimate, GaussianCopulaMutualInformation.Estimate(cubed, exponential));
    }

    [Fact]
    public void Mixture_of_a_discrete_and_a_continuous_variable_has_its_closed_form()
    {
        // X uniform on 0 .. 4, Y uniform on [X, X + 2]: ln 5 - 4 ln 2 / 5 (Gao et al. 2017, section 5).
        double[] x = [.. Samples.Uniform(4000, 1).Select(u => Math.Floor(5 * u))];
        double[] y = [.. x.Zip(Samples.Uniform(4000, 2), (a, u) => a + 2 * u)];
        var truth = Math.Log(5) - 4 * Math.Log(2) / 5;
        var gao = GaoMutualInformation.Estimate(x, y);
        var ross = RossMutualInformation.Estimate([.. x.Select(v => (int)v)], y);
        Assert.Equal(truth, gao.Value, 4 * gao.StandardError);
        Assert.Equal(truth, ross.Value, 4 * ross.StandardError);
    }

    [Fact]
    public void Of_two_discrete_variables_Gao_is_the_plug_in_with_digammas_for_logarithms()
    {
        double[] x = [.. Enumerable.Range(0, 400).Select(i => (double)(i % 2))],
            y = [.. Enumerable.Range(0, 400).Select(i => (double)(i / 2 % 2))];
        static double Psi(int n) => SpecialFunctions.Digamma(n);
        Assert.Equal(Psi(100) + Math.Log(400) - 2 * Psi(200), GaoMutualInformation.Estimate(x, y).Value, 1e-12);
        Assert.Equal(Math.Log(400) - Psi(200), GaoMutualInformation.Estimate(x, x).Value, 1e-12);
    }

    [Fact]
    public void Given_the_common_cause_two_effects_are_independent()
    {
        var z = Samples.Normal(3000, 1);
        double[] x = [.. z.Zip(Samples.Normal(3000, 2), (a, e) => a + e)],
            y = [.. z.Zip(Samples.Normal(3000, 3), (a, e) => a + e)];
        var conditional = FrenzelPompeConditionalMutualInformation.Estimate(x, y, z);
        Assert.Equal(0, conditional.Value, 4 * conditional.StandardError);
        // Unconditionally r = 1/2.
        Assert.True(KsgMutualInformation.Estimate(x, y).Value > 0.1);
    }

    [Fact]
    public void Conditional_information_of_normals_is_that_of_their_partial_correlation()
    {
        var z = Samples.Normal(3000, 1);
        var (a, b) = Samples.CorrelatedNormals(3000, 1, 0.7, 2);
        double[] x = [.. a[0].ToArray().Zip(z, (u, v) => u + v)],
            y = [.. b[0].ToArray().Zip(z, (u, v) => u - v)];
        var estimate = FrenzelPompeConditionalMutualInformation.Estimate(x, y, z);
        // The bias towards 0 of three variables at this N is about 0.02, beside 4 standard errors.
        Assert.Equal(-0.5 * Math.Log(1 - 0.49), estimate.Value, 4 * estimate.StandardError + 0.02);
    }

    [Fact]
    public void Given_nothing_that_varies_the_conditional_figure_is_the_unconditional_one()
    {
        var (x, y) = Samples.CorrelatedNormals(500, 1, 0.7, 2);
        Assert.Equal(KsgMutualInformation.Estimate(x, y).Value, FrenzelPompeConditionalMutualInformation.Estimate(x, y, new double[500]).Value, 1e-12);
    }

    [Fact]
    public void Bins_find_normals_and_do_not_change_with_increasing_maps()
    {
        var (x, y) = Samples.CorrelatedNormals(20_000, 1, 0.6, 1);
        var estimate = EqualMassBinsMutualInformation.Estimate(x, y);
        // 63 bins lose little at r = 0.6; what plug-in bias the correction leaves is of its second order, (63^2 / 2N)^2 = 0.01.
        Assert.Equal(-0.5 * Math.Log(1 - 0.36), estimate.Value, 4 * estimate.StandardError + 0.01);
        double[] cubed = [.. x[0].ToArray().Select(v => v * v * v)];
        Assert.Equal(estimate, EqualMassBinsMutualInformation.Estimate(cubed, y));
        double[] coin = [.. Enumerable.Range(0, 100).Select(i => i % 2.0)];
        // Two occupied cells, two bins each: bias (2 - 2 - 2 + 1) / 200.
        Assert.Equal(Math.Log(2) + 0.005, EqualMassBinsMutualInformation.Estimate(coin, coin).Value, 1e-12);
    }

    [Fact]
    public void Information_is_symmetric_by_every_estimator() =>
        Gen.Select(Gen.Double[-3, 3].Array[15, 40], Gen.Int[0, 1000], Gen.Bool)
            .Sample(
                (x, seed, ties) =>
                {
                    var y = Samples.Normal(x.Length, seed);
                    if (ties)
                        (x, y) = ([.. x.Select(v => Math.Round(v))], [.. y.Select(v => Math.Round(v))]);
                    Func<Points, Points, Estimate>[] estimators =
                    [
                        (a, b) => GaoMutualInformation.Estimate(a, b),
                        (a, b) => EqualMassBinsMutualInformation.Estimate(a, b),
                        GaussianMutualInformation.Estimate,
                        GaussianCopulaMutualInformation.Estimate,
                        (a, b) => FrenzelPompeConditionalMutualInformation.Estimate(a, b, y.Reverse().ToArray()),
                    ];
                    // Well under a hundred terms of size at most 10: rounding stays below 1e-12.
                    return estimators.All(estimate => Math.Abs(estimate(x, y).Value - estimate(y, x).Value) < 1e-12);
                },
                iter: 200
            );

    [Fact]
    public void Every_path_and_thread_count_gives_the_same_figure()
    {
        var (x, y) = Samples.CorrelatedNormals(700, 2, 0.6, 1);
        double[] z = [.. Samples.Normal(700, 50).Select(v => Math.Round(v))];
        int[] labels = [.. z.Select(v => (int)v)];
        foreach (var path in Enum.GetValues<NeighbourPath>())
            foreach (var threads in new[] { 1, 2 })
            {
                var options = new NeighbourOptions { Path = path, Threads = threads };
                Assert.Equal(GaoMutualInformation.Estimate(x, z), GaoMutualInformation.Estimate(x, z, options));
                Assert.Equal(RossMutualInformation.Estimate(labels, y), RossMutualInformation.Estimate(labels, y, options));
                Assert.Equal(FrenzelPompeConditionalMutualInformation.Estimate(x, y, z), FrenzelPompeConditionalMutualInformation.Estimate(x, y, z, options));
            }
    }

    [Fact]
    public void A_constant_has_no_information()
    {
        var constant = new double[60];
        var y = Samples.Normal(60, 1);
        Assert.Equal(new(0, 0), GaoMutualInformation.Estimate(constant, y));
        Assert.Equal(new(0, 0), GaussianMutualInformation.Estimate(constant, y));
        Assert.Equal(new(0, 0), GaussianCopulaMutualInformation.Estimate(y, constant));
        Assert.Equal(0, EqualMassBinsMutualInformation.Estimate(constant, y).Value, 1e-12);
        Assert.Equal(0, RossMutualInformation.Estimate(new int[60], y).Value, 1e-12);
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        Assert.Equal(0, RossMutualInformation.Estimate(labels, constant).Value, 1e-12);
        Assert.Equal(0, FrenzelPompeConditionalMutualInformation.Estimate(constant, y, y).Value, 1e-12);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] x = [1, 2, 3, 4, 5, 7],
            y = [2, 1, 4, 3, 6, 5];
        Assert.Contains("there are 5 labels and 6 rows", Message(() => RossMutualInformation.Estimate([1, 1, 1, 1, 1], y)));
        Assert.Contains("all 6 are different", Message(() => RossMutualInformation.Estimate([1, 2, 3, 4, 5, 6], y)));
        Assert.Contains("k of at least 1", Message(() => RossMutualInformation.Estimate([1, 1, 1, 1, 1, 1], y, new() { K = 0 })));
        Assert.Contains("k is 6 and there are 6 rows", Message(() => GaoMutualInformation.Estimate(x, y, new() { K = 6 })));
        Assert.Contains("the first has 6 and another has 2", Message(() => FrenzelPompeConditionalMutualInformation.Estimate(x, y, x[..2])));
        Assert.Contains("k is 9 and there are 6 rows", Message(() => FrenzelPompeConditionalMutualInformation.Estimate(x, y, x, new() { K = 9 })));
        Assert.Contains("more rows than columns; there are 2 and 2", Message(() => GaussianMutualInformation.Estimate(x[..2], y[..2])));
        Assert.Contains("column 1 ", Message(() => GaussianMutualInformation.Estimate(x, x)));
        Assert.Contains("one column a variable; there are 2 and 1", Message(() => EqualMassBinsMutualInformation.Estimate(Points.FromColumns(x, y), y)));
        Assert.Contains("7 for 6 rows", Message(() => EqualMassBinsMutualInformation.Estimate(x, y, 7)));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
