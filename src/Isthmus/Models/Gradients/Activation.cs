using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Information.Numerics;
using Isthmus.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>A non-linearity and its derivative, both at the value before it.</summary>
internal interface IActivation
{
    static abstract Vector512<float> Value(Vector512<float> x);

    static abstract Vector512<float> Slope(Vector512<float> x);
}

/// <summary>
/// Operation after a matrix product: bias and non-linearity in one pass, and in the backward pass the non-linearity's derivative and the bias's gradient in one
/// pass. Rows x width in, rows x width out (gated: half of it).
/// </summary>
internal abstract class Activation
{
    private static readonly Activation Identity = new Elementwise<Same>();

    /// <summary>Returns the equivalent of <paramref name="module"/> (none: the bias alone); null if there is none here.</summary>
    public static Activation? Of(nn.Module<Tensor, Tensor>? module) =>
        module switch
        {
            null => Identity,
            ReLU => new Elementwise<Rectified>(),
            SiLU => new Elementwise<SigmoidWeighted>(),
            Tanh => new Elementwise<HyperbolicTangent>(),
            Elu => new Elementwise<Exponential>(),
            GLU => new Gated(),
            _ => null,
        };

    /// <summary>True if there is no non-linearity: the output may then be the input.</summary>
    public bool IsIdentity => this == Identity;

    /// <summary>Returns the number of outputs of a row of <paramref name="width"/>.</summary>
    public virtual int Outputs(int width) => width;

    /// <summary>Adds the bias to <paramref name="x"/> in place, and writes the activation to <paramref name="y"/>.</summary>
    public abstract void Forward<T>(Span<T> x, ReadOnlySpan<float> bias, Span<T> y)
        where T : unmanaged;

    /// <summary>Computes the gradient before the activation from that after it, and its sum over the rows.</summary>
    /// <param name="x">Values before the activation, the bias included.</param>
    /// <param name="gradient">Gradient after the activation.</param>
    /// <param name="result">Before it; left alone if <see cref="IsIdentity"/>, where it is the same.</param>
    /// <param name="bias">Receives the gradient of the bias.</param>
    public abstract void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> result, Span<float> bias)
        where T : unmanaged;

    private sealed class Elementwise<TActivation> : Activation
        where TActivation : IActivation
    {
        private const int ShortRow = 64;

        public override void Forward<T>(Span<T> x, ReadOnlySpan<float> bias, Span<T> y)
        {
            if (bias.Length < ShortRow)
                bias = Repeated(bias);
            var width = bias.Length;
            for (var row = 0; row < x.Length; row += width)
            {
                var length = Math.Min(width, x.Length - row);
                Span<T> input = x.Slice(row, length),
                    output = y.Slice(row, length);
                var i = 0;
                for (; i <= length - SimdSpans.Count; i += SimdSpans.Count)
                    Forward<T, SimdSpans.Whole>(input, bias, output, i);
                if (i < length)
                    Forward<T, SimdSpans.Rest>(input, bias[..length], output, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Forward<T, TReach>(Span<T> input, ReadOnlySpan<float> bias, Span<T> output, int i)
            where T : unmanaged
        {
            var value = SimdSpans.Load<T, TReach>(input, i) + SimdSpans.Load<float, TReach>(bias, i);
            SimdSpans.Store<T, TReach>(input, i, value);
            SimdSpans.Store<T, TReach>(output, i, TActivation.Value(value));
        }

        public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> result, Span<float> bias)
        {
            var sums = bias.Length < ShortRow ? new float[bias.Length * SimdSpans.Count] : bias;
            var width = sums.Length;
            sums.Clear();
            for (var row = 0; row < x.Length; row += width)
            {
                var length = Math.Min(width, x.Length - row);
                ReadOnlySpan<T> input = x.Slice(row, length),
                    above = gradient.Slice(row, length);
                var below = result.Slice(row, length);
                var i = 0;
                for (; i <= length - SimdSpans.Count; i += SimdSpans.Count)
                    Backward<T, SimdSpans.Whole>(input, above, below, sums, i);
                if (i < length)
                    Backward<T, SimdSpans.Rest>(input, above, below, sums[..length], i);
            }
            if (width == bias.Length)
                return;
            bias.Clear();
            for (var i = 0; i < width; i++)
                bias[i % bias.Length] += sums[i];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Backward<T, TReach>(ReadOnlySpan<T> input, ReadOnlySpan<T> above, Span<T> below, Span<float> sums, int i)
            where T : unmanaged
        {
            var value = SimdSpans.Load<T, TReach>(above, i);
            if (typeof(TActivation) != typeof(Same))
            {
                value *= TActivation.Slope(SimdSpans.Load<T, TReach>(input, i));
                SimdSpans.Store<T, TReach>(below, i, value);
            }
            SimdSpans.Store<float, TReach>(sums, i, SimdSpans.Load<float, TReach>(sums, i) + value);
        }

        /// <summary>Repeats the bias, so that short rows are processed sixteen numbers at a time.</summary>
        private static float[] Repeated(ReadOnlySpan<float> bias)
        {
            var repeated = new float[bias.Length * SimdSpans.Count];
            for (var i = 0; i < repeated.Length; i++)
                repeated[i] = bias[i % bias.Length];
            return repeated;
        }
    }

    /// <summary>a sigmoid(b), a and b the halves of a row (Dauphin et al. 2017).</summary>
    private sealed class Gated : Activation
    {
        public override int Outputs(int width) => width / 2;

        public override void Forward<T>(Span<T> x, ReadOnlySpan<float> bias, Span<T> y)
        {
            var (width, half) = (bias.Length, bias.Length / 2);
            for (var row = 0; row < x.Length / width; row++)
            {
                Span<T> a = x.Slice(row * width, half),
                    b = x.Slice(row * width + half, half),
                    output = y.Slice(row * half, half);
                var i = 0;
                for (; i <= half - SimdSpans.Count; i += SimdSpans.Count)
                    Forward<T, SimdSpans.Whole>(a, b, bias, output, i);
                if (i < half)
                    Forward<T, SimdSpans.Rest>(a, b, bias, output, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Forward<T, TReach>(Span<T> a, Span<T> b, ReadOnlySpan<float> bias, Span<T> output, int i)
            where T : unmanaged
        {
            var half = bias.Length / 2;
            var value = SimdSpans.Load<T, TReach>(a, i) + SimdSpans.Load<float, TReach>(bias[..half], i);
            var gate = SimdSpans.Load<T, TReach>(b, i) + SimdSpans.Load<float, TReach>(bias[half..], i);
            SimdSpans.Store<T, TReach>(a, i, value);
            SimdSpans.Store<T, TReach>(b, i, gate);
            SimdSpans.Store<T, TReach>(output, i, value * SimdSpans.Sigmoid(gate));
        }

        public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, Span<T> result, Span<float> bias)
        {
            var (width, half) = (bias.Length, bias.Length / 2);
            bias.Clear();
            Span<float> biasA = bias[..half],
                biasB = bias[half..];
            for (var row = 0; row < x.Length / width; row++)
            {
                ReadOnlySpan<T> a = x.Slice(row * width, half),
                    b = x.Slice(row * width + half, half),
                    above = gradient.Slice(row * half, half);
                Span<T> belowA = result.Slice(row * width, half),
                    belowB = result.Slice(row * width + half, half);
                var i = 0;
                for (; i <= half - SimdSpans.Count; i += SimdSpans.Count)
                    Backward<T, SimdSpans.Whole>(a, b, above, belowA, belowB, biasA, biasB, i);
                if (i < half)
                    Backward<T, SimdSpans.Rest>(a, b, above, belowA, belowB, biasA, biasB, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Backward<T, TReach>(
            ReadOnlySpan<T> a,
            ReadOnlySpan<T> b,
            ReadOnlySpan<T> above,
            Span<T> belowA,
            Span<T> belowB,
            Span<float> biasA,
            Span<float> biasB,
            int i
        )
            where T : unmanaged
        {
            var gate = SimdSpans.Sigmoid(SimdSpans.Load<T, TReach>(b, i));
            var ofValue = SimdSpans.Load<T, TReach>(above, i) * gate;
            var ofGate = ofValue * SimdSpans.Load<T, TReach>(a, i) * (Vector512<float>.One - gate);
            SimdSpans.Store<T, TReach>(belowA, i, ofValue);
            SimdSpans.Store<T, TReach>(belowB, i, ofGate);
            SimdSpans.Store<float, TReach>(biasA, i, SimdSpans.Load<float, TReach>(biasA, i) + ofValue);
            SimdSpans.Store<float, TReach>(biasB, i, SimdSpans.Load<float, TReach>(biasB, i) + ofGate);
        }
    }

    private readonly struct Same : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Value(Vector512<float> x) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Slope(Vector512<float> x) => Vector512<float>.One;
    }

    private readonly struct Rectified : IActivation
    {
        // x times 0 or 1, so that a NaN stays one.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Value(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512<float>.Zero, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Slope(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One, Vector512<float>.Zero);
    }

    private readonly struct SigmoidWeighted : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Value(Vector512<float> x) => x * SimdSpans.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Slope(Vector512<float> x)
        {
            var s = SimdSpans.Sigmoid(x);
            return s * (Vector512<float>.One + x * (Vector512<float>.One - s));
        }
    }

    private readonly struct HyperbolicTangent : IActivation
    {
        // 2 sigmoid(2x) - 1 has the absolute error of a float near 1; what is rounded to bfloat16 or multiplied by weights needs no more.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Value(Vector512<float> x) => 2 * SimdSpans.Sigmoid(2 * x) - Vector512<float>.One;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Slope(Vector512<float> x)
        {
            var t = Value(x);
            return Vector512<float>.One - t * t;
        }
    }

    private readonly struct Exponential : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Value(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), x, SimdSpans.Exp(x) - Vector512<float>.One);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Slope(Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One, SimdSpans.Exp(x));
    }
}
