using Isthmus.Compute;
using Isthmus.Evaluation;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

public sealed class VarianceExplainedTests
{
    static VarianceExplainedTests() => TensorLibrary.EnsureLoaded();

    private static Information.Estimate? Of(Tensor x, Tensor reconstruction, int batch = 1000)
    {
        var explained = new VarianceExplained(x.mean([0L]));
        foreach (var (records, made) in x.split(batch).Zip(reconstruction.split(batch)))
            explained.Add(records, made);
        return explained.Estimate;
    }

    [Fact]
    public void It_is_1_of_the_records_themselves_and_0_of_their_mean()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn(50, 3, float64) + 4;
        Assert.Equal(new(1, 0), Of(x, x)!.Value);
        Assert.Equal(0, Of(x, x.mean([0L]).expand_as(x))!.Value.Value, 1e-12);
        Assert.Null(Of(ones(5, 3), zeros(5, 3)));
        Assert.Null(Of(randn(1, 3), zeros(1, 3)));
        // Equal records whose mean was rounded, as float32 rounds the sum of many.
        Assert.Null(Of(full(1000, 3, 0.1f), zeros(1000, 3)));
    }

    [Fact]
    public void By_hand()
    {
        using var scope = NewDisposeScope();
        // Deviations from the mean 3: t = 4, 0, 4; errors r = 1, 0, 1; all of one ratio but the middle one, which adds nothing.
        var x = tensor(
            new double[,]
            {
                { 1 },
                { 3 },
                { 5 },
            }
        );
        Assert.Equal(
            0.75,
            Of(
                x,
                tensor(
                    new double[,]
                    {
                        { 2 },
                        { 3 },
                        { 6 },
                    }
                )
            )!.Value.Value,
            1e-12
        );
        // r = 1, 0, 3^2: R = 10 / 8; r - R t = -4, 0, 4: sqrt(3 / 2 * 32) / 8.
        Assert.Equal(
            new(-0.25, Math.Sqrt(48) / 8),
            Of(
                x,
                tensor(
                    new double[,]
                    {
                        { 2 },
                        { 3 },
                        { 8 },
                    }
                )
            )!.Value
        );
    }

    /// <summary>
    /// Over 400 repetitions the spread of the figure is its mean standard error: 4 relative errors of a standard deviation, 1 / sqrt(2 * 400) each.
    /// </summary>
    [Fact]
    public void Its_standard_error_is_its_spread_and_batches_do_not_matter()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        List<double> values = [],
            errors = [];
        for (var repetition = 0; repetition < 400; repetition++)
        {
            using var inner = NewDisposeScope();
            var x = randn(200, 4, float64);
            var made = x + 0.5 * randn(200, 4, float64);
            var estimate = Of(x, made)!.Value;
            Assert.Equal(estimate.StandardError, Of(x, made, batch: 37)!.Value.StandardError, 1e-12);
            values.Add(estimate.Value);
            errors.Add(estimate.StandardError);
        }
        var spread = Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Count - 1));
        Assert.Equal(1, errors.Average() / spread, 4 / Math.Sqrt(2 * 400));
    }
}
