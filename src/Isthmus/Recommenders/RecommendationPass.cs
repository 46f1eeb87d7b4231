using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Gradients;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>
/// The first items of many histories, which are never made dense: for networks whose encoder begins with a product and whose decoder ends with one, and for
/// EASE. Blocks of histories are divided among all threads. If the processor multiplies 8-bit whole numbers, a network's last product, nearly all of the work,
/// uses them to find candidates; items and their order are those of float32. Bits take the logarithm of the sum over all items from the rounded logits, except
/// those of the candidates.
/// </summary>
internal sealed class RecommendationPass : IDisposable
{
    private const int BlockRows = 1024,
        LeastRows = 64,
        Blocks = 16,
        BlocksOfThread = 4;

    private readonly ThreadTeam _team;
    private readonly (ItemScores Scores, ItemRanking Ranking)[] _workers;
    private readonly List<IDisposable> _shared = [];
    private readonly int _threads;

    private RecommendationPass(Autoencoder model, Func<ItemScores> worker, IEnumerable<IDisposable> shared)
    {
        _shared.AddRange(shared);
        _threads = get_num_threads();
        _workers = [.. Enumerable.Range(0, _threads).Select(_ => (worker(), new ItemRanking(model.Likelihood.Dimension)))];
        _team = new(_threads);
    }

    /// <summary>
    /// Returns the number of histories in a block: what a product rounds to may depend on it, so it depends on all histories and not on threads or shares.
    /// </summary>
    public static int BlockOf(int histories) => Math.Clamp(histories / Blocks, LeastRows, BlockRows);

    /// <summary>Returns the number of histories that keeps all threads busy: whole blocks.</summary>
    public int Histories(int block) => block * BlocksOfThread * _threads;

    /// <summary>Creates a pass of the model; null if it has other parts or is not in the processor's memory.</summary>
    /// <param name="model">The model, not training.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="inWholeNumbers">True to find candidates in 8-bit whole numbers; null to do so if the processor multiplies them.</param>
    public static RecommendationPass? For(Autoencoder model, Device? device, bool? inWholeNumbers = null)
    {
        if (device is not (null or { type: DeviceType.CPU }) || model.Likelihood is not MultinomialLikelihood || model.Condition is not null)
            return null;
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (model.Decoder is EaseNetwork.Weights ease)
        {
            var weights = new CountProduct(ease.Weight);
            return new(model, () => new EaseScores(weights, ease.Slope, ease.Knee), [weights]);
        }
        nn.Module<Tensor, Tensor>[] decoder = [.. ManualLayer.Flat(model.Decoder)];
        if (decoder[^1] is not MatrixProduct { Window: null } last || CountEncoder.Of(model.Encoder) is not { } encoder)
            return null;
        if (!(inWholeNumbers ?? ProcessorSupport.MultipliesWholeNumbers))
            return new(model, () => new ProductScores(model, encoder, last, decoder[..^1]), [encoder]);
        using var weight = last.Weight.contiguous();
        var rounded = new RoundedVectors(weight);
        return new(model, () => new RoundedProductScores(model, encoder, last, decoder[..^1], rounded), [encoder, rounded]);
    }

    /// <summary>
    /// Returns the most likely items that a history lacks, best first, and the cost of each in bits; <paramref name="count"/> of each, with -1 beyond the end
    /// of a history's.
    /// </summary>
    /// <param name="histories">The histories.</param>
    /// <param name="count">Number of items of each.</param>
    /// <param name="rows">Number of histories in a block.</param>
    public (int[] Items, float[] Bits) Best(SparseCounts histories, int count, int rows)
    {
        var (items, bits) = (new int[histories.Count * count], new float[histories.Count * count]);
        var taken = 0;
        using var one = TensorThreads.Use(1);
        _team.Run(thread =>
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var (scores, ranking) = _workers[thread];
            // A thread that is held up takes fewer.
            for (int first; (first = (Interlocked.Increment(ref taken) - 1) * rows) < histories.Count;)
            {
                var block = histories.Slice(first, Math.Min(first + rows, histories.Count));
                ranking.Rank(block, scores, count, items.AsSpan(first * count, block.Count * count), bits.AsSpan(first * count, block.Count * count));
            }
        });
        return (items, bits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        foreach (var worker in _workers)
            worker.Scores.Dispose();
        foreach (var shared in _shared)
            shared.Dispose();
    }
}
