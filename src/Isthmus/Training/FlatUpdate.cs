using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Information.Numerics;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// One update of a run of flat parameters in one pass over memory, in blocks that stay in the nearest cache: the slices'
/// gradients are summed in their order, then
/// <code>adam   g += decay p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + e)
/// adamw  p -= rate decay p, then as adam without decay
/// sgd    g += decay p; m = momentum m + g; p -= rate m</code>
/// and average += share (p - average). All in float32.
/// </summary>
internal sealed class FlatUpdate(string kind, double rate, double gradientScale, double step, double momentum, double averageShare, double beta1)
{
    /// <summary>Decay of the mean of squared gradients, and the constant that keeps its root from 0.</summary>
    public const double Beta2 = 0.999,
        Epsilon = 1e-8;

    private const int BlockNumbers = 1024;

    private readonly float _rate = (float)rate,
        _scale = (float)gradientScale,
        _momentum = (float)momentum,
        _share = (float)averageShare,
        _beta1 = (float)beta1,
        _rest1 = (float)(1 - beta1);
    private readonly float _stepSize = (float)(rate / (1 - Math.Pow(beta1, step))),
        _rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));

    /// <summary>
    /// Updates the parameters from <paramref name="first"/> to before <paramref name="last"/>, which are all weights of products, or none is.
    /// </summary>
    public void Run(FlatParameters parameters, Tensor firstMoment, Tensor secondMoment, Tensor? average, long first, long last, double decay)
    {
        var inProducts = last <= parameters.ProductCount;
        Span<float> gradient = stackalloc float[BlockNumbers];
        TensorNumbers<float> values = new(parameters.Values),
            moments = new(firstMoment),
            squares = new(secondMoment),
            averages = average is null ? default : new(average);
        var isRounded = inProducts && parameters.InBfloat16;
        var working = isRounded ? new TensorNumbers<ushort>(parameters.Working) : default;
        var slices = parameters.Slices;
        TensorNumbers<ushort>[] halves = isRounded ? [.. slices.Select(slice => new TensorNumbers<ushort>(slice.Products))] : [];
        TensorNumbers<float>[] singles = isRounded
            ? []
            : [.. slices.Select(slice => new TensorNumbers<float>(inProducts ? slice.Products : slice.Rest))];
        var before = inProducts ? 0 : parameters.ProductCount;
        for (var at = first; at < last; at += BlockNumbers)
        {
            var count = (int)Math.Min(BlockNumbers, last - at);
            var sum = gradient[..count];
            sum.Clear();
            foreach (var half in halves)
                Add<ushort>(half.Slice(at, count), sum);
            foreach (var single in singles)
                Add<float>(single.Slice(at - before, count), sum);
            Span<float> p = values.Slice(at, count),
                m = moments.Slice(at, count),
                v = squares.Slice(at, count);
            if (kind == "sgd")
                Descend(sum, p, m, (float)decay);
            else
                Adapt(sum, p, m, v, (float)decay);
            if (average is not null)
                Follow(p, averages.Slice(at, count));
            if (isRounded)
                Round(p, working.Slice(at, count));
        }
    }

    private void Add<T>(ReadOnlySpan<T> numbers, Span<float> sum)
        where T : unmanaged
    {
        var i = 0;
        for (; i <= sum.Length - SimdSpans.Count; i += SimdSpans.Count)
            SimdSpans.Store<float, SimdSpans.Whole>(
                sum,
                i,
                SimdSpans.Load<float, SimdSpans.Whole>(sum, i) + _scale * SimdSpans.Load<T, SimdSpans.Whole>(numbers, i)
            );
        for (; i < sum.Length; i++)
            sum[i] += _scale * SimdSpans.ToSingle(numbers[i]);
    }

    private void Descend(ReadOnlySpan<float> gradient, Span<float> values, Span<float> momentum, float decay)
    {
        var i = 0;
        for (; i <= values.Length - SimdSpans.Count; i += SimdSpans.Count)
            Descend<SimdSpans.Whole>(gradient, values, momentum, decay, i);
        if (i < values.Length)
            Descend<SimdSpans.Rest>(gradient, values, momentum, decay, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Descend<TReach>(ReadOnlySpan<float> gradient, Span<float> values, Span<float> momentum, float decay, int i)
    {
        var p = SimdSpans.Load<float, TReach>(values, i);
        var m = _momentum * SimdSpans.Load<float, TReach>(momentum, i) + SimdSpans.Load<float, TReach>(gradient, i) + decay * p;
        SimdSpans.Store<float, TReach>(momentum, i, m);
        SimdSpans.Store<float, TReach>(values, i, p - _rate * m);
    }

    private void Adapt(ReadOnlySpan<float> gradient, Span<float> values, Span<float> first, Span<float> second, float decay)
    {
        // L2 goes through the moments, decoupled decay shrinks the weight itself.
        var (coupled, kept) = kind == "adamw" ? (0f, 1 - _rate * decay) : (decay, 1f);
        var i = 0;
        for (; i <= values.Length - SimdSpans.Count; i += SimdSpans.Count)
            Adapt<SimdSpans.Whole>(gradient, values, first, second, coupled, kept, i);
        if (i < values.Length)
            Adapt<SimdSpans.Rest>(gradient, values, first, second, coupled, kept, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Adapt<TReach>(ReadOnlySpan<float> gradient, Span<float> values, Span<float> first, Span<float> second, float coupled, float kept, int i)
    {
        var p = SimdSpans.Load<float, TReach>(values, i);
        var g = SimdSpans.Load<float, TReach>(gradient, i) + coupled * p;
        var m = _beta1 * SimdSpans.Load<float, TReach>(first, i) + _rest1 * g;
        var v = (float)Beta2 * SimdSpans.Load<float, TReach>(second, i) + (float)(1 - Beta2) * g * g;
        SimdSpans.Store<float, TReach>(first, i, m);
        SimdSpans.Store<float, TReach>(second, i, v);
        SimdSpans.Store<float, TReach>(values, i, kept * p - _stepSize * m / (Vector512.Sqrt(v) * _rootCorrection + Vector512.Create((float)Epsilon)));
    }

    private void Follow(ReadOnlySpan<float> values, Span<float> average)
    {
        var i = 0;
        for (; i <= values.Length - SimdSpans.Count; i += SimdSpans.Count)
            SimdSpans.Store<float, SimdSpans.Whole>(
                average,
                i,
                SimdSpans.Load<float, SimdSpans.Whole>(average, i)
                    + _share * (SimdSpans.Load<float, SimdSpans.Whole>(values, i) - SimdSpans.Load<float, SimdSpans.Whole>(average, i))
            );
        for (; i < values.Length; i++)
            average[i] += _share * (values[i] - average[i]);
    }

    private static void Round(ReadOnlySpan<float> values, Span<ushort> working)
    {
        var i = 0;
        for (; i <= values.Length - SimdSpans.Count; i += SimdSpans.Count)
            SimdSpans.Store<ushort, SimdSpans.Whole>(working, i, SimdSpans.Load<float, SimdSpans.Whole>(values, i));
        if (i < values.Length)
            SimdSpans.Store<ushort, SimdSpans.Rest>(working, i, SimdSpans.Load<float, SimdSpans.Rest>(values, i));
    }
}
