using Isthmus.Information.MutualInformation;

namespace Isthmus.Information.Tests.MutualInformation;

public class NearestNeighbourTransferEntropyTests
{
    [Fact]
    public void A_coupled_pair_has_the_closed_form_at_its_lag_and_none_the_other_way()
    {
        // y_t = x_(t-2) + e_t, x and e white: T at lag 2 is 1/2 ln(1 + 1) with or without y's past.
        var (x, e) = (Samples.Normal(3000, 1), Samples.Normal(3000, 2));
        double[] y = [.. e.Select((v, t) => (t < 2 ? 0 : x[t - 2]) + v)];
        var truth = 0.5 * Math.Log(2);
        foreach (var history in new[] { 0, 1 })
        {
            var there = new NearestNeighbourTransferEntropy { Lag = 2, TargetHistory = history }.Measure(x, y);
            // Bias towards 0 of three variables at this N is about 0.02, beside 4 standard errors.
            Assert.Equal(truth, there.Value, 4 * there.StandardError + 0.02);
            var back = new NearestNeighbourTransferEntropy { Lag = 2, TargetHistory = history }.Measure(y, x);
            Assert.Equal(0, back.Value, 4 * back.StandardError);
        }
        var early = new NearestNeighbourTransferEntropy().Measure(x, y);
        Assert.Equal(0, early.Value, 4 * early.StandardError);
    }

    [Fact]
    public void Standard_error_of_a_slow_series_is_the_spread_over_repetitions()
    {
        var (values, errors) = (new RunningMoments(), new RunningMoments());
        for (var seed = 0; seed < 100; seed++)
        {
            var (x, y) = (Slow(300, 2 * seed), Slow(300, 2 * seed + 1));
            var estimate = new NearestNeighbourTransferEntropy().Measure(x, y, new() { Threads = 1 });
            values.Add(estimate.Value);
            errors.Add(estimate.StandardError);
        }
        // A deviation of 100 has relative error 7 %; 4 times that, and the allowance for neighbours, which is not exact.
        Assert.InRange(errors.Mean / Math.Sqrt(values.Variance), 0.7, 1.6);

        static double[] Slow(int n, int seed)
        {
            var last = 0.0;
            return [.. Samples.Normal(n, seed).Select(e => last = 0.8 * last + 0.6 * e)];
        }
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] x = [1, 2, 3, 4, 5];
        Assert.Contains("of at least 0", Message(() => new NearestNeighbourTransferEntropy { Lag = 0 }.Measure(x, x)));
        Assert.Contains("5 and 2 rows", Message(() => new NearestNeighbourTransferEntropy().Measure(x, x[..2])));
        Assert.Contains("at least 8 rows", Message(() => new NearestNeighbourTransferEntropy { Lag = 7 }.Measure(x, x)));
        Assert.Contains("k is 4 and there are 4 rows", Message(() => new NearestNeighbourTransferEntropy().Measure(x, x, new() { K = 4 })));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
