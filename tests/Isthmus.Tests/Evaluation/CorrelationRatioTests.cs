using Isthmus.Evaluation;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

public class CorrelationRatioTests
{
    static CorrelationRatioTests() => Isthmus.Compute.TensorLibrary.EnsureLoaded();

    [Fact]
    public void It_is_the_share_of_the_variance_that_lies_between_the_classes()
    {
        using var scope = NewDisposeScope();
        // Of classes {0, 1} and {2, 3}: means 0.5 and 2.5 about 1.5, so 4 of the sum of squares 5. A class of one record is its own mean.
        var codes = tensor(
            new float[,]
            {
                { 0, 5, 7, 1 },
                { 1, 5, 9, 1 },
                { 2, 8, 7, 1 },
                { 3, 8, 9, 1 },
            }
        );
        Assert.Equal([0.8, 1, 0, 0], CorrelationRatio.Of(codes, new("label", [0, 0, 2, 2], ["a", "never", "b"])).Select(share => Math.Round(share, 12)));
        Assert.Equal([1.0, 1, 1, 0], CorrelationRatio.Of(codes, new("record", [0, 1, 2, 3], ["a", "b", "c", "d"])).Select(share => Math.Round(share, 12)));
    }

    [Fact]
    public void Values_far_from_zero_lose_no_digits()
    {
        using var scope = NewDisposeScope();
        var codes = tensor(new float[] { 1e6f, 1e6f + 1, 1e6f + 2, 1e6f + 3 }).unsqueeze(1);
        Assert.Equal(0.8, CorrelationRatio.Of(codes, new("label", [0, 0, 1, 1], ["a", "b"])).Single(), 1e-9);
    }
}
