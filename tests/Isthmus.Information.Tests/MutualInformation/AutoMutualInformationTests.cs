using Isthmus.Information.MutualInformation;

namespace Isthmus.Information.Tests.MutualInformation;

public sealed class AutoMutualInformationTests
{
    private const int Rows = 2000;
    private const double Present = 0.09, Correlation = 0.9;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_mostly_zero_holds_what_its_other_values_hold(int seed)
    {
        // Y = 0 but in a share of the rows that X does not decide; there it is normal with X.
        var (x, other, chance) = (Samples.Normal(Rows, 3 * seed), Samples.Normal(Rows, 3 * seed + 1), Samples.Uniform(Rows, 3 * seed + 2));
        double[] Mostly0(Func<int, double> value) => [.. chance.Select((draw, row) => draw < Present ? 5 + value(row) : 0)];
        var none = Measured(x, Mostly0(row => other[row]));
        var some = Measured(x, Mostly0(row => Correlation * x[row] + Math.Sqrt(1 - Correlation * Correlation) * other[row]));
        Assert.Equal("gao", none.Estimator);
        Assert.InRange(none.Estimate.Value, -4 * none.Estimate.StandardError, 4 * none.Estimate.StandardError);
        var truth = -Present / 2 * Math.Log(1 - Correlation * Correlation);
        Assert.InRange(some.Estimate.Value, truth - 4 * some.Estimate.StandardError, truth + 4 * some.Estimate.StandardError);
    }

    [Fact]
    public void Numbers_in_steps_on_both_sides_are_held_against_all_at_one_distance()
    {
        var (x, y) = (Samples.Normal(Rows, 1), Samples.Normal(Rows, 2));
        double[] InSteps(double[] numbers, double step) => Array.ConvertAll(numbers, number => step * Math.Round(number / step));
        Assert.Equal("ksg1", Measured(x, y).Estimator);
        Assert.Equal("ksg2", Measured(InSteps(x, 0.1), InSteps(y, 0.1)).Estimator);
        // Whole rows are equal.
        Assert.Equal("gao", Measured(InSteps(x, 1), InSteps(y, 1)).Estimator);
    }

    private static ChosenEstimate Measured(double[] x, double[] y) => AutoMutualInformation.Estimate(Variable.OfNumbers(x), Variable.OfNumbers(y));
}
