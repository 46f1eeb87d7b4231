using System.Runtime.Intrinsics;
using Isthmus.Data;
using Isthmus.Models;
using Isthmus.Models.Gradients;
using Isthmus.Models.Likelihoods;
using Isthmus.Tensors;
using Isthmus.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Applications;

/// <summary>
/// The first items of many histories, of models whose first product needs no zeros and whose last map is a product. Blocks of
/// histories are shared by all threads. All but the last product is in float32; that one, which is nearly all of the work, is in bfloat16
/// where the processor has it, and finds candidates: every item whose logit is within rounding of the k-th. Their logits are
/// made again in float32, so the items and their order are those of float32. Bits take ln of the sum over all items from the
/// rounded logits, whose errors mostly cancel in it.
/// </summary>
internal sealed class RecommendationPass : IDisposable
{
    private const int BlockRows = 256;

    // Factors of a product and its result are each rounded by at most 2^-9 of themselves.
    private const float Rounding = 1f / 256;

    private readonly Autoencoder _model;
    private readonly MatrixProduct _last;
    private readonly float _longest;
    private readonly Crew _crew;
    private readonly Worker[] _workers;
    private readonly int _threads;
    private readonly bool _inBfloat16;

    /// <summary>What one thread has of the model.</summary>
    private sealed record Worker(SliceContext Exact, SliceContext Rounded, SparseEncoder Encoder, Stage? Hidden, Stage Last);

    private RecommendationPass(Autoencoder model, bool inBfloat16)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        List<nn.Module<Tensor, Tensor>> decoder = [.. Stage.Flat(model.Decoder)];
        (_model, _last, _inBfloat16) = (model, (MatrixProduct)decoder[^1], inBfloat16);
        _longest = _last.Weight.square().sum([1L]).max().sqrt().item<float>();
        decoder.RemoveAt(decoder.Count - 1);
        _threads = get_num_threads();
        _workers = [.. Enumerable.Range(0, _threads).Select(_ =>
        {
            SliceContext exact = new(inBfloat16: false), rounded = new(inBfloat16);
            return new Worker(exact, rounded, new(model.Encoder, exact), decoder.Count > 0 ? Stage.Chain(decoder, exact) : null, Stage.Of(_last, rounded));
        })];
        _crew = new(_threads, () => set_num_threads(1));
        set_num_threads(1);
    }

    /// <summary>A pass of the model, or null where it has other parts or is not in the processor's memory. Until it is disposed of, the tensor library has one thread on the calling thread.</summary>
    public static RecommendationPass? For(Autoencoder model, Device? device, bool? inBfloat16 = null) =>
        device is null or { type: DeviceType.CPU } && SliceGradient.CountProduct(model) is not null && Stage.IsSeparable(model.Encoder) && Stage.IsSeparable(model.Decoder)
            ? new(model, inBfloat16 ?? ProcessorSupport.MultipliesBfloat16) : null;

    /// <summary>The likeliest items that a history lacks, best first, and what each costs in bits: count of each, those past the end of a history's being -1.</summary>
    public (int[] Items, float[] Bits) Best(SparseCounts histories, int count)
    {
        var (items, bits) = (new int[histories.Count * count], new float[histories.Count * count]);
        _crew.Run(thread =>
        {
            using var noGradient = no_grad();
            var best = new List<(float Logit, int Item)>();
            for (var first = thread * BlockRows; first < histories.Count; first += _crew.Count * BlockRows)
            {
                using var scope = NewDisposeScope();
                var block = histories.Slice(first, Math.Min(first + BlockRows, histories.Count));
                var worker = _workers[thread];
                var code = _model.Bottleneck.Encode(worker.Encoder.Forward(block), sample: false).Z;
                var hidden = worker.Hidden?.Forward(code) ?? code;
                var logits = worker.Last.Forward(hidden);
                for (var row = 0; row < block.Count; row++)
                {
                    var at = (first + row) * count;
                    if (_inBfloat16)
                        Rank<ushort>(logits, hidden, row, block[row].Columns, count, best, items.AsSpan(at, count), bits.AsSpan(at, count));
                    else
                        Rank<float>(logits, hidden, row, block[row].Columns, count, best, items.AsSpan(at, count), bits.AsSpan(at, count));
                }
            }
        });
        return (items, bits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _crew.Dispose();
        set_num_threads(_threads);
        foreach (var worker in _workers)
        {
            worker.Exact.Dispose();
            worker.Rounded.Dispose();
        }
    }

    private void Rank<T>(Tensor logits, Tensor hidden, int row, ReadOnlySpan<int> seen, int count, List<(float Logit, int Item)> best, Span<int> items, Span<float> bits) where T : unmanaged
    {
        var dimension = (int)logits.shape[1];
        var width = (int)hidden.shape[1];
        var scores = Lanes.Of<T>(logits).Slice(row * dimension, dimension);
        ReadOnlySpan<float> code = Lanes.Of<float>(hidden).Slice(row * width, width), weight = Lanes.Of<float>(_last.Weight), bias = Lanes.Of<float>(_last.Bias);
        foreach (var item in seen)
            scores[item] = Lanes.FromSingle<T>(float.NegativeInfinity);
        count = Math.Min(count, dimension - seen.Length);
        var least = KthLargest<T>(scores, count);
        if (_inBfloat16)
            least -= 2 * Rounding * (_longest * MathF.Sqrt(Dot(code, code)) + MathF.Abs(least));
        best.Clear();
        Collect<T>(scores, least, best);
        for (var i = 0; i < best.Count; i++)
            best[i] = (Dot(code, weight.Slice(best[i].Item * width, width)) + bias[best[i].Item], best[i].Item);
        best.Sort((a, b) => a.Logit != b.Logit ? b.Logit.CompareTo(a.Logit) : a.Item.CompareTo(b.Item));
        // Within rounding of the largest of the rounded logits.
        var largest = best[0].Logit;
        var all = largest + Math.Log(MultinomialLikelihood.SumOfExponentials<T>(scores, largest));
        for (var place = 0; place < items.Length; place++)
            (items[place], bits[place]) = place < count ? (best[place].Item, (float)((all - best[place].Logit) / Math.Log(2))) : (-1, 0);
    }

    /// <summary>The k-th largest number, by a heap of the k largest so far.</summary>
    private static float KthLargest<T>(ReadOnlySpan<T> scores, int k) where T : unmanaged
    {
        var heap = new PriorityQueue<int, float>(k + 1);
        var least = float.NegativeInfinity;
        var i = 0;
        while (i < scores.Length)
        {
            if (heap.Count == k)
            {
                // Most runs of sixteen have nothing for the heap.
                var threshold = Vector512.Create(least);
                while (i <= scores.Length - Lanes.Count && !Vector512.GreaterThanAny(Lanes.Load<T, Lanes.Whole>(scores, i), threshold))
                    i += Lanes.Count;
            }
            for (var end = Math.Min(i + Lanes.Count, scores.Length); i < end; i++)
            {
                var score = Lanes.ToSingle(scores[i]);
                if (heap.Count < k)
                    heap.Enqueue(i, score);
                else if (score > least)
                    heap.EnqueueDequeue(i, score);
                if (heap.Count == k)
                    heap.TryPeek(out _, out least);
            }
        }
        return least;
    }

    /// <summary>The items of a score of <paramref name="least"/> or more.</summary>
    private static void Collect<T>(ReadOnlySpan<T> scores, float least, List<(float Logit, int Item)> found) where T : unmanaged
    {
        var threshold = Vector512.Create(least);
        for (var i = 0; i < scores.Length;)
        {
            while (i <= scores.Length - Lanes.Count && !Vector512.GreaterThanOrEqualAny(Lanes.Load<T, Lanes.Whole>(scores, i), threshold))
                i += Lanes.Count;
            for (var end = Math.Min(i + Lanes.Count, scores.Length); i < end; i++)
                if (Lanes.ToSingle(scores[i]) is var score && score >= least && !float.IsNegativeInfinity(score))
                    found.Add((score, i));
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (sum, i) = (Vector512<float>.Zero, 0);
        for (; i <= a.Length - Lanes.Count; i += Lanes.Count)
            sum = Vector512.FusedMultiplyAdd(Lanes.Load<float, Lanes.Whole>(a, i), Lanes.Load<float, Lanes.Whole>(b, i), sum);
        var total = Vector512.Sum(sum);
        for (; i < a.Length; i++)
            total += a[i] * b[i];
        return total;
    }
}
