using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Isthmus.Data.Records;
using Isthmus.Information.Numerics;
using Isthmus.Models.Likelihoods;

namespace Isthmus.Recommenders;

/// <summary>
/// The first k items of a block of histories, from logits that come some items at a time and may each be off by a known error e. An item of the true first k
/// has a logit of at least the k-th largest less 2 e; those are kept, and computed again exactly.
/// </summary>
/// <param name="dimension">Number of items.</param>
internal sealed class ItemRanking(int dimension)
{
    // Number computed again at a time, beyond the first k.
    private const int Some = 8;

    private Row[] _rows = [];

    /// <summary>Largest logits of each row, as heaps with the smallest first.</summary>
    private float[] _largest = [];

    /// <summary>State of one history.</summary>
    private struct Row
    {
        /// <summary>k, or the number of items that the history lacks if that is smaller.</summary>
        public int Count;

        /// <summary>Number of logits in the heap.</summary>
        public int Held;

        /// <summary>Largest logit, which is always kept.</summary>
        public float Most;

        /// <summary>ln of the sum of e^l is Reference + ln Sum.</summary>
        public float Reference;

        /// <inheritdoc cref="Reference"/>
        public double Sum;

        public List<(float Logit, int Item)> Candidates;
    }

    /// <summary>Ranks a block.</summary>
    /// <param name="block">Histories, whose items are left out.</param>
    /// <param name="scores">Their logits.</param>
    /// <param name="count">k.</param>
    /// <param name="items">Receives k items for each history; -1 beyond the items that it lacks.</param>
    /// <param name="bits">Receives the cost of each item, bits.</param>
    public void Rank(SparseCounts block, ItemScores scores, int count, Span<int> items, Span<float> bits)
    {
        scores.Begin(block);
        Prepare(block, count);
        var seen = SeenByTile(block);
        for (var tile = 0; tile < seen.Count; tile++)
        {
            var (first, next) = (tile * ItemScores.Width, seen.Offsets[tile]);
            scores.Read(first, Math.Min(ItemScores.Width, dimension - first), (row, logits) =>
            {
                for (; next < seen.Offsets[tile + 1] && seen.Columns[next] / ItemScores.Width == row; next++)
                    logits[seen.Columns[next] % ItemScores.Width] = float.NegativeInfinity;
                Take(ref _rows[row], _largest.AsSpan(row * count, _rows[row].Count), first, logits, 2 * scores.Error(row));
            });
        }
        for (var row = 0; row < block.Count; row++)
            Finish(
                ref _rows[row],
                _largest.AsSpan(row * count, _rows[row].Count),
                row,
                scores,
                items.Slice(row * count, count),
                bits.Slice(row * count, count)
            );
    }

    private void Prepare(SparseCounts block, int count)
    {
        if (_rows.Length < block.Count)
            _rows = [.. Enumerable.Range(0, block.Count).Select(_ => new Row { Candidates = [] })];
        if (_largest.Length < block.Count * count)
            _largest = new float[block.Count * count];
        for (var row = 0; row < block.Count; row++)
        {
            var candidates = _rows[row].Candidates;
            candidates.Clear();
            _rows[row] = new()
            {
                Count = Math.Min(count, dimension - block[row].Columns.Length),
                Most = float.NegativeInfinity,
                Reference = float.NegativeInfinity,
                Candidates = candidates,
            };
        }
    }

    /// <summary>Returns the seen items of each tile, history after history: row x width + place.</summary>
    private SparseCounts SeenByTile(SparseCounts block)
    {
        var offsets = new int[(dimension + ItemScores.Width - 1) / ItemScores.Width + 1];
        foreach (var item in block.Columns.AsSpan(block.Offsets[0]..block.Offsets[^1]))
            offsets[item / ItemScores.Width + 1]++;
        for (var tile = 1; tile < offsets.Length; tile++)
            offsets[tile] += offsets[tile - 1];
        var (next, places) = (offsets[..^1], new int[offsets[^1]]);
        for (var row = 0; row < block.Count; row++)
            foreach (var item in block[row].Columns)
                places[next[item / ItemScores.Width]++] = row * ItemScores.Width + item % ItemScores.Width;
        return new(offsets, places, []);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take(ref Row row, Span<float> heap, int first, Span<float> logits, float margin)
    {
        var (limit, i) = (Limit(row, heap, margin), 0);
        for (; i <= logits.Length - SimdSpans.Count; i += SimdSpans.Count)
        {
            var next = SimdSpans.Load<float, SimdSpans.Whole>(logits, i);
            // Most have nothing.
            if (!Vector512.GreaterThanAny(next, Vector512.Create(limit)))
                continue;
            for (var above = Vector512.GreaterThan(next, Vector512.Create(limit)).ExtractMostSignificantBits(); above != 0; above &= above - 1)
                Keep(ref row, heap, first + i + BitOperations.TrailingZeroCount(above), logits[i + BitOperations.TrailingZeroCount(above)]);
            limit = Limit(row, heap, margin);
        }
        for (; i < logits.Length; i++)
            if (logits[i] > limit)
                Keep(ref row, heap, first + i, logits[i]);
        if (row.Candidates.Count == 0)
            return;
        if (row.Most > row.Reference)
            (row.Sum, row.Reference) = (row.Sum * Math.Exp(row.Reference - row.Most), row.Most);
        row.Sum += MultinomialLikelihood.SumOfExponentials<float>(logits, row.Reference);
    }

    /// <summary>Returns the bound that a logit of the first k exceeds. Of equal logits the first item comes first, and items come in order.</summary>
    private static float Limit(in Row row, Span<float> heap, float margin) =>
        heap.IsEmpty ? float.PositiveInfinity
        : row.Held < heap.Length ? float.NegativeInfinity
        : heap[0] - margin;

    private static void Keep(ref Row row, Span<float> heap, int item, float logit)
    {
        row.Candidates.Add((logit, item));
        row.Most = MathF.Max(row.Most, logit);
        Push(ref row, heap, logit);
    }

    private static void Push(ref Row row, Span<float> heap, float logit)
    {
        if (row.Held < heap.Length)
        {
            var at = row.Held++;
            for (; at > 0 && heap[(at - 1) / 2] > logit; at = (at - 1) / 2)
                heap[at] = heap[(at - 1) / 2];
            heap[at] = logit;
            return;
        }
        if (heap.IsEmpty || logit <= heap[0])
            return;
        var place = 0;
        for (var child = 1; child < heap.Length; child = 2 * place + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
                child++;
            if (heap[child] >= logit)
                break;
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = logit;
    }

    private static void Finish(ref Row row, Span<float> heap, int index, ItemScores scores, Span<int> items, Span<float> bits)
    {
        var (best, error) = (row.Candidates, scores.Error(index));
        var limit = Limit(row, heap, 2 * error);
        best.RemoveAll(candidate => candidate.Logit < limit);
        best.Sort(Order);
        if (error > 0)
        {
            // From the most likely on, until the rest cannot reach the k-th of the exact ones.
            row.Held = 0;
            var done = 0;
            while (done < best.Count && (done < heap.Length || best[done].Logit + error >= heap[0]))
            {
                var next = CollectionsMarshal.AsSpan(best).Slice(done, Math.Min(done < heap.Length ? heap.Length - done : Some, best.Count - done));
                foreach (var (logit, _) in next)
                    row.Sum -= Math.Exp(logit - row.Reference);
                scores.MakeExact(index, next);
                foreach (var (logit, _) in next)
                {
                    row.Sum += Math.Exp(logit - row.Reference);
                    Push(ref row, heap, logit);
                }
                done += next.Length;
            }
            best.RemoveRange(done, best.Count - done);
            best.Sort(Order);
        }
        var all = row.Reference + Math.Log(row.Sum);
        for (var place = 0; place < items.Length; place++)
            (items[place], bits[place]) = place < heap.Length ? (best[place].Item, (float)((all - best[place].Logit) / Math.Log(2))) : (-1, 0);
    }

    private static int Order((float Logit, int Item) a, (float Logit, int Item) b) =>
        a.Logit != b.Logit ? b.Logit.CompareTo(a.Logit) : a.Item.CompareTo(b.Item);
}
