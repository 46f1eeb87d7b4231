using Isthmus.Evaluation;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

public class ProbeTests
{
    static ProbeTests() => Isthmus.Compute.TensorLibrary.EnsureLoaded();

    [Fact]
    public void Linear_probe_separates_what_a_line_separates()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var codes = randn(600, 3);
        // Two parallel planes, a gap between them.
        int[] labels = [.. (codes.matmul(tensor(new float[] { 1, -2, 0.5f }))).data<float>().Select(v => v > 0.3f ? 1 : 0)];
        Assert.True(LinearProbe.Accuracy(codes[..400], labels[..400], codes[400..], labels[400..], 2).Value >= 0.97);
    }

    [Fact]
    public void Linear_probe_reaches_the_Bayes_rate_of_two_Gaussians()
    {
        // Two unit Gaussians whose means are 2 apart: no classifier beats Phi(1) = 0.8413, and the linear one reaches it.
        // 4,000 test points give a standard error of 0.006; the fit on 4,000 costs about L / 2N = 0.0003 of it.
        using var scope = NewDisposeScope();
        manual_seed(2);
        int[] labels = [.. Enumerable.Range(0, 8000).Select(i => i % 2)];
        var codes = randn(8000, 2);
        codes.select(1, 0).add_(tensor([.. labels.Select(label => 2f * label)]));
        var accuracy = LinearProbe.Accuracy(codes[..4000], labels[..4000], codes[4000..], labels[4000..], 2);
        Assert.InRange(accuracy.Value, 0.8413 - 4 * accuracy.StandardError, 0.8413 + 4 * accuracy.StandardError);
    }

    [Fact]
    public void Nearest_neighbours_vote_and_the_nearer_breaks_a_tie()
    {
        using var scope = NewDisposeScope();
        var train = tensor(
            new float[,]
            {
                { 0 },
                { 1 },
                { 2.2f },
                { 10 },
                { 11 },
                { 12 },
            }
        );
        int[] labels = [0, 1, 1, 2, 2, 2];
        var test = tensor(
            new float[,]
            {
                { 1.1f },
                { 0.1f },
                { 11 },
            }
        );
        // k = 3: at 1.1 one vote for 0, two for 1; at 0.1 the same votes; at 11 three for 2.
        Assert.Equal(1, NearestNeighbourProbe.Accuracy(train, labels, test, [1, 1, 2], k: 3).Value);
        // k = 2: at 0.1 one vote each, and 0 is nearer.
        Assert.Equal(1, NearestNeighbourProbe.Accuracy(train, labels, test, [1, 0, 2], k: 2).Value);
    }

    [Fact]
    public void More_neighbours_than_records_uses_all_of_them()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            1,
            NearestNeighbourProbe
                .Accuracy(
                    tensor(
                        new float[,]
                        {
                            { 0 },
                            { 1 },
                        }
                    ),
                    [1, 1],
                    tensor(
                        new float[,]
                        {
                            { 5 },
                        }
                    ),
                    [1],
                    k: 5
                )
                .Value
        );
    }
}
