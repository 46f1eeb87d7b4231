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
    private const int Lanes = 16;

    private readonly int _places = height * width, _stride = (height * width + Lanes - 1) / Lanes * Lanes;
    private readonly ConcurrentBag<Scratch> _scratch = [];
    private readonly int _inputs = known + (features * channels), _units = channels * hidden, _outputs = channels * pixel.Parameters;

    /// <summary>Numbers in the weights: the hidden layer's matrix and bias, then the output's matrix and bias.</summary>
    public int Weights => (_units * _inputs) + _units + (_outputs * hidden) + _outputs;

    /// <summary>The gradients of ln p of one batch.</summary>
    /// <param name="ByFeatures">N x (F D).</param>
    /// <param name="ByWeights">N x <see cref="Weights"/>: by record, so that any weighting of records has its gradient.</param>
    public sealed record Gradients(Tensor ByFeatures, Tensor ByWeights);

    /// <summary>ln p of each record, N.</summary>
    /// <param name="x">Records, M x D. Record n of the parameters goes with record n modulo M.</param>
    /// <param name="parameters">The decoder's features, N x (F D).</param>
    /// <param name="weights">As <see cref="Weights"/> says.</param>
    /// <param name="withGradients">Whether the gradients are wanted.</param>
    /// <param name="threads">How many work at once; the result does not depend on it.</param>
    public (Tensor Logarithms, Gradients? Gradients) LogProbability(Tensor x, Tensor parameters, Tensor weights, bool withGradients, int threads)
    {
        var (records, count) = (x.shape[0], parameters.shape[0]);
        var logarithms = empty(count, float32);
        var gradients = withGradients ? new Gradients(empty_like(parameters), empty(count, Weights, float32)) : null;
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = threads }, () => _scratch.TryTake(out var kept) ? kept : new Scratch(this), (n, _, scratch) =>
        {
            Numbers(logarithms)[(int)n] = Record(scratch, Row(x, n % records), Row(parameters, n), Numbers(weights), Row(gradients?.ByFeatures, n), Row(gradients?.ByWeights, n));
            return scratch;
        }, _scratch.Add);
        return (logarithms, gradients);
    }

    // Tensors' own memory: arrays of a batch's size, made anew for each, would keep the collector busy.
    private static Span<float> Numbers(Tensor? tensor) => tensor is null ? [] : MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static Span<float> Row(Tensor? tensor, long n) => tensor is null ? [] : MemoryMarshal.Cast<byte, float>(tensor.bytes[(int)(n * tensor.shape[1] * sizeof(float))..])[..(int)tensor.shape[1]];

    private sealed class Scratch(LocalContextKernel kernel)
    {
        // Rows of places, each padded to whole vectors; what lies in the padding is never read as a result.
        public readonly float[] Inputs = new float[kernel._inputs * kernel._stride], Hidden = new float[kernel._units * kernel._stride],
            Outputs = new float[kernel._outputs * kernel._stride], Target = new float[kernel._stride], Row = new float[kernel._stride];
    }

    private float Record(Scratch scratch, ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> byFeatures, Span<float> byWeights)
    {
        FillInputs(scratch.Inputs, x, parameters);
        Span<float> units = scratch.Hidden, outputs = scratch.Outputs;
        ReadOnlySpan<float> inputs = scratch.Inputs;
        ReadOnlySpan<float> matrix = weights[..(_units * _inputs)], bias = weights.Slice(_units * _inputs, _units);
        ReadOnlySpan<float> outMatrix = weights.Slice((_units * _inputs) + _units, _outputs * hidden), outBias = weights[^_outputs..];
        Product(matrix, bias, inputs, _units, _inputs, units, rectify: true);
        var total = 0.0;
        for (var channel = 0; channel < channels; channel++)
        {
            var p = pixel.Parameters;
            var mine = outputs.Slice(channel * p * _stride, p * _stride);
            Product(outMatrix.Slice(channel * p * hidden, p * hidden), outBias.Slice(channel * p, p), units.Slice(channel * hidden * _stride, hidden * _stride), p, hidden, mine, rectify: false);
            x.Slice(channel * _places, _places).CopyTo(scratch.Target);
            // The gradients of the outputs take the outputs' place.
            pixel.LogProbability(scratch.Target, mine, scratch.Row);
            foreach (var value in scratch.Row.AsSpan(0, _places))
                total += value;
        }
        if (byFeatures.IsEmpty)
            return (float)total;
        for (var row = 0; row < _outputs; row++)
            outputs.Slice(row * _stride + _places, _stride - _places).Clear();
        Span<float> byMatrix = byWeights[..(_units * _inputs)], byBias = byWeights.Slice(_units * _inputs, _units);
        Span<float> byOutMatrix = byWeights.Slice((_units * _inputs) + _units, _outputs * hidden), byOutBias = byWeights[^_outputs..];
        for (var channel = 0; channel < channels; channel++)
            Inner(outputs.Slice(channel * pixel.Parameters * _stride, pixel.Parameters * _stride), units.Slice(channel * hidden * _stride, hidden * _stride), byOutMatrix.Slice(channel * pixel.Parameters * hidden, pixel.Parameters * hidden), byOutBias.Slice(channel * pixel.Parameters, pixel.Parameters));
        BackThroughHidden(outMatrix, outputs, units);
        Inner(units, inputs, byMatrix, byBias);
        BackToFeatures(matrix, units, scratch.Row, byFeatures);
        return (float)total;
    }

    /// <summary>The rows of what is known at each place: the window's pixels in raster order, of each all channels, then the channels before; then the features.</summary>
    private void FillInputs(Span<float> inputs, ReadOnlySpan<float> x, ReadOnlySpan<float> parameters)
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
        for (var q = 0; q < features * channels; q++)
            parameters.Slice(q * _places, _places).CopyTo(inputs.Slice((known + q) * _stride, _stride));
    }

    /// <summary>to = matrix (rows x columns) times from (columns x places) + bias, four rows at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Product(ReadOnlySpan<float> matrix, ReadOnlySpan<float> bias, ReadOnlySpan<float> from, int rows, int columns, Span<float> to, bool rectify)
    {
        var floor = rectify ? Vector512<float>.Zero : Vector512.Create(float.NegativeInfinity);
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (var row = 0; row < rows; row += 4)
        {
            // The last rows are done again where four do not divide them.
            var (r0, r1, r2, r3) = (row, Math.Min(row + 1, rows - 1), Math.Min(row + 2, rows - 1), Math.Min(row + 3, rows - 1));
            ref var m0 = ref MemoryMarshal.GetReference(matrix[(r0 * columns)..]);
            ref var m1 = ref MemoryMarshal.GetReference(matrix[(r1 * columns)..]);
            ref var m2 = ref MemoryMarshal.GetReference(matrix[(r2 * columns)..]);
            ref var m3 = ref MemoryMarshal.GetReference(matrix[(r3 * columns)..]);
            for (var place = 0; place < _stride; place += Lanes)
            {
                var (a0, a1, a2, a3) = (Vector512.Create(bias[r0]), Vector512.Create(bias[r1]), Vector512.Create(bias[r2]), Vector512.Create(bias[r3]));
                for (var column = 0; column < columns; column++)
                {
                    var value = Vector512.LoadUnsafe(ref source, (nuint)((column * _stride) + place));
                    a0 = Vector512.FusedMultiplyAdd(value, Vector512.Create(Unsafe.Add(ref m0, column)), a0);
                    a1 = Vector512.FusedMultiplyAdd(value, Vector512.Create(Unsafe.Add(ref m1, column)), a1);
                    a2 = Vector512.FusedMultiplyAdd(value, Vector512.Create(Unsafe.Add(ref m2, column)), a2);
                    a3 = Vector512.FusedMultiplyAdd(value, Vector512.Create(Unsafe.Add(ref m3, column)), a3);
                }
                Vector512.Max(a0, floor).StoreUnsafe(ref target, (nuint)((r0 * _stride) + place));
                Vector512.Max(a1, floor).StoreUnsafe(ref target, (nuint)((r1 * _stride) + place));
                Vector512.Max(a2, floor).StoreUnsafe(ref target, (nuint)((r2 * _stride) + place));
                Vector512.Max(a3, floor).StoreUnsafe(ref target, (nuint)((r3 * _stride) + place));
            }
        }
    }

    /// <summary>matrix[a, b] = the sum over places of left[a] right[b], and bias[a] that of left[a].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Inner(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> matrix, Span<float> bias)
    {
        var columns = matrix.Length / bias.Length;
        ref var source = ref MemoryMarshal.GetReference(right);
        for (var a = 0; a < bias.Length; a++)
        {
            var row = left.Slice(a * _stride, _stride);
            ref var mine = ref MemoryMarshal.GetReference(row);
            var all = Vector512<float>.Zero;
            for (var place = 0; place < _stride; place += Lanes)
                all += Vector512.LoadUnsafe(ref mine, (nuint)place);
            bias[a] = Vector512.Sum(all);
            for (var b = 0; b < columns; b += 4)
            {
                var (b1, b2, b3) = (Math.Min(b + 1, columns - 1), Math.Min(b + 2, columns - 1), Math.Min(b + 3, columns - 1));
                var (s0, s1, s2, s3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
                for (var place = 0; place < _stride; place += Lanes)
                {
                    var value = Vector512.LoadUnsafe(ref mine, (nuint)place);
                    s0 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref source, (nuint)((b * _stride) + place)), s0);
                    s1 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref source, (nuint)((b1 * _stride) + place)), s1);
                    s2 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref source, (nuint)((b2 * _stride) + place)), s2);
                    s3 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref source, (nuint)((b3 * _stride) + place)), s3);
                }
                var to = matrix.Slice(a * columns, columns);
                (to[b], to[b1], to[b2], to[b3]) = (Vector512.Sum(s0), Vector512.Sum(s1), Vector512.Sum(s2), Vector512.Sum(s3));
            }
        }
    }

    /// <summary>units[j] = (sum over p of outMatrix[p, j] outputs[p]) where units[j] is above 0, and 0 elsewhere.</summary>
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
                    sum = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref source, (nuint)((p * _stride) + place)), Vector512.Create(outMatrix[(p * hidden) + j]), sum);
                var at = (nuint)((unit * _stride) + place);
                Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.LoadUnsafe(ref target, at), Vector512<float>.Zero), sum, Vector512<float>.Zero).StoreUnsafe(ref target, at);
            }
        }
    }

    /// <summary>byFeatures[q] = the sum over units of matrix[unit, q] units[unit].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BackToFeatures(ReadOnlySpan<float> matrix, ReadOnlySpan<float> units, Span<float> row, Span<float> byFeatures)
    {
        ref var source = ref MemoryMarshal.GetReference(units);
        ref var target = ref MemoryMarshal.GetReference(row);
        for (var q = 0; q < features * channels; q++)
        {
            for (var place = 0; place < _stride; place += Lanes)
            {
                var sum = Vector512<float>.Zero;
                for (var unit = 0; unit < _units; unit++)
                    sum = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref source, (nuint)((unit * _stride) + place)), Vector512.Create(matrix[(unit * _inputs) + known + q]), sum);
                sum.StoreUnsafe(ref target, (nuint)place);
            }
            row[.._places].CopyTo(byFeatures[(q * _places)..]);
        }
    }
}
