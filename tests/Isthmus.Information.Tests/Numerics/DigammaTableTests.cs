using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class DigammaTableTests
{
    [Fact]
    public void Digamma_of_integers_is_a_harmonic_number_less_Eulers_constant()
    {
        var table = DigammaTable.UpTo(1000);
        var harmonic = 0.0;
        for (var n = 1; n <= 1000; n++)
        {
            Assert.Equal(harmonic - 0.57721566490153286, table[n], 1e-14);
            harmonic += 1.0 / n;
        }
    }
}
