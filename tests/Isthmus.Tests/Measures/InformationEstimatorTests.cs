using Isthmus.Information.Entropy;
using Isthmus.Measures;

namespace Isthmus.Tests.Measures;

public sealed class InformationEstimatorTests
{
    private static readonly Dictionary<string, (double Truth, double[][] X, double[][] Y)> Hard = new(StringComparer.Ordinal)
    {
        // Bivariate Student with 1 degree of freedom: ln(8 pi) - 3 (Czyz et al. 2023).
        ["Cauchy"] = Cauchy(1000),
        ["nearly a function"] = Normals(1000, 1, 0.9999),
        ["ten columns"] = Normals(1000, 5, 0.7),
        ["a parabola"] = Parabola(1000),
    };

    public static TheoryData<string, string> Everything =>
        new(
            InformationEstimators
                .All.Where(estimator =>
                    estimator is { MutualInformation: not null, IsSlow: false, Takes: EstimatorInput.Numbers or EstimatorInput.Any } && estimator.Name != "auto"
                )
                .SelectMany(estimator => Hard.Keys.Select(sample => (estimator.Name, sample)))
        );

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_figure_that_is_three_errors_off_carries_a_warning(string name, string sample)
    {
        var (truth, x, y) = Hard[sample];
        var estimator = InformationEstimators.Find(name);
        if (x.Length > 1 && name is ("bins" or "freedman-diaconis" or "mixed"))
            return;
        var answer = estimator.Answer(
            estimator.MutualInformation!,
            new()
            {
                X = Variable.OfNumbers(x),
                Y = Variable.OfNumbers(y),
                Threads = 1,
            }
        );
        Assert.True(
            Math.Abs(answer.Estimate.Value - truth) <= 3 * answer.Estimate.StandardError || answer.Warnings.Count > 0,
            $"{name} of {sample}: {answer.Estimate.Value:F3} +- {answer.Estimate.StandardError:F3} nats, truth {truth:F3}"
        );
    }

    [Theory]
    [InlineData("ksg1")]
    [InlineData("ksg2")]
    [InlineData("gao")]
    public void Nothing_speaks_against_an_easy_figure(string name)
    {
        var (_, x, y) = Normals(2000, 1, 0.6);
        var estimator = InformationEstimators.Find(name);
        Assert.Empty(
            estimator
                .Answer(
                    estimator.MutualInformation!,
                    new()
                    {
                        X = Variable.OfNumbers(x),
                        Y = Variable.OfNumbers(y),
                        Threads = 1,
                    }
                )
                .Warnings
        );
    }

    [Fact]
    public void Counts_of_symbols_seen_once_are_doubted()
    {
        var names = Variable.OfSymbols(Isthmus.Information.Entropy.DiscreteColumn.Of<int>([.. Enumerable.Range(0, 40)]));
        var plugin = InformationEstimators.Find("plugin");
        Assert.NotEmpty(plugin.Answer(plugin.Entropy!, new() { X = names }).Warnings);
        Assert.NotEmpty(plugin.Answer(plugin.MutualInformation!, new() { X = names, Y = names }).Warnings);
    }

    private static double[] Normal(int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    private static (double, double[][], double[][]) Normals(int n, int pairs, double r)
    {
        double[][] x = [.. Enumerable.Range(0, pairs).Select(c => Normal(n, 100 + c))];
        double[][] y = [.. x.Select((column, c) => column.Zip(Normal(n, 200 + c), (a, e) => r * a + Math.Sqrt(1 - r * r) * e).ToArray())];
        return (-pairs * Math.Log(1 - r * r) / 2, x, y);
    }

    private static (double, double[][], double[][]) Cauchy(int n)
    {
        var scale = Normal(n, 1);
        return (
            Math.Log(8 * Math.PI) - 3,
            [
                [.. Normal(n, 2).Zip(scale, (v, s) => v / Math.Abs(s))],
            ],
            [
                [.. Normal(n, 3).Zip(scale, (v, s) => v / Math.Abs(s))],
            ]
        );
    }

    /// <summary>X uniform on -1 .. 1, Y = X^2 + noise of standard deviation 0.1: no correlation at all.</summary>
    /// <remarks>I = h(Y) - h(Y|X), h(Y) by quadrature and h(Y|X) = 1/2 ln(2 pi e 0.01).</remarks>
    private static (double, double[][], double[][]) Parabola(int n)
    {
        const double Noise = 0.1;
        var random = new Random(4);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => 2 * random.NextDouble() - 1)];
        double[] y = [.. x.Zip(Normal(n, 5), (a, e) => a * a + Noise * e)];
        // p(y) = mean over x of N(y; x^2, 0.01), by the midpoint rule in x and in y.
        double Density(double at)
        {
            var sum = 0.0;
            for (var i = 0; i < 2000; i++)
            {
                var u = (i + 0.5) / 2000;
                sum += Math.Exp(-(at - u * u) * (at - u * u) / (2 * Noise * Noise));
            }
            return sum / 2000 / Math.Sqrt(2 * Math.PI * Noise * Noise);
        }
        var entropy = 0.0;
        for (var i = 0; i < 2000; i++)
        {
            var p = Density(-0.6 + 2.2 * (i + 0.5) / 2000);
            entropy -= p > 0 ? p * Math.Log(p) * 2.2 / 2000 : 0;
        }
        return (entropy - 0.5 * Math.Log(2 * Math.PI * Math.E * Noise * Noise), [x], [y]);
    }
}
