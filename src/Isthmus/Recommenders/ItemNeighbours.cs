using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>
/// Item-based nearest neighbours (Sarwar et al. 2001): for each item j the k items i of largest cosine s_ij = x_i'x_j / (|x_i| |x_j| + shrink) are kept, and j
/// scores the sum of s_ij over the history.
/// </summary>
public sealed class ItemNeighbours : Recommender
{
    private readonly List<(int Item, float Similarity)>[] _neighbourOf;

    /// <summary>Finds the neighbours.</summary>
    /// <param name="products">X'X of the training users.</param>
    /// <param name="items">Number of items, D.</param>
    /// <param name="neighbours">Number of neighbours of an item, k.</param>
    /// <param name="shrink">Constant that pulls the similarity of rare items towards 0.</param>
    public ItemNeighbours(ItemProducts products, int items, int neighbours = 100, float shrink = 10)
    {
        _neighbourOf = [.. Enumerable.Range(0, items).Select(_ => new List<(int, float)>())];
        var lengths = Enumerable.Range(0, items).Select(item => MathF.Sqrt(products.RecordsWith(item))).ToArray();
        var row = new float[items];
        for (var item = 0; item < items; item++)
        {
            products.CopyRow(item, row);
            row[item] = 0;
            var near = row.Index()
                .Where(other => other.Item > 0)
                .Select(other => (Similarity: other.Item / (lengths[item] * lengths[other.Index] + shrink), other.Index))
                .OrderByDescending(other => other.Similarity)
                .ThenBy(other => other.Index)
                .Take(neighbours);
            foreach (var (similarity, other) in near)
                _neighbourOf[other].Add((item, similarity));
        }
    }

    /// <inheritdoc/>
    public override string Name => "item-knn";

    /// <inheritdoc/>
    public override bool IsProbabilistic => false;

    /// <inheritdoc/>
    public override Tensor Scores(Dataset histories, ReadOnlySpan<int> users)
    {
        var scores = new float[users.Length * _neighbourOf.Length];
        for (var row = 0; row < users.Length; row++)
            foreach (var seen in histories.Sparse(users[row]).Columns)
                foreach (var (item, similarity) in _neighbourOf[seen])
                    scores[row * _neighbourOf.Length + item] += similarity;
        return tensor(scores).view(users.Length, _neighbourOf.Length);
    }
}
