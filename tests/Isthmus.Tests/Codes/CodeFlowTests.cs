using Isthmus.Codes;
using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Tests.Codes;

public sealed class CodeFlowTests
{
    static CodeFlowTests() => TensorLibrary.EnsureLoaded();

    /// <summary>A bow: a ~ N(0, 1), b = a^2 + 0.1 e, in other units: no correlation, and far from Gaussian.</summary>
    private static Tensor Bow(int count)
    {
        var a = randn(count, 1);
        return cat([3 * a + 5, a.square() + 0.1 * randn(count, 1) - 2], 1);
    }

    [Fact]
    public void It_learns_what_a_Gaussian_cannot()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var flow = CodeFlow.Fit(Bow(3000), seed: 2);
        // The best density gives E ln p = -(1 + ln 2 pi) - ln 3 - ln 0.1 = -1.63 nats; the best Gaussian, of variances 9 and 2.01, has -4.29.
        using (no_grad())
            Assert.InRange(flow.LogProbability(Bow(3000)).mean().Number(), -2.5, -1.5);
        manual_seed(3);
        var drawn = flow.Sample(3000);
        var (square, b) = (((drawn.select(1, 0) - 5) / 3).square().Numbers(), drawn.select(1, 1).Numbers());
        // Of the bow itself, b is within 0.1 of its a^2 - 2 in deviation; a Gaussian's is off by 1.4 and more.
        Assert.InRange(square.Zip(b).Select(pair => Math.Abs(pair.First - 2 - pair.Second)).Order().ElementAt(1500), 0, 0.3);
    }

    [Fact]
    public void The_same_seed_gives_the_same_flow_and_a_unit_that_is_still_stays_so()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var codes = cat([randn(60, 1), full([60, 1], 7f)], 1);
        double[] Drawn()
        {
            var flow = CodeFlow.Fit(codes, seed: 5);
            manual_seed(6);
            return flow.Sample(20).Numbers();
        }
        var drawn = Drawn();
        Assert.Equal(drawn, Drawn());
        Assert.All(drawn.Where((_, i) => i % 2 == 1), value => Assert.Equal(7, value, 1e-3));
    }
}
