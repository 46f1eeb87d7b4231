using CsCheck;

namespace Isthmus.Information.Tests;

public class RunningMomentsTests
{
    [Fact]
    public void Moments_of_a_stream_are_those_of_the_two_pass_formula() =>
        Gen.Double[-1e3, 1e3]
            .Array[2, 50]
            .Sample(values =>
            {
                var moments = new RunningMoments();
                foreach (var value in values)
                    moments.Add(value);
                var mean = values.Average();
                var variance = values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
                // Both round at most a few hundred times at 2^-53 of numbers below 1e6.
                return Math.Abs(moments.Mean - mean) < 1e-9 && Math.Abs(moments.Variance - variance) < 1e-6;
            });

    [Fact]
    public void Large_offset_does_not_cancel_the_variance()
    {
        var moments = new RunningMoments();
        foreach (var value in new[] { 4, 7, 13, 16 })
            moments.Add(1e9 + value);
        Assert.Equal(30, moments.Variance, 6);
        Assert.Equal(Math.Sqrt(30 / 4.0), moments.Estimate.StandardError, 6);
    }

    [Fact]
    public void One_value_has_a_mean_and_no_standard_error()
    {
        var moments = new RunningMoments();
        moments.Add(3);
        Assert.Equal(3, moments.Mean);
        Assert.True(double.IsNaN(moments.Estimate.StandardError));
    }
}
