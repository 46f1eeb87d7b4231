using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.MutualInformation;

/// <summary>Errors fall with the sample at the known rate, and estimates under a prior are right on average over it.</summary>
public class RateTests
{
    [Fact]
    public void Error_of_neighbour_estimates_falls_as_one_over_root_n()
    {
        var information = -0.5 * Math.Log(1 - 0.36);
        var entropy = 0.5 * Math.Log(2 * Math.PI * Math.E);
        // Root mean squares of 100 each have relative error 7 %, their ratio 10 %; four times the rows halve the error. 4 times
        // 10 % of 2, and room for bias, which falls faster.
        Assert.InRange(Error(200, Ksg) / Error(800, Ksg), 1.3, 2.9);
        Assert.InRange(Error(200, Entropy) / Error(800, Entropy), 1.3, 2.9);

        double Ksg(int n, int seed)
        {
            var (x, y) = Samples.CorrelatedNormals(n, 1, 0.6, seed);
            return KsgMutualInformation.Estimate(x, y, new() { Threads = 1 }).Value - information;
        }

        double Entropy(int n, int seed) => KozachenkoLeonenkoEntropy.Estimate(Samples.Normal(n, seed), new() { Threads = 1 }).Value - entropy;

        static double Error(int n, Func<int, int, double> error) => Math.Sqrt(Enumerable.Range(0, 100).Average(i => Math.Pow(error(n, 2 * i), 2)));
    }

    [Fact]
    public void Entropy_of_a_Student_is_found()
    {
        // 3 degrees: 2 (psi(2) - psi(3/2)) + ln(sqrt 3 B(3/2, 1/2)), B = pi / 2.
        var truth = 2 * (SpecialFunctions.Digamma(2) - SpecialFunctions.Digamma(1.5)) + Math.Log(Math.Sqrt(3) * Math.PI / 2);
        var (a, b, c, d) = (Samples.Normal(4000, 1), Samples.Normal(4000, 2), Samples.Normal(4000, 3), Samples.Normal(4000, 4));
        var estimate = KozachenkoLeonenkoEntropy.Estimate(a.Select((v, i) => v / Math.Sqrt((b[i] * b[i] + c[i] * c[i] + d[i] * d[i]) / 3)).ToArray());
        Assert.Equal(truth, estimate.Value, 4 * estimate.StandardError);
    }

    [Fact]
    public void Over_draws_of_the_Dirichlet_prior_the_posterior_mean_of_entropy_is_unbiased_and_its_intervals_cover()
    {
        // p uniform on the simplex of 8 symbols, 20 draws each: the posterior is exact, whatever N.
        var random = new Random(1);
        var (errors, covered) = (new RunningMoments(), 0);
        for (var i = 0; i < 1000; i++)
        {
            double[] p = [.. Enumerable.Range(0, 8).Select(_ => -Math.Log(1 - random.NextDouble()))];
            var sum = p.Sum();
            var truth = -p.Sum(v => v / sum * Math.Log(v / sum));
            var estimate = new WolpertWolfEntropy(DirichletPrior.Laplace).Measure(SymbolCounts.Sample(p, 20, random));
            errors.Add(estimate.Value - truth);
            var (lower, upper) = estimate.Interval();
            covered += lower <= truth && truth <= upper ? 1 : 0;
        }
        Assert.Equal(0, errors.Mean, 4 * errors.Estimate.StandardError);
        // 900 +- 9.5 were the posterior normal; it is skewed.
        Assert.InRange(covered / 1000.0, 0.85, 0.95);
    }
}
