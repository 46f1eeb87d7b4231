using Isthmus.Server.Drift;

namespace Isthmus.Server.Tests;

public class ChiSquareTests
{
    // Closed forms: 2 degrees of freedom e^(-x/2), 4 e^(-x/2) (1 + x/2); 1 is twice the normal tail, of which 1.959963984540054 is the 97.5 % quantile.
    [Theory]
    [InlineData(1, 3.841458820694124, 0.05)]
    [InlineData(2, 4.605170185988092, 0.1)]
    [InlineData(2, 60, 9.357622968840175e-14)]
    [InlineData(4, 1, 0.9097959895689501)]
    [InlineData(4, 20, 4.9939922738733365e-4)]
    public void The_tail_is_that_of_closed_forms(int freedom, double x, double expected) => Assert.Equal(1, ChiSquare.UpperTail(x, freedom) / expected, 12);

    [Fact]
    public void Equal_samples_are_no_surprise_and_a_p_value_is_seldom_small_by_chance()
    {
        Assert.Equal(1, ChiSquare.Homogeneity([10, 20, 30], [100, 200, 300]), 12);
        // Under one law p is uniform: of 2,000 draws 5 % are below 0.05, with a standard deviation of 0.5 %.
        var (random, below) = (new Random(1), 0);
        for (var draw = 0; draw < 2000; draw++)
        {
            long[] Sample(int size)
            {
                var counts = new long[5];
                for (var i = 0; i < size; i++)
                    counts[random.Next(5)]++;
                return counts;
            }
            below += ChiSquare.Homogeneity(Sample(200), Sample(500)) < 0.05 ? 1 : 0;
        }
        Assert.InRange(below, 100 - 4 * 10, 100 + 4 * 10);
    }
}
