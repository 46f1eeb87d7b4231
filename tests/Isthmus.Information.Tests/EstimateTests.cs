namespace Isthmus.Information.Tests;

public class EstimateTests
{
    [Fact]
    public void Interval_reaches_the_normal_quantile_on_both_sides()
    {
        var (lower, upper) = new Estimate(2, 0.1).Interval();
        // 1.6448536: the 95 % quantile.
        Assert.Equal(2 - 0.16448536, lower, 1e-8);
        Assert.Equal(2 + 0.16448536, upper, 1e-8);
        Assert.Equal(1.959963985, new Estimate(0, 1).Interval(0.95).Upper, 1e-9);
        Assert.True(double.IsNaN(new Estimate(1, double.NaN).Interval().Lower));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(double.NaN)]
    public void A_level_is_a_share(double level) =>
        Assert.Contains("between 0 and 1", Assert.Throws<ArgumentException>(() => new Estimate(1, 1).Interval(level)).Message);
}
