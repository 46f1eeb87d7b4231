using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public class UncertaintyTests
{
    [Fact]
    public void Subsampled_standard_error_of_a_mean_is_that_of_the_mean()
    {
        var sample = Samples.Normal(2000, 1);
        var errors = new RunningMoments();
        for (var seed = 0; seed < 50; seed++)
            errors.Add(SubsampledStandardError.Of(rows => rows.Average(r => sample[r]), 2000, seed));
        // One has 45 degrees of freedom, so 10 % error; the mean of 50 cuts of one sample 1.5 %; 4 times that.
        Assert.Equal(1, errors.Mean * Math.Sqrt(2000), 0.08);
    }

    [Fact]
    public void Both_standard_errors_of_ksg_are_near_its_spread_over_repetitions()
    {
        var (values, local, subsampled) = (new RunningMoments(), new RunningMoments(), new RunningMoments());
        for (var seed = 0; seed < 200; seed++)
        {
            var (x, y) = Samples.CorrelatedNormals(400, 1, 0.6, 2 * seed);
            var estimate = KsgMutualInformation.Estimate(x, y, new() { Threads = 1 });
            values.Add(estimate.Value);
            local.Add(estimate.StandardError);
            subsampled.Add(
                SubsampledStandardError.Of(rows => KsgMutualInformation.Estimate(x.Rows(rows), y.Rows(rows), new() { Threads = 1 }).Value, 400, seed, 5)
            );
        }
        // A deviation of 200 has relative error 5 %; 4 times that is the test's own width, the rest is the page's promise.
        var spread = Math.Sqrt(values.Variance);
        Assert.InRange(local.Mean / spread, 0.8, 1.4);
        Assert.InRange(subsampled.Mean / spread, 0.8, 1.4);
    }

    [Fact]
    public void Dependence_is_found_and_independence_has_a_uniform_p_value()
    {
        var (x, y) = Samples.CorrelatedNormals(200, 1, 0.6, 1);
        double Ksg(Points p) => KsgMutualInformation.Estimate(x, p, new() { Threads = 1 }).Value;
        var test = PermutationTest.Run(Ksg, y, 99, 1);
        Assert.Equal(0.01, test.PValue, 1e-12);
        Assert.Equal(test, PermutationTest.Run(Ksg, y, 99, 1));
        Assert.NotEqual(test, PermutationTest.Run(Ksg, y, 99, 2));

        var p = new RunningMoments();
        for (var seed = 0; seed < 100; seed++)
        {
            var (a, b) = Samples.CorrelatedNormals(40, 1, 0, 2 * seed);
            p.Add(PermutationTest.Run(q => KsgMutualInformation.Estimate(a, q, new() { Threads = 1 }).Value, b, 19, seed).PValue);
        }
        // Uniform on 1/20 .. 1: mean 0.525, deviation 0.288, so 0.0288 for the mean of 100; 4 times that.
        Assert.Equal(0.525, p.Mean, 0.116);
    }

    [Fact]
    public void A_constant_figure_has_p_value_one() => Assert.Equal(1, PermutationTest.Run(_ => 3, new double[] { 1, 2, 3 }, 20, 1).PValue);

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains(
            "at least 1 permutation; it is 0",
            Assert.Throws<ArgumentException>(() => PermutationTest.Run(_ => 0, new double[] { 1 }, 0, 1)).Message
        );
        Assert.Contains("10 parts of 19 rows", Assert.Throws<ArgumentException>(() => SubsampledStandardError.Of(_ => 0, 19, 1)).Message);
    }
}
