using CsCheck;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

public class KernelDensityTests
{
    [Fact]
    public void Entropy_of_a_normal_is_found_within_its_bias()
    {
        var estimate = KernelDensityEntropy.Estimate(Samples.Normal(3000, 1));
        // Smoothing with h = 3000^(-1/5) = 0.2 costs (h^2 / 2)^2 = 4e-4, noise about 1 / 2 N h = 1e-3; 4 standard errors.
        Assert.Equal(0.5 * Math.Log(2 * Math.PI * Math.E), estimate.Value, 4 * estimate.StandardError + 0.005);
    }

    [Fact]
    public void Information_of_correlated_normals_is_found_within_its_bias()
    {
        var (x, y) = Samples.CorrelatedNormals(2000, 1, 0.9, 1);
        var estimate = KernelDensityMutualInformation.Estimate(x, y);
        Assert.Equal(-0.5 * Math.Log(1 - 0.81), estimate.Value, 4 * estimate.StandardError + 0.02);
    }

    [Fact]
    public void Linear_maps_of_the_columns_of_a_variable_change_no_information_and_add_their_logarithm_to_entropy() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[10, 70], Gen.Double[0.1, 10], Gen.Double[-1, 1], Gen.Double[-1e3, 1e3])
            .Sample(
                (seed, count, scale, shear, shift) =>
                {
                    var (x, y) = Samples.CorrelatedNormals(count, 2, 0.5, seed);
                    double[] first = [.. x[0].ToArray().Select(v => scale * v + shift)];
                    double[] second = [.. first.Zip(x[1].ToArray(), (a, b) => shear * a + b)];
                    var mapped = Points.FromColumns(first, second);
                    // Rounding of the shift, 1e3 beside values of 0.1, in N terms: 1e-12 each.
                    Assert.Equal(KernelDensityMutualInformation.Estimate(x, y).Value, KernelDensityMutualInformation.Estimate(mapped, y).Value, 1e-9);
                    Assert.Equal(KernelDensityEntropy.Estimate(x).Value + Math.Log(scale), KernelDensityEntropy.Estimate(mapped).Value, 1e-9);
                }
            );

    [Fact]
    public void An_outlier_costs_its_distance_but_is_never_infinite()
    {
        double[] x = [.. Samples.Normal(50, 1), 1e6];
        Assert.True(double.IsFinite(KernelDensityEntropy.Estimate(x, 0.01).Value));
        Assert.True(double.IsFinite(KernelDensityMutualInformation.Estimate(x, Samples.Normal(51, 2), Margins.RankGaussian).Value));
    }

    [Fact]
    public void Thread_counts_agree_and_a_constant_has_no_information()
    {
        var (x, y) = Samples.CorrelatedNormals(300, 2, 0.5, 1);
        Assert.Equal(KernelDensityMutualInformation.Estimate(x, y, threads: 1), KernelDensityMutualInformation.Estimate(x, y, threads: 3));
        Assert.Equal(new(0, 0), KernelDensityMutualInformation.Estimate(x, new double[300]));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] x = [1, 2, 4, 8, 9];
        Assert.Contains("column 0 is constant", Message(() => KernelDensityEntropy.Estimate(new double[5])));
        Assert.Contains("bandwidth above 0", Message(() => KernelDensityEntropy.Estimate(x, 0)));
        Assert.Contains("bandwidth above 0", Message(() => KernelDensityMutualInformation.Estimate(x, x, bandwidth: double.NaN)));
        Assert.Contains("there are 2 and 1", Message(() => KernelDensityEntropy.Estimate(x[..2])));
        Assert.Contains("column 1 ", Message(() => KernelDensityMutualInformation.Estimate(x, x)));
        Assert.Contains("the first has 5 and another has 2", Message(() => KernelDensityMutualInformation.Estimate(x, x[..2])));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
