using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Isthmus.Information.Numerics;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Vectors rounded to 8-bit whole numbers q and a scale s each, so that their products are products of whole numbers: v is about s q with s = max |v_i| / 127,
/// each number off by at most s / 2.
/// </summary>
internal sealed class RoundedVectors : IDisposable
{
    private const float Most = 127;

    private readonly Tensor _memory;

    /// <summary>Allocates memory for <paramref name="count"/> vectors.</summary>
    public RoundedVectors(int count, int width)
    {
        _memory = empty([count, width], ScalarType.Int8).DetachFromDisposeScope();
        (Scales, Lengths, Errors) = (new float[count], new float[count], new float[count]);
    }

    /// <summary>Rounds the rows of a matrix.</summary>
    public RoundedVectors(Tensor rows)
        : this((int)rows.shape[0], (int)rows.shape[1]) => Round(rows);

    /// <summary>Number of vectors that there is memory for.</summary>
    public int Count => Scales.Length;

    /// <summary>Scale s of each vector.</summary>
    public float[] Scales { get; }

    /// <summary>Euclidean length of each rounded vector, |s q|.</summary>
    public float[] Lengths { get; }

    /// <summary>Euclidean length of each rounding error, |v - s q|.</summary>
    public float[] Errors { get; }

    /// <summary>Returns q of the first vectors, a row each; the caller owns the view.</summary>
    public Tensor Numbers(int count) => _memory.narrow(0, 0, count);

    /// <summary>Rounds the rows of a contiguous matrix, at most as many as there is memory for.</summary>
    public void Round(Tensor rows)
    {
        var width = (int)_memory.shape[1];
        var (values, numbers) = (new TensorNumbers<float>(rows), new TensorNumbers<sbyte>(_memory));
        for (var row = 0; row < values.Length / width; row++)
            Round(values.Slice((long)row * width, width), numbers.Slice((long)row * width, width), out Scales[row], out Lengths[row], out Errors[row]);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round(ReadOnlySpan<float> vector, Span<sbyte> numbers, out float scale, out float length, out float error)
    {
        var (largest, i) = (Vector512<float>.Zero, 0);
        for (; i <= vector.Length - SimdSpans.Count; i += SimdSpans.Count)
            largest = Vector512.MaxNative(largest, Vector512.Abs(SimdSpans.Load<float, SimdSpans.Whole>(vector, i)));
        var most = 0f;
        for (var lane = 0; lane < SimdSpans.Count; lane++)
            most = MathF.Max(most, largest[lane]);
        for (; i < vector.Length; i++)
            most = MathF.Max(most, MathF.Abs(vector[i]));
        // A vector of zeros has any scale.
        scale = most > 0 ? most / Most : 1;
        var (squares, errors) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (i = 0; i <= vector.Length - SimdSpans.Count; i += SimdSpans.Count)
        {
            var value = SimdSpans.Load<float, SimdSpans.Whole>(vector, i);
            var number = Vector512.Round(value / Vector512.Create(scale));
            Store(Vector512.ConvertToInt32Native(number), numbers[i..]);
            var rounded = number * Vector512.Create(scale);
            squares = Vector512.FusedMultiplyAdd(rounded, rounded, squares);
            errors = Vector512.FusedMultiplyAdd(rounded - value, rounded - value, errors);
        }
        var (square, missed) = (Vector512.Sum(squares), Vector512.Sum(errors));
        for (; i < vector.Length; i++)
        {
            var number = MathF.Round(vector[i] / scale);
            numbers[i] = (sbyte)number;
            square += number * scale * number * scale;
            missed += (number * scale - vector[i]) * (number * scale - vector[i]);
        }
        (length, error) = (MathF.Sqrt(square), MathF.Sqrt(missed));
    }

    private static void Store(Vector512<int> numbers, Span<sbyte> into)
    {
        if (Avx512F.IsSupported)
            Avx512F.ConvertToVector128SByte(numbers).CopyTo(into);
        else
            for (var lane = 0; lane < SimdSpans.Count; lane++)
                into[lane] = (sbyte)numbers[lane];
    }
}
