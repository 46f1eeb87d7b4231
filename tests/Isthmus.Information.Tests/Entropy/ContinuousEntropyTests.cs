using CsCheck;
using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Entropy;

public class ContinuousEntropyTests
{
    public static TheoryData<string, double[], double> ClosedForms =>
        new()
        {
            { "normal", Samples.Normal(5000, 1), 0.5 * Math.Log(2 * Math.PI * Math.E) },
            { "uniform", Samples.Uniform(5000, 2), 0 },
            { "exponential", [.. Samples.Uniform(5000, 3).Select(u => -Math.Log(u))], 1 },
            // Laplace: 1 + ln 2.
            { "Laplace", [.. Samples.Uniform(5000, 4).Select(u => Math.Sign(u - 0.5) * -Math.Log(1 - 2 * Math.Abs(u - 0.5)))], 1 + Math.Log(2) },
        };

    [Theory]
    [MemberData(nameof(ClosedForms), DisableDiscoveryEnumeration = true)]
    public void Nearest_neighbours_find_the_closed_form(string name, double[] sample, double truth)
    {
        var estimate = KozachenkoLeonenkoEntropy.Estimate(sample);
        // Bias in one dimension is of order k / N = 6e-4, far below the spread: 4 standard errors.
        Assert.True(Math.Abs(estimate.Value - truth) < 4 * estimate.StandardError, $"{name}: {estimate}, truth {truth}");
    }

    [Fact]
    public void Scaling_adds_its_logarithm() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[20, 60], Gen.Int[-30, 30])
            .Sample(
                (seed, count, exponent) =>
                {
                    var sample = Samples.Normal(count, seed);
                    // A power of two scales without rounding, so only the logarithms round.
                    double[] scaled = [.. sample.Select(v => Math.ScaleB(v, exponent))];
                    return Math.Abs(
                            KozachenkoLeonenkoEntropy.Estimate(scaled).Value - KozachenkoLeonenkoEntropy.Estimate(sample).Value - exponent * Math.Log(2)
                        ) < 1e-11
                        && Math.Abs(GaussianEntropy.Estimate(scaled).Value - GaussianEntropy.Estimate(sample).Value - exponent * Math.Log(2)) < 1e-11;
                },
                iter: 200
            );

    [Fact]
    public void Gaussian_entropy_is_unbiased_at_eight_rows_and_knows_its_spread()
    {
        var moments = new RunningMoments();
        var error = 0.0;
        for (var seed = 0; seed < 2000; seed++)
        {
            var estimate = GaussianEntropy.Estimate(
                Points.FromColumns(Samples.Normal(8, 3 * seed), Samples.Normal(8, 3 * seed + 1), Samples.Normal(8, 3 * seed + 2))
            );
            moments.Add(estimate.Value);
            error = estimate.StandardError;
        }
        Assert.Equal(1.5 * Math.Log(2 * Math.PI * Math.E), moments.Mean, 4 * moments.Estimate.StandardError);
        // A standard deviation of 2000 has relative error 1 / sqrt(4000) = 1.6 %, more for skew: 4 times 2.5 %.
        Assert.Equal(1, Math.Sqrt(moments.Variance) / error, 0.1);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] constant = [2, 2, 2, 2, 2];
        Assert.Contains("row 0 has at least as many duplicates", Message(() => KozachenkoLeonenkoEntropy.Estimate(constant)));
        Assert.Contains("k is 5 and there are 5 rows", Message(() => KozachenkoLeonenkoEntropy.Estimate(constant, new() { K = 5 })));
        Assert.Contains("margins as given", Message(() => KozachenkoLeonenkoEntropy.Estimate(constant, new() { Margins = Margins.RankGaussian })));
        Assert.Contains("column 0 is constant", Message(() => GaussianEntropy.Estimate(constant)));
        Assert.Contains("more rows than columns; there are 1 and 1", Message(() => GaussianEntropy.Estimate(new double[] { 1 })));
        double[] x = [1, 2, 3, 5];
        Assert.Contains("column 1 ", Message(() => GaussianEntropy.Estimate(Points.FromColumns(x, [2, 4, 6, 10]))));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
