using System.Runtime.Intrinsics;
using Isthmus.Tensors;
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
internal sealed class FlatUpdate(string kind, double rate, double gradientScale, double step, double momentum, double averageShare)
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private const float Epsilon = 1e-8f;
    private const int BlockNumbers = 1024;

    private readonly float _rate = (float)rate, _scale = (float)gradientScale, _momentum = (float)momentum, _share = (float)averageShare;
    private readonly float _stepSize = (float)(rate / (1 - Math.Pow(Beta1, step))), _rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));

    /// <summary>Updates the parameters from <paramref name="first"/> to <paramref name="last"/>, which are all weights of products, or none is.</summary>
    public void Run(FlatParameters parameters, Tensor firstMoment, Tensor secondMoment, Tensor? average, int first, int last, double decay)
    {
        var inProducts = last <= parameters.ProductCount;
        Span<float> gradient = stackalloc float[BlockNumbers];
        Span<float> values = Lanes.Of<float>(parameters.Values), moments = Lanes.Of<float>(firstMoment), squares = Lanes.Of<float>(secondMoment), averages = average is null ? [] : Lanes.Of<float>(average);
        for (var at = first; at < last; at += BlockNumbers)
        {
            var count = Math.Min(BlockNumbers, last - at);
            gradient[..count].Clear();
            foreach (var slice in parameters.Slices)
                if (!inProducts)
                    Add<float>(slice.Rest, at - (int)parameters.ProductCount, gradient[..count]);
                else if (parameters.InBfloat16)
                    Add<ushort>(slice.Products, at, gradient[..count]);
                else
                    Add<float>(slice.Products, at, gradient[..count]);
            var whole = count / Lanes.Count * Lanes.Count;
            Move<Lanes.Whole>(gradient[..whole], values.Slice(at, whole), moments.Slice(at, whole), squares.Slice(at, whole), (float)decay);
            Move<Lanes.Rest>(gradient[whole..count], values[(at + whole)..(at + count)], moments[(at + whole)..(at + count)], squares[(at + whole)..(at + count)], (float)decay);
            if (average is not null)
            {
                Follow<Lanes.Whole>(values.Slice(at, whole), averages.Slice(at, whole));
                Follow<Lanes.Rest>(values[(at + whole)..(at + count)], averages[(at + whole)..(at + count)]);
            }
            if (inProducts && parameters.InBfloat16)
            {
                var working = Lanes.Of<ushort>(parameters.Working).Slice(at, count);
                Round<Lanes.Whole>(values.Slice(at, whole), working[..whole]);
                Round<Lanes.Rest>(values[(at + whole)..(at + count)], working[whole..]);
            }
        }
    }

    private void Add<T>(Tensor slice, int first, Span<float> sum) where T : unmanaged
    {
        var numbers = Lanes.Of<T>(slice).Slice(first, sum.Length);
        var i = 0;
        for (; i <= sum.Length - Lanes.Count; i += Lanes.Count)
            Lanes.Store<float, Lanes.Whole>(sum, i, Lanes.Load<float, Lanes.Whole>(sum, i) + _scale * Lanes.Load<T, Lanes.Whole>(numbers, i));
        for (; i < sum.Length; i++)
            sum[i] += _scale * Lanes.ToSingle(numbers[i]);
    }

    private void Move<TReach>(ReadOnlySpan<float> gradient, Span<float> values, Span<float> first, Span<float> second, float decay)
    {
        // L2 goes through the moments, decoupled decay shrinks the weight itself.
        var (coupled, kept) = kind == "adamw" ? (0f, 1 - _rate * decay) : (decay, 1f);
        if (kind == "sgd")
            for (var i = 0; i < values.Length; i += Lanes.Count)
            {
                var p = Lanes.Load<float, TReach>(values, i);
                var m = _momentum * Lanes.Load<float, TReach>(first, i) + Lanes.Load<float, TReach>(gradient, i) + coupled * p;
                Lanes.Store<float, TReach>(first, i, m);
                Lanes.Store<float, TReach>(values, i, p - _rate * m);
            }
        else
            for (var i = 0; i < values.Length; i += Lanes.Count)
            {
                var p = Lanes.Load<float, TReach>(values, i);
                var g = Lanes.Load<float, TReach>(gradient, i) + coupled * p;
                var m = (float)Beta1 * Lanes.Load<float, TReach>(first, i) + (float)(1 - Beta1) * g;
                var v = (float)Beta2 * Lanes.Load<float, TReach>(second, i) + (float)(1 - Beta2) * g * g;
                Lanes.Store<float, TReach>(first, i, m);
                Lanes.Store<float, TReach>(second, i, v);
                Lanes.Store<float, TReach>(values, i, kept * p - _stepSize * m / (Vector512.Sqrt(v) * _rootCorrection + Vector512.Create(Epsilon)));
            }
    }

    private void Follow<TReach>(ReadOnlySpan<float> values, Span<float> average)
    {
        for (var i = 0; i < values.Length; i += Lanes.Count)
        {
            var a = Lanes.Load<float, TReach>(average, i);
            Lanes.Store<float, TReach>(average, i, a + _share * (Lanes.Load<float, TReach>(values, i) - a));
        }
    }

    private static void Round<TReach>(ReadOnlySpan<float> values, Span<ushort> working)
    {
        for (var i = 0; i < values.Length; i += Lanes.Count)
            Lanes.Store<ushort, TReach>(working, i, Lanes.Load<float, TReach>(values, i));
    }
}
