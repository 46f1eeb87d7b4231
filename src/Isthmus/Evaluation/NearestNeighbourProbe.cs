using Isthmus.Compute;
using Isthmus.Information;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// k-nearest-neighbour classification of codes: the class most frequent among the k training codes nearest in Euclidean
/// distance; of equally frequent ones, the one whose nearest member is nearer (Cover and Hart 1967). Brute force, N M L.
/// </summary>
internal static class NearestNeighbourProbe
{
    /// <summary>Returns the fraction of test codes classified right, with its binomial standard error.</summary>
    /// <param name="trainCodes">N x L.</param>
    /// <param name="trainLabels">N class indices.</param>
    /// <param name="testCodes">M x L.</param>
    /// <param name="testLabels">M class indices.</param>
    /// <param name="k">Neighbours; at most N are used.</param>
    public static Estimate Accuracy(Tensor trainCodes, IReadOnlyList<int> trainLabels, Tensor testCodes, IReadOnlyList<int> testLabels, int k = 5)
    {
        using var outer = NewDisposeScope();
        using var noGradient = no_grad();
        k = Math.Min(k, trainLabels.Count);
        // |a - b|^2 = |a|^2 - 2 a.b + |b|^2; |a|^2 is the same for all neighbours of a and left out.
        var (transposed, squares) = (trainCodes.t().contiguous(), trainCodes.Square().sum(1));
        var right = 0L;
        const int Rows = 250;
        Span<int> votes = new int[trainLabels.Max() + 1];
        for (var start = 0; start < testLabels.Count; start += Rows)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(Rows, testLabels.Count - start);
            var (_, nearest) = (squares - testCodes.narrow(0, start, rows).matmul(transposed).Times(2)).topk(k, -1, largest: false, sorted: true);
            var neighbours = nearest.data<long>().ToArray();
            for (var row = 0; row < rows; row++)
            {
                votes.Clear();
                var best = trainLabels[(int)neighbours[row * k]];
                foreach (var neighbour in neighbours.AsSpan(row * k, k))
                    votes[trainLabels[(int)neighbour]]++;
                foreach (var neighbour in neighbours.AsSpan(row * k, k))
                    if (votes[trainLabels[(int)neighbour]] > votes[best])
                        best = trainLabels[(int)neighbour];
                right += best == testLabels[start + row] ? 1 : 0;
            }
        }
        return Estimate.Share(right, testLabels.Count);
    }
}
