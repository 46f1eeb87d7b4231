using Isthmus.Information.Entropy;

namespace Isthmus.Information.Tests.Entropy;

public class DiscreteEntropyOracleTests
{
    [Fact]
    public void Bayesian_estimates_and_their_errors_agree_with_thirty_digit_integration()
    {
        foreach (var c in DiscreteOracle.Cases("bayesian"))
        {
            var profile = new CountProfile(SymbolCounts.FromIntegers<int>(c.Integers("counts"))).WithAlphabet(c.GetProperty("alphabet").GetInt64());
            var laplace = new WolpertWolfEntropy(DirichletPrior.Laplace).Measure(profile);
            var nsb = new NemenmanShafeeBialekEntropy().Measure(profile);
            DiscreteOracle.Agrees(c.Number("wolpert_wolf_laplace"), laplace.Value);
            // Variances down to 3e-6 come of terms below 1: 1e-16 / 3e-6 relative to them, a few hundred times.
            DiscreteOracle.Agrees(c.Number("wolpert_wolf_laplace_error"), laplace.StandardError);
            // Both sides integrate to 1e-12; the error is the root of a difference, some ten times worse.
            DiscreteOracle.Agrees(c.Number("nsb"), nsb.Value, 3e-12);
            DiscreteOracle.Agrees(c.Number("nsb_error"), nsb.StandardError, 3e-11);
        }
    }

    [Fact]
    public void Nsb_agrees_with_brute_force_over_another_variable()
    {
        long[] counts = [5, 3, 1, 1, 0, 0];
        double total = 0,
            sum = 0;
        // Midpoints over t in (0, 1), b = (t / (1 - t))^2. The integrand is smooth and 0 at both ends but for a t^3: error O(h^2).
        const int Points = 200_000;
        for (var i = 0; i < Points; i++)
        {
            var t = (i + 0.5) / Points;
            var b = Math.Pow(t / (1 - t), 2);
            if (b > 1e8)
                break;
            // prod Gamma(n + b) / Gamma(b) over Gamma(N + K b) / Gamma(K b), as products of N factors.
            var weight = 1.0;
            foreach (var n in counts)
                for (var j = 0; j < n; j++)
                    weight *= b + j;
            for (var j = 0; j < 10; j++)
                weight /= 6 * b + j;
            // d xi / d b by its series: sum over m of K / (K b + 1 + m)^2 K - 1 / (b + 1 + m)^2, as a difference quotient of xi.
            var h = 1e-4 * b;
            var slope = (Xi(b + h) - Xi(b - h)) / (2 * h);
            weight *= slope * 2 * t / Math.Pow(1 - t, 3);
            total += weight;
            sum += weight * new WolpertWolfEntropy(DirichletPrior.Of(b)).Entropy(counts);
        }
        // Difference quotients at 1e-4 err by 1e-8 of the slope; the range cut at 1e8 by 1e-8 of the weight.
        Assert.Equal(sum / total, new NemenmanShafeeBialekEntropy().Entropy(counts), 1e-6);

        static double Xi(double b) => Information.Numerics.SpecialFunctions.Digamma(6 * b + 1) - Information.Numerics.SpecialFunctions.Digamma(b + 1);
    }

    [Fact]
    public void Plug_in_entropy_agrees_with_SciPy()
    {
        foreach (var c in DiscreteOracle.Cases("weights"))
            DiscreteOracle.Agrees(c.Number("entropy"), PlugInEntropy.FromCounts(SymbolCounts.FromIntegers<int>(c.Integers("p"))));
    }

    [Fact]
    public void Renyi_and_Tsallis_agree_with_thirty_digits_at_and_about_order_one()
    {
        foreach (var c in DiscreteOracle.Cases("weights"))
        {
            var p = c.Numbers("p");
            var orders = c.Numbers("orders");
            for (var i = 0; i < orders.Length; i++)
            {
                DiscreteOracle.Agrees(c.Numbers("renyi")[i], RenyiEntropy.Of(p, orders[i]));
                DiscreteOracle.Agrees(c.Numbers("tsallis")[i], TsallisEntropy.Of(p, orders[i]));
            }
        }
    }
}
