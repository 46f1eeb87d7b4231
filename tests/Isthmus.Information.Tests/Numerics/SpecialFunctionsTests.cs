using CsCheck;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class SpecialFunctionsTests
{
    [Fact]
    public void Gamma_and_its_derivatives_agree_with_mpmath()
    {
        var section = DiscreteOracle.Section("functions");
        var x = section.Numbers("x");
        for (var i = 0; i < x.Length; i++)
        {
            // Below 12 the value at 12 and the shift, both below 20, are rounded some dozen times: 20 x 12 x 1.1e-16 / 2.
            DiscreteOracle.Agrees(section.Numbers("log_gamma")[i], SpecialFunctions.LogGamma(x[i]), 1.3e-14);
            DiscreteOracle.Agrees(section.Numbers("digamma")[i], SpecialFunctions.Digamma(x[i]), 2e-15);
            DiscreteOracle.Agrees(section.Numbers("trigamma")[i], SpecialFunctions.Trigamma(x[i]), 2e-15);
        }
    }

    [Fact]
    public void Recurrences_hold() =>
        Gen.Double[1e-3, 50]
            .Sample(x =>
            {
                Assert.Equal(Math.Log(x), SpecialFunctions.LogGamma(x + 1) - SpecialFunctions.LogGamma(x), 1e-12);
                DiscreteOracle.Agrees(SpecialFunctions.Digamma(x + 1), SpecialFunctions.Digamma(x) + 1 / x, 1e-12);
                // 1e6 at x = 1e-3 cancels: 1e6 x 1.1e-16, a few times.
                Assert.Equal(SpecialFunctions.Trigamma(x + 1), SpecialFunctions.Trigamma(x) - 1 / (x * x), 1e-9);
            });

    [Fact]
    public void Small_arguments_keep_their_digits()
    {
        Assert.Equal(1e-20, SpecialFunctions.LogOnePlus(1e-20));
        Assert.Equal(-1e-20, SpecialFunctions.ExpMinusOne(-1e-20));
        Assert.Equal(-1, SpecialFunctions.ExpMinusOne(-800));
        Assert.Equal(double.NegativeInfinity, SpecialFunctions.LogOnePlus(-1));
        // x - x^2 / 2 + x^3 / 3 and x + x^2 / 2 + x^3 / 6, to 1e-17 of the value at 1e-5.
        Assert.Equal(1e-5 - 5e-11 + 1e-15 / 3, SpecialFunctions.LogOnePlus(1e-5), 1e-19);
        Assert.Equal(1e-5 + 5e-11 + 1e-15 / 6, SpecialFunctions.ExpMinusOne(1e-5), 1e-19);
    }

    [Theory, InlineData(0), InlineData(-1.5), InlineData(double.NaN)]
    public void Arguments_not_above_zero_are_errors(double x)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SpecialFunctions.LogGamma(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpecialFunctions.Digamma(x));
        Assert.Contains($"{x}", Assert.Throws<ArgumentOutOfRangeException>(() => SpecialFunctions.Trigamma(x)).Message);
    }
}
