using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// ln p(x|z) of a <see cref="LocalContextLikelihood"/> and its gradients in one pass over each record, in float32 on the CPU.
/// As tensor operations the hidden units of all pixels pass through memory a dozen times, and cost more than the decoder;
/// here they stay in the cache (measured: docs/decisions/0005). All 16-lane vectors run over places.
/// </summary>
/// <param name="channels">C.</param>
/// <param name="height">H.</param>
/// <param name="width">W.</param>
/// <param name="reach">r.</param>
/// <param name="known">Numbers of the window, and of the channels before at the place itself.</param>
/// <param name="features">F.</param>
/// <param name="hidden">Hidden units of a channel.</param>
/// <param name="pixel">The base distribution of one pixel.</param>
internal sealed class LocalContextKernel(int channels, int height, int width, int reach, int known, int features, int hidden, IPixelKernel pixel)
{
    private const int Lanes = 16,
        Pair = 2 * Lanes;

    private readonly int _places = height * width,
        _stride = (height * width + Pair - 1) / Pair * Pair;
    private readonly ConcurrentBag<Scratch> _scratch = [];
    private readonly int _features = features * channels,
        _inputs = known + (features * channels),
        _units = channels * hidden,
        _outputs = channels * pixel.Parameters;

    private int Channels => channels;

    /// <summary>Number of weights: the hidden layer's matrix and bias, then the output's matrix and bias.</summary>
    public int Weights => (_units * _inputs) + _units + (_outputs * hidden) + _outputs;

    /// <summary>Gradients of ln p of one batch.</summary>
    /// <param name="ByFeatures">N x (F D).</param>
    /// <param name="ByWeights">N x <see cref="Weights"/>: by record, so that any weighting of records has its gradient.</param>
    public sealed record Gradients(Tensor ByFeatures, Tensor ByWeights);

    /// <summary>Returns ln p of each record, N.</summary>
    /// <param name="x">Records, M x D. Record n of the parameters goes with record n modulo M.</param>
    /// <param name="parameters">The decoder's features, N x (F D).</param>
    /// <param name="weights">Weights in the order of <see cref="Weights"/>.</param>
    /// <param name="withGradients">True to compute the gradients.</param>
    /// <param name="threads">Number of threads; the result does not depend on it.</param>
    public (Tensor Logarithms, Gradients? Gradients) LogProbability(Tensor x, Tensor parameters, Tensor weights, bool withGradients, int threads)
    {
        var (records, count) = (x.shape[0], parameters.shape[0]);
        var logarithms = empty(count, float32);
        var gradients = withGradients ? new Gradients(empty_like(parameters), empty(count, Weights, float32)) : null;
        // One record after another with all its parameters, so that its window is multiplied once for all of them.
        var draws = (int)(count / records);
        Parallel.For(
            0,
            (int)count,
            new() { MaxDegreeOfParallelism = threads },
            Take,
            (i, _, scratch) =>
            {
                var (record, n) = (i / draws, (i % draws * records) + (i / draws));
                if (scratch.Record != record)
                    BeginRecord(scratch, record, Row(x, record), Numbers(weights));
                Numbers(logarithms)[(int)n] = Record(
                    scratch,
                    Row(parameters, n),
                    Numbers(weights),
                    Row(gradients?.ByFeatures, n),
                    Row(gradients?.ByWeights, n)
                );
                return scratch;
            },
            _scratch.Add
        );
        return (logarithms, gradients);
    }

    private Scratch Take()
    {
        var scratch = _scratch.TryTake(out var kept) ? kept : new Scratch(this);
        scratch.Record = -1;
        return scratch;
    }

    // Tensors' own memory: arrays of a batch's size, made anew for each, would keep the collector busy.
    private static Span<float> Numbers(Tensor? tensor) => tensor is null ? [] : MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static Span<float> Row(Tensor? tensor, long n) =>
        tensor is null ? [] : MemoryMarshal.Cast<byte, float>(tensor.bytes[(int)(n * tensor.shape[1] * sizeof(float))..])[..(int)tensor.shape[1]];

    private sealed class Scratch(LocalContextKernel kernel)
    {
        // Rows of places, each padded to pairs of vectors; what lies in the padding is never read as a result.
        public readonly float[] Inputs = new float[kernel._inputs * kernel._stride],
            FromWindow = new float[kernel._units * kernel._stride],
            Hidden = new float[kernel._units * kernel._stride],
            Outputs = new float[kernel._outputs * kernel._stride],
            Pixels = new float[kernel.Channels * kernel._stride],
            Row = new float[kernel._stride],
            ByFeatures = new float[kernel._features * kernel._stride],
            FeatureWeights = new float[kernel._features * kernel._units];

        /// <summary>Index of the record whose window the inputs hold.</summary>
        public int Record { get; set; }
    }

    /// <summary>Computes the values that all parameters of one record have in common: its pixels, its windows, and A times these with b.</summary>
    private void BeginRecord(Scratch scratch, int record, ReadOnlySpan<float> x, ReadOnlySpan<float> weights)
    {
        scratch.Record = record;
        FillWindows(scratch.Inputs, x);
        for (var channel = 0; channel < channels; channel++)
            x.Slice(channel * _places, _places).CopyTo(scratch.Pixels.AsSpan(channel * _stride));
        for (var unit = 0; unit < _units; unit++)
            scratch.FromWindow.AsSpan(unit * _stride, _stride).Fill(weights[(_units * _inputs) + unit]);
        AddProduct(weights[..(_units * _inputs)], _inputs, scratch.Inputs, known, scratch.FromWindow, scratch.FromWindow, rectify: false);
    }

    private float Record(Scratch scratch, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> byFeatures, Span<float> byWeights)
    {
        for (var q = 0; q < _features; q++)
            parameters.Slice(q * _places, _places).CopyTo(scratch.Inputs.AsSpan((known + q) * _stride));
        Span<float> units = scratch.Hidden,
            outputs = scratch.Outputs;
        ReadOnlySpan<float> inputs = scratch.Inputs;
        ReadOnlySpan<float> matrix = weights[..(_units * _inputs)];
        ReadOnlySpan<float> outMatrix = weights.Slice((_units * _inputs) + _units, _outputs * hidden),
            outBias = weights[^_outputs..];
        AddProduct(matrix[known..], _inputs, inputs[(known * _stride)..], _features, scratch.FromWindow, units, rectify: true);
        var total = 0.0;
        for (var channel = 0; channel < channels; channel++)
        {
            var p = pixel.Parameters;
            var mine = outputs.Slice(channel * p * _stride, p * _stride);
            for (var row = 0; row < p; row++)
                mine.Slice(row * _stride, _stride).Fill(outBias[(channel * p) + row]);
            AddProduct(
                outMatrix.Slice(channel * p * hidden, p * hidden),
                hidden,
                units.Slice(channel * hidden * _stride, hidden * _stride),
                hidden,
                mine,
                mine,
                rectify: false
            );
            // The gradients of the outputs take the outputs' place.
            pixel.LogProbability(scratch.Pixels.AsSpan(channel * _stride, _stride), mine, scratch.Row);
            foreach (var value in scratch.Row.AsSpan(0, _places))
                total += value;
        }
        if (byFeatures.IsEmpty)
            return (float)total;
        for (var row = 0; row < _outputs; row++)
            outputs.Slice(row * _stride + _places, _stride - _places).Clear();
        Span<float> byMatrix = byWeights[..(_units * _inputs)],
            byBias = byWeights.Slice(_units * _inputs, _units);
        Span<float> byOutMatrix = byWeights.Slice((_units * _inputs) + _units, _outputs * hidden),
            byOutBias = byWeights[^_outputs..];
        for (var channel = 0; channel < channels; channel++)
            Inner(
                outputs.Slice(channel * pixel.Parameters * _stride, pixel.Parameters * _stride),
                units.Slice(channel * hidden * _stride, hidden * _stride),
                byOutMatrix.Slice(channel * pixel.Parameters * hidden, pixel.Parameters * hidden),
                byOutBias.Slice(channel * pixel.Parameters, pixel.Parameters)
            );
        BackThroughHidden(outMatrix, outputs, units);
        Inner(units, inputs, byMatrix, byBias);
        BackToFeatures(scratch, matrix, byFeatures);
        return (float)total;
    }

    /// <summary>Fills the rows of known values at each place: the window's pixels in raster order, each with all channels, then the channels before.</summary>
    private void FillWindows(Span<float> inputs, ReadOnlySpan<float> x)
    {
        var side = (2 * reach) + 1;
        for (var q = 0; q < known; q++)
        {
            var (place, channel) = (q / channels, q % channels);
            var (down, right) = ((place / side) - reach, (place % side) - reach);
            var row = inputs.Slice(q * _stride, _stride);
            row.Clear();
            var plane = x.Slice(channel * _places, _places);
            var (from, to) = (Math.Max(0, -right), width - Math.Max(0, right));
            for (var i = Math.Min(height, -down); i < height && from < to; i++)
                plane.Slice(((i + down) * width) + from + right, to - from).CopyTo(row.Slice((i * width) + from, to - from));
        }
    }

    /// <summary>
    /// Computes to = first (rows x places) + matrix (rows x columns, a row every <paramref name="rowLength"/> numbers) times from (columns x places). Four rows
    /// and a pair of vectors at a time: eight sums hide the latency of the multiplication, and each number read serves several.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddProduct(
        ReadOnlySpan<float> matrix,
        int rowLength,
        ReadOnlySpan<float> from,
        int columns,
        ReadOnlySpan<float> first,
        Span<float> to,
        bool rectify
    )
    {
        var rows = to.Length / _stride;
        var floor = rectify ? Vector512<float>.Zero : Vector512.Create(float.NegativeInfinity);
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var start = ref MemoryMarshal.GetReference(first);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (var place = 0; place < _stride; place += Pair)
            for (var row = 0; row < rows; row += 4)
            {
                // The last rows are done again where four do not divide them; all are read before any is written.
                var (r0, r1, r2, r3) = (row, Math.Min(row + 1, rows - 1), Math.Min(row + 2, rows - 1), Math.Min(row + 3, rows - 1));
                ref var m0 = ref MemoryMarshal.GetReference(matrix[(r0 * rowLength)..]);
                ref var m1 = ref MemoryMarshal.GetReference(matrix[(r1 * rowLength)..]);
                ref var m2 = ref MemoryMarshal.GetReference(matrix[(r2 * rowLength)..]);
                ref var m3 = ref MemoryMarshal.GetReference(matrix[(r3 * rowLength)..]);
                nuint t0 = (nuint)((r0 * _stride) + place),
                    t1 = (nuint)((r1 * _stride) + place),
                    t2 = (nuint)((r2 * _stride) + place),
                    t3 = (nuint)((r3 * _stride) + place);
                var (a0, b0) = (Vector512.LoadUnsafe(ref start, t0), Vector512.LoadUnsafe(ref start, t0 + Lanes));
                var (a1, b1) = (Vector512.LoadUnsafe(ref start, t1), Vector512.LoadUnsafe(ref start, t1 + Lanes));
                var (a2, b2) = (Vector512.LoadUnsafe(ref start, t2), Vector512.LoadUnsafe(ref start, t2 + Lanes));
                var (a3, b3) = (Vector512.LoadUnsafe(ref start, t3), Vector512.LoadUnsafe(ref start, t3 + Lanes));
                var at = (nuint)place;
                for (var column = 0; column < columns; column++)
                {
                    var (left, right) = (Vector512.LoadUnsafe(ref source, at), Vector512.LoadUnsafe(ref source, at + Lanes));
                    at += (nuint)_stride;
                    var weight = Vector512.Create(Unsafe.Add(ref m0, column));
                    (a0, b0) = (Vector512.FusedMultiplyAdd(left, weight, a0), Vector512.FusedMultiplyAdd(right, weight, b0));
                    weight = Vector512.Create(Unsafe.Add(ref m1, column));
                    (a1, b1) = (Vector512.FusedMultiplyAdd(left, weight, a1), Vector512.FusedMultiplyAdd(right, weight, b1));
                    weight = Vector512.Create(Unsafe.Add(ref m2, column));
                    (a2, b2) = (Vector512.FusedMultiplyAdd(left, weight, a2), Vector512.FusedMultiplyAdd(right, weight, b2));
                    weight = Vector512.Create(Unsafe.Add(ref m3, column));
                    (a3, b3) = (Vector512.FusedMultiplyAdd(left, weight, a3), Vector512.FusedMultiplyAdd(right, weight, b3));
                }
                Vector512.Max(a0, floor).StoreUnsafe(ref target, t0);
                Vector512.Max(b0, floor).StoreUnsafe(ref target, t0 + Lanes);
                Vector512.Max(a1, floor).StoreUnsafe(ref target, t1);
                Vector512.Max(b1, floor).StoreUnsafe(ref target, t1 + Lanes);
                Vector512.Max(a2, floor).StoreUnsafe(ref target, t2);
                Vector512.Max(b2, floor).StoreUnsafe(ref target, t2 + Lanes);
                Vector512.Max(a3, floor).StoreUnsafe(ref target, t3);
                Vector512.Max(b3, floor).StoreUnsafe(ref target, t3 + Lanes);
            }
    }

    /// <summary>
    /// Computes matrix[a, b], the sum over places of left[a] right[b], and bias[a], that of left[a]. Four rows of the one and two of the other at a time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Inner(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> matrix, Span<float> bias)
    {
        var (rows, columns) = (bias.Length, matrix.Length / bias.Length);
        for (var a = 0; a < rows; a++)
        {
            var all = Vector512<float>.Zero;
            for (var place = 0; place < _stride; place += Lanes)
                all += Vector512.Create(left[((a * _stride) + place)..]);
            bias[a] = Vector512.Sum(all);
        }
        for (var a = 0; a < rows; a += 4)
        {
            var (a1, a2, a3) = (Math.Min(a + 1, rows - 1), Math.Min(a + 2, rows - 1), Math.Min(a + 3, rows - 1));
            ref var l0 = ref MemoryMarshal.GetReference(left[(a * _stride)..]);
            ref var l1 = ref MemoryMarshal.GetReference(left[(a1 * _stride)..]);
            ref var l2 = ref MemoryMarshal.GetReference(left[(a2 * _stride)..]);
            ref var l3 = ref MemoryMarshal.GetReference(left[(a3 * _stride)..]);
            for (var b = 0; b < columns; b += 2)
            {
                var second = Math.Min(b + 1, columns - 1);
                ref var r0 = ref MemoryMarshal.GetReference(right[(b * _stride)..]);
                ref var r1 = ref MemoryMarshal.GetReference(right[(second * _stride)..]);
                var (s0, s1, s2, s3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
                var (u0, u1, u2, u3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
                for (nuint place = 0; place < (nuint)_stride; place += Lanes)
                {
                    var (v0, v1) = (Vector512.LoadUnsafe(ref r0, place), Vector512.LoadUnsafe(ref r1, place));
                    var value = Vector512.LoadUnsafe(ref l0, place);
                    (s0, u0) = (Vector512.FusedMultiplyAdd(value, v0, s0), Vector512.FusedMultiplyAdd(value, v1, u0));
                    value = Vector512.LoadUnsafe(ref l1, place);
                    (s1, u1) = (Vector512.FusedMultiplyAdd(value, v0, s1), Vector512.FusedMultiplyAdd(value, v1, u1));
                    value = Vector512.LoadUnsafe(ref l2, place);
                    (s2, u2) = (Vector512.FusedMultiplyAdd(value, v0, s2), Vector512.FusedMultiplyAdd(value, v1, u2));
                    value = Vector512.LoadUnsafe(ref l3, place);
                    (s3, u3) = (Vector512.FusedMultiplyAdd(value, v0, s3), Vector512.FusedMultiplyAdd(value, v1, u3));
                }
                Write(matrix[(a * columns)..], s0, u0);
                Write(matrix[(a1 * columns)..], s1, u1);
                Write(matrix[(a2 * columns)..], s2, u2);
                Write(matrix[(a3 * columns)..], s3, u3);

                void Write(Span<float> row, Vector512<float> s, Vector512<float> u) => (row[b], row[second]) = (Vector512.Sum(s), Vector512.Sum(u));
            }
        }
    }

    /// <summary>Computes units[j] = (sum over p of outMatrix[p, j] outputs[p]) where units[j] is above 0, and 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackThroughHidden(ReadOnlySpan<float> outMatrix, ReadOnlySpan<float> outputs, Span<float> units)
    {
        ref var target = ref MemoryMarshal.GetReference(units);
        ref var source = ref MemoryMarshal.GetReference(outputs);
        for (var unit = 0; unit < _units; unit++)
        {
            var (channel, j) = (unit / hidden, unit % hidden);
            for (var place = 0; place < _stride; place += Lanes)
            {
                var sum = Vector512<float>.Zero;
                for (var p = channel * pixel.Parameters; p < (channel + 1) * pixel.Parameters; p++)
                    sum = Vector512.FusedMultiplyAdd(
                        Vector512.LoadUnsafe(ref source, (nuint)((p * _stride) + place)),
                        Vector512.Create(outMatrix[(p * hidden) + j]),
                        sum
                    );
                var at = (nuint)((unit * _stride) + place);
                Vector512
                    .ConditionalSelect(Vector512.GreaterThan(Vector512.LoadUnsafe(ref target, at), Vector512<float>.Zero), sum, Vector512<float>.Zero)
                    .StoreUnsafe(ref target, at);
            }
        }
    }

    /// <summary>Computes byFeatures[q], the sum over units of matrix[unit, q] units[unit].</summary>
    private void BackToFeatures(Scratch scratch, ReadOnlySpan<float> matrix, Span<float> byFeatures)
    {
        for (var unit = 0; unit < _units; unit++)
            for (var q = 0; q < _features; q++)
                scratch.FeatureWeights[(q * _units) + unit] = matrix[(unit * _inputs) + known + q];
        Array.Clear(scratch.ByFeatures);
        AddProduct(scratch.FeatureWeights, _units, scratch.Hidden, _units, scratch.ByFeatures, scratch.ByFeatures, rectify: false);
        for (var q = 0; q < _features; q++)
            scratch.ByFeatures.AsSpan(q * _stride, _places).CopyTo(byFeatures[(q * _places)..]);
    }
}
