using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information.Numerics;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Recommenders;

/// <summary>Receives some logits of one row of a block.</summary>
internal delegate void LogitReader(int row, Span<float> logits);

/// <summary>Logits of all items for a block of histories, some items at a time, in memory of its own. For one thread at a time.</summary>
internal abstract class ItemScores : IDisposable
{
    /// <summary>Number of items at a time. With a thousand histories their logits are 2 MB, and the factors stay in a cache too.</summary>
    public const int Width = 512;

    /// <summary>Number of histories in the block.</summary>
    protected int Rows { get; private set; }

    /// <summary>Starts the next block.</summary>
    public virtual void Begin(SparseCounts block) => Rows = block.Count;

    /// <summary>
    /// Passes the logits of <paramref name="count"/> items from <paramref name="first"/> on, history after history; they are valid until the next call.
    /// </summary>
    public abstract void Read(int first, int count, LogitReader reader);

    /// <summary>Returns the largest error of a logit of this row; 0 if they are exact.</summary>
    public virtual float Error(int row) => 0;

    /// <summary>Computes logits of a row's items again, in float32.</summary>
    public virtual void MakeExact(int row, Span<(float Logit, int Item)> items) { }

    /// <inheritdoc/>
    public virtual void Dispose() { }
}

/// <summary>Logits of a network whose last map is a product W h + b, in float32.</summary>
internal class ProductScores(Autoencoder model, CountEncoder encoder, MatrixProduct last, IReadOnlyList<nn.Module<Tensor, Tensor>> before) : ItemScores
{
    private Tensor? _hidden;

    protected Tensor Weight { get; } = last.Weight.detach().contiguous().DetachFromDisposeScope();

    protected ProductKernels Kernels { get; } = new();

    protected Tensor Hidden => _hidden!;

    public override void Begin(SparseCounts block)
    {
        base.Begin(block);
        _hidden?.Dispose();
        using var scope = NewDisposeScope();
        _hidden = before.Aggregate(model.Bottleneck.MeanCode(encoder.Head(block)), (value, module) => module.call(value)).contiguous().DetachFromDisposeScope();
    }

    public override void Dispose()
    {
        _hidden?.Dispose();
        Weight.Dispose();
        Kernels.Dispose();
    }

    public override void Read(int first, int count, LogitReader reader)
    {
        using var scope = NewDisposeScope();
        var product = empty(Rows, count);
        Kernels.Multiply(Hidden, Weight.narrow(0, first, count).t(), product);
        var logits = TensorMemory.Of<float>(product.AddInPlace(last.Bias.narrow(0, first, count)));
        for (var row = 0; row < Rows; row++)
            reader(row, logits.Slice(row * count, count));
    }
}

/// <summary>
/// Logits by a product of 8-bit whole numbers. For a logit w.h + b with both factors rounded, the product is off by |w'h - ŵ'ĥ| = |(w - ŵ)'h + ŵ'(h - ĥ)|, at
/// most |w - ŵ| |h| + |ŵ| |h - ĥ| (Cauchy and Schwarz).
/// </summary>
internal sealed class RoundedProductScores : ProductScores
{
    // float32's own rounding, in these logits and in the exact ones, is far below a thousandth of the 8-bit numbers'.
    private const float Slack = 1.001f;
    private const int Together = 4;

    private readonly RoundedVectors _weights;
    private readonly float _mostError,
        _mostLength;
    private readonly Tensor _transposed;
    private RoundedVectors? _rounded;
    private float[] _errors = [];
    private readonly float[] _bias,
        _logits = new float[Width];
    private Tensor? _memory;

    public RoundedProductScores(
        Autoencoder model,
        CountEncoder encoder,
        MatrixProduct last,
        IReadOnlyList<nn.Module<Tensor, Tensor>> before,
        RoundedVectors weights
    )
        : base(model, encoder, last, before)
    {
        (_weights, _mostError, _mostLength) = (weights, weights.Errors.Max(), weights.Lengths.Max());
        using var numbers = weights.Numbers(weights.Count);
        _transposed = numbers.t().DetachFromDisposeScope();
        _bias = [.. last.Bias.data<float>()];
    }

    public override void Begin(SparseCounts block)
    {
        base.Begin(block);
        if (_rounded is null || _rounded.Count < Rows)
        {
            _rounded?.Dispose();
            _rounded = new(Rows, (int)Hidden.shape[1]);
        }
        _rounded.Round(Hidden);
        // |h| is no more than |ĥ| + |h - ĥ|.
        _errors =
        [
            .. Enumerable
                .Range(0, Rows)
                .Select(row => Slack * (_mostError * (_rounded.Lengths[row] + _rounded.Errors[row]) + _mostLength * _rounded.Errors[row])),
        ];
        if (_memory is null || _memory.numel() < Rows * Width)
        {
            _memory?.Dispose();
            _memory = empty(Rows * Width, ScalarType.Int32).DetachFromDisposeScope();
        }
    }

    public override float Error(int row) => _errors[row];

    public override void MakeExact(int row, Span<(float Logit, int Item)> items)
    {
        var width = (int)Hidden.shape[1];
        ReadOnlySpan<float> hidden = TensorMemory.Of<float>(Hidden).Slice(row * width, width);
        var weight = new TensorNumbers<float>(Weight);
        // Four at once: what they read is nearly always in memory alone, and is then waited for together.
        for (var i = 0; i < items.Length; i += Together)
        {
            var some = items.Slice(i, Math.Min(Together, items.Length - i));
            ReadOnlySpan<float> Of(ReadOnlySpan<(float Logit, int Item)> some, TensorNumbers<float> weight, int k) =>
                weight.Slice((long)some[Math.Min(k, some.Length - 1)].Item * width, width);
            var sums = Dot(hidden, Of(some, weight, 0), Of(some, weight, 1), Of(some, weight, 2), Of(some, weight, 3));
            for (var k = 0; k < some.Length; k++)
                some[k].Logit = sums[k] + _bias[some[k].Item];
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _transposed.Dispose();
        _rounded?.Dispose();
        _memory?.Dispose();
    }

    public override void Read(int first, int count, LogitReader reader)
    {
        using var scope = NewDisposeScope();
        var products = _memory!.narrow(0, 0, Rows * count).view(Rows, count);
        Kernels.MultiplyWhole(_rounded!.Numbers(Rows), _transposed.narrow(1, first, count), products);
        ReadOnlySpan<int> numbers = MemoryMarshal.Cast<byte, int>(products.bytes);
        var logits = _logits.AsSpan(0, count);
        for (var row = 0; row < Rows; row++)
        {
            Scale(numbers.Slice(row * count, count), _rounded.Scales[row], _weights.Scales.AsSpan(first, count), _bias.AsSpan(first, count), logits);
            reader(row, logits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d)
    {
        var (sumA, sumB, sumC, sumD, i) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, 0);
        for (; i <= x.Length - SimdSpans.Count; i += SimdSpans.Count)
        {
            var factor = SimdSpans.Load<float, SimdSpans.Whole>(x, i);
            sumA = Vector512.FusedMultiplyAdd(factor, SimdSpans.Load<float, SimdSpans.Whole>(a, i), sumA);
            sumB = Vector512.FusedMultiplyAdd(factor, SimdSpans.Load<float, SimdSpans.Whole>(b, i), sumB);
            sumC = Vector512.FusedMultiplyAdd(factor, SimdSpans.Load<float, SimdSpans.Whole>(c, i), sumC);
            sumD = Vector512.FusedMultiplyAdd(factor, SimdSpans.Load<float, SimdSpans.Whole>(d, i), sumD);
        }
        var sums = Vector128.Create(Vector512.Sum(sumA), Vector512.Sum(sumB), Vector512.Sum(sumC), Vector512.Sum(sumD));
        for (; i < x.Length; i++)
            sums += x[i] * Vector128.Create(a[i], b[i], c[i], d[i]);
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(ReadOnlySpan<int> products, float scale, ReadOnlySpan<float> scales, ReadOnlySpan<float> bias, Span<float> logits)
    {
        var (all, i) = (Vector512.Create(scale), 0);
        for (; i <= products.Length - SimdSpans.Count; i += SimdSpans.Count)
        {
            var numbers = Vector512.ConvertToSingle(Vector512.LoadUnsafe(in products[i])) * all;
            SimdSpans.Store<float, SimdSpans.Whole>(
                logits,
                i,
                Vector512.FusedMultiplyAdd(numbers, SimdSpans.Load<float, SimdSpans.Whole>(scales, i), SimdSpans.Load<float, SimdSpans.Whole>(bias, i))
            );
        }
        for (; i < products.Length; i++)
            logits[i] = products[i] * scale * scales[i] + bias[i];
    }
}

/// <summary>Logits a asinh(x B / b) of EASE: sums of the rows of B.</summary>
internal sealed class EaseScores(CountProduct weights, float slope, float knee) : ItemScores
{
    private SparseCounts? _block;
    private float[] _scores = [];

    public override void Begin(SparseCounts block)
    {
        base.Begin(block);
        _block = block.Alone();
    }

    public override void Read(int first, int count, LogitReader reader)
    {
        if (_scores.Length != Rows * count)
            _scores = new float[Rows * count];
        weights.Multiply(_block!, first, _scores);
        for (var row = 0; row < Rows; row++)
        {
            var logits = _scores.AsSpan(row * count, count);
            Link(logits);
            reader(row, logits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Link(Span<float> scores)
    {
        var (factor, i) = (Vector512.Create(1 / knee), 0);
        for (; i <= scores.Length - SimdSpans.Count; i += SimdSpans.Count)
        {
            // asinh |x| = ln(|x| + sqrt(x^2 + 1)); the sum is at least 1, so that nothing cancels.
            var x = SimdSpans.Load<float, SimdSpans.Whole>(scores, i) * factor;
            var size = Vector512.Abs(x);
            var value = Vector512.Log(size + Vector512.Sqrt(Vector512.FusedMultiplyAdd(size, size, Vector512<float>.One))) * Vector512.Create(slope);
            SimdSpans.Store<float, SimdSpans.Whole>(scores, i, Vector512.CopySign(value, x));
        }
        for (; i < scores.Length; i++)
            scores[i] = slope * MathF.Asinh(scores[i] / knee);
    }
}
