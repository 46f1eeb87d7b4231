using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

// The one place where native numbers are made, each held over its call.
#pragma warning disable RS0030

namespace Isthmus.Compute;

/// <summary>
/// Arithmetic of tensors with numbers, in which every native number is kept alive until the call that reads it is over. TorchSharp turns a number into a native
/// one behind a <see cref="Scalar"/> that nothing keeps alive during the call: if another thread's allocation starts a collection just then, the finalizer
/// frees the number while it is being read ("Expected false to be true" out of c10/core/Scalar.h, or a wrong result). The operators that hide a number, tensor
/// + tensor among them (its factor of 1), are banned in favour of these (BannedSymbols.txt). The results are those of the operators, bit for bit.
/// </summary>
public static class ScalarOperations
{
    private static readonly Scalar Zero = 0,
        One = 1,
        Two = 2,
        RealOne = 1.0,
        SoftplusThreshold = 20.0;

    /// <summary>Returns a native number for a call; dispose of it after the call, and it lives until then.</summary>
    public static Scalar Held(double value) => value;

    /// <summary>Returns a whole number to hold, and to dispose of after the call that it is for.</summary>
    internal static Scalar Held(long value) => value;

    /// <summary>Returns x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>Returns x + y.</summary>
    [OverloadResolutionPriority(1)] // TorchSharp would also turn the number into a tensor.
    public static Tensor Plus(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.add(held, One);
    }

    /// <summary>Returns x - y.</summary>
    public static Tensor Minus(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.sub(held);
    }

    /// <summary>Returns y - x.</summary>
    public static Tensor From(this Tensor x, Number y) => x.negative().Plus(y);

    /// <summary>Returns x y.</summary>
    public static Tensor Times(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.mul(held);
    }

    /// <summary>Returns x / y.</summary>
    public static Tensor Over(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.div(held);
    }

    /// <summary>Returns y / x.</summary>
    public static Tensor Into(this Tensor x, Number y) => x.reciprocal().Times(y);

    /// <summary>Returns x^y.</summary>
    public static Tensor Power(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.pow(held);
    }

    /// <summary>Returns x^2.</summary>
    public static Tensor Square(this Tensor x) => x.pow(Two);

    /// <summary>Returns the remainder of x / y, with y's sign.</summary>
    public static Tensor Remainder(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.remainder(held);
    }

    /// <summary>Returns x, at least <paramref name="min"/> and at most <paramref name="max"/>.</summary>
    public static Tensor Clamp(this Tensor x, Number min, Number max)
    {
        using var least = min.Held();
        using var most = max.Held();
        return x.clamp(least, most);
    }

    /// <summary>Returns x, at least <paramref name="min"/>.</summary>
    public static Tensor ClampMin(this Tensor x, Number min)
    {
        using var held = min.Held();
        return x.clamp_min(held);
    }

    /// <summary>Returns x, at most <paramref name="max"/>.</summary>
    public static Tensor ClampMax(this Tensor x, Number max)
    {
        using var held = max.Held();
        return x.clamp_max(held);
    }

    /// <summary>Returns x &gt; y, element by element.</summary>
    public static Tensor Above(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.gt(held);
    }

    /// <summary>Returns x &gt;= y, element by element.</summary>
    public static Tensor AtLeast(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.ge(held);
    }

    /// <summary>Returns x &lt; y, element by element.</summary>
    public static Tensor Below(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.lt(held);
    }

    /// <summary>Returns x &lt;= y, element by element.</summary>
    public static Tensor AtMost(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.le(held);
    }

    /// <summary>Returns x, with <paramref name="value"/> where the mask is true.</summary>
    public static Tensor MaskedFill(this Tensor x, Tensor mask, Number value)
    {
        using var held = value.Held();
        return x.masked_fill(mask, held);
    }

    /// <summary>Returns x with <paramref name="factor"/> times the rows of <paramref name="source"/> added at the given places along a dimension.</summary>
    public static Tensor IndexAdd(this Tensor x, long dimension, Tensor index, Tensor source, Number factor)
    {
        using var held = factor.Held();
        return x.index_add(dimension, index, source, held);
    }

    /// <summary>Returns ln(1 + e^x); x itself above 20, where float32 sees no difference.</summary>
    public static Tensor Softplus(this Tensor x) => HiddenSoftplus(x, RealOne, SoftplusThreshold);

    /// <summary>Returns x where it is positive, e^x - 1 elsewhere.</summary>
    public static Tensor Elu(this Tensor x) => x.elu(RealOne, RealOne, RealOne);

    /// <summary>Returns x where it is positive, <paramref name="slope"/> times x elsewhere.</summary>
    public static Tensor LeakyRelu(this Tensor x, Number slope)
    {
        using var held = slope.Held();
        return x.leaky_relu(held);
    }

    /// <summary>x = x + y.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x = x + y <paramref name="factor"/>.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y, Number factor)
    {
        using var held = factor.Held();
        return x.add_(y, held);
    }

    /// <summary>x = x + y.</summary>
    [OverloadResolutionPriority(1)] // TorchSharp would also turn the number into a tensor.
    public static Tensor AddInPlace(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.add_(held, One);
    }

    /// <summary>x = x + y z <paramref name="factor"/>.</summary>
    public static Tensor AddProductInPlace(this Tensor x, Tensor y, Tensor z, Number factor)
    {
        using var held = factor.Held();
        return x.addcmul_(y, z, held);
    }

    /// <summary>x = x + y / z <paramref name="factor"/>.</summary>
    public static Tensor AddQuotientInPlace(this Tensor x, Tensor y, Tensor z, Number factor)
    {
        using var held = factor.Held();
        return x.addcdiv_(y, z, held);
    }

    /// <summary>x = x y.</summary>
    public static Tensor MultiplyInPlace(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.mul_(held);
    }

    /// <summary>x = x / y.</summary>
    public static Tensor DivideInPlace(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.div_(held);
    }

    /// <summary>x = y everywhere.</summary>
    public static Tensor FillInPlace(this Tensor x, Number y)
    {
        using var held = y.Held();
        return x.fill_(held);
    }

    /// <summary>x = the smaller of x and <paramref name="max"/>.</summary>
    public static Tensor ClampMaxInPlace(this Tensor x, Number max)
    {
        using var held = max.Held();
        return x.clamp_max_(held);
    }

    /// <summary>Returns a tensor of the given shape with one value everywhere.</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, Number value, ScalarType? dtype = null, Device? device = null)
    {
        using var held = value.Held();
        return full(shape, held, dtype, device);
    }

    /// <summary>Returns a vector with one value everywhere.</summary>
    public static Tensor Full(long count, Number value, ScalarType? dtype = null, Device? device = null) => Full([count], value, dtype, device);

    /// <summary>Returns a tensor of the shape, type and device of x with one value everywhere.</summary>
    public static Tensor FullLike(this Tensor x, Number value)
    {
        using var held = value.Held();
        return full_like(x, held);
    }

    /// <summary>Returns 0, 1, ..., stop - 1.</summary>
    public static Tensor Range(long stop, ScalarType? dtype = null, Device? device = null)
    {
        using var last = new Number(stop).Held();
        return arange(Zero, last, One, dtype, device);
    }

    /// <summary>Returns start, start + 1, ..., stop - 1.</summary>
    public static Tensor Range(long start, long stop, ScalarType? dtype = null, Device? device = null)
    {
        using var first = new Number(start).Held();
        using var last = new Number(stop).Held();
        return arange(first, last, One, dtype, device);
    }

    // Softplus has no public form that takes the native numbers.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "softplus1")]
    private static extern Tensor HiddenSoftplus(Tensor x, Scalar beta, Scalar threshold);

    /// <summary>
    /// A number for a tensor, whole or real as it was written: a tensor of whole numbers stays so with the first and becomes real with the second.
    /// </summary>
    public readonly struct Number
    {
        private readonly double _real;
        private readonly long _whole;
        private readonly bool _isWhole;

        /// <summary>A whole number.</summary>
        public Number(long value) => (_whole, _isWhole) = (value, true);

        private Number(double value) => _real = value;

        /// <summary>A whole number.</summary>
        public static implicit operator Number(long value) => new(value);

        /// <summary>A real number.</summary>
        public static implicit operator Number(double value) => new(value);

        /// <summary>Returns the native number.</summary>
        public Scalar Held() => _isWhole ? (Scalar)_whole : (Scalar)_real;
    }
}
