using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class DigammaTests
{
    [Fact]
    public void Digamma_of_integers_is_a_harmonic_number_less_Eulers_constant()
    {
        var table = Digamma.Table(1000);
        var harmonic = 0.0;
        for (var n = 1; n <= 1000; n++)
        {
            Assert.Equal(harmonic - 0.57721566490153286, table[n], 1e-14);
            harmonic += 1.0 / n;
        }
    }

    [Fact]
    public void Digamma_of_a_half_is_known() => Assert.Equal(-0.57721566490153286 - 2 * Math.Log(2), Digamma.At(0.5), 1e-14);

    [Fact]
    public void Digamma_needs_a_positive_argument() => Assert.Throws<ArgumentOutOfRangeException>(() => Digamma.At(0));
}
