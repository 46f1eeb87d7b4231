using CsCheck;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class BenjaminiHochbergTests
{
    [Fact]
    public void Worked_example()
    {
        // By hand: sorted .01 .02 .03 .5 times 4/1, 4/2, 4/3, 4/4 = .04 .04 .04 .5, least from the right.
        var adjusted = BenjaminiHochberg.Adjust([0.03, 0.5, 0.01, 0.02]);
        double[] expected = [0.04, 0.5, 0.04, 0.04];
        for (var i = 0; i < 4; i++)
            Assert.Equal(expected[i], adjusted[i], 15);
    }

    [Fact]
    public void Rejections_are_those_of_the_step_up_procedure() =>
        Gen.Double[0, 1]
            .Array[1, 30]
            .Sample(p =>
            {
                // Irrational: the generator likes simple fractions, and at a level such as 0.3 the p-value 0.2 of rank 6 of 9 lies on
                // the boundary, where the two ways to write the condition round apart.
                const double level = 1 / Math.PI;
                var adjusted = BenjaminiHochberg.Adjust(p);
                var sorted = p.Order().ToArray();
                // Reject all up to the largest k with p_(k) <= k a / m.
                var k = Enumerable.Range(1, p.Length).LastOrDefault(i => sorted[i - 1] <= i * level / p.Length);
                Assert.Equal(k, adjusted.Count(q => q <= level));
                Assert.All(p.Zip(adjusted), pair => Assert.InRange(pair.Second, pair.First, 1));
            });

    [Fact]
    public void Bad_p_values_are_errors_and_none_is_none()
    {
        Assert.Empty(BenjaminiHochberg.Adjust([]));
        Assert.Contains("index 1 is NaN", Assert.Throws<ArgumentException>(() => BenjaminiHochberg.Adjust([0.5, double.NaN])).Message);
        Assert.Throws<ArgumentException>(() => BenjaminiHochberg.Adjust([1.5]));
    }
}
