using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Isthmus.Compression.Integer.Likelihoods;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// <see cref="FixedPointLog2"/> for <see cref="LaneProduct.Lanes"/> records at once, number after number, of each 16 lanes: the same numbers, by
/// vectors where the processor has AVX-512.
/// </summary>
/// <remarks>
/// Quotients are taken of doubles there, and are exact: 2^16 p and the sum of the p are whole and below 2^53, so floor(a / b) could come out wrong only
/// where a / b is no whole number and is rounded up to one. It lies at least 1 / b, with up to 32 terms more than 2^-36, below the next, and being at most
/// 2^16 it is moved by at most 2^-37.
/// </remarks>
internal static class OctaveLanes
{
    private const int Lanes = LaneProduct.Lanes;

    /// <summary>Computes {FixedPointLog2.Shares} of every lane.</summary>
    /// <param name="logits">K x 16.</param>
    /// <param name="shares">K x 16.</param>
    public static void Shares(ReadOnlySpan<int> logits, Span<uint> shares)
    {
        if (Avx512F.IsSupported)
            Shares512(MemoryMarshal.Cast<int, Vector512<int>>(logits), MemoryMarshal.Cast<uint, Vector512<uint>>(shares));
        else
            for (var lane = 0; lane < Lanes; lane++)
                Shares(logits, shares, lane);
    }

    /// <summary>Computes {FixedPointLog2.InverseScale} of numbers that are first kept within two bounds.</summary>
    /// <param name="octaves">K x 16.</param>
    /// <param name="least">The lower bound.</param>
    /// <param name="most">The upper bound, not below it.</param>
    /// <param name="inverseScales">K x 16.</param>
    public static void InverseScales(ReadOnlySpan<int> octaves, int least, int most, Span<uint> inverseScales)
    {
        if (!Avx512F.IsSupported)
        {
            for (var i = 0; i < inverseScales.Length; i++)
                inverseScales[i] = FixedPointLog2.InverseScale(Math.Clamp(octaves[i], least, most));
            return;
        }
        var from = MemoryMarshal.Cast<int, Vector512<int>>(octaves);
        var to = MemoryMarshal.Cast<uint, Vector512<uint>>(inverseScales);
        var (lower, upper) = (
            Vector512.Create(Math.Clamp(least, FixedPointLog2.Least, FixedPointLog2.Most)),
            Vector512.Create(Math.Clamp(most, FixedPointLog2.Least, FixedPointLog2.Most))
        );
        for (var k = 0; k < to.Length; k++)
        {
            var kept = Vector512.Min(Vector512.Max(from[k], lower), upper);
            var shift = Vector512.Create(14) - Vector512.ShiftRightArithmetic(kept, 6);
            to[k] = Vector512.Max(Avx512F.ShiftRightLogicalVariable(Power(kept), shift.AsUInt32()), Vector512<uint>.One);
        }
    }

    private static void Shares(ReadOnlySpan<int> logits, Span<uint> shares, int lane)
    {
        Span<int> from = stackalloc int[IntegerLogisticMixturePixel.MostComponents];
        Span<uint> to = stackalloc uint[IntegerLogisticMixturePixel.MostComponents];
        var components = logits.Length / Lanes;
        for (var k = 0; k < components; k++)
            from[k] = logits[(k * Lanes) + lane];
        FixedPointLog2.Shares(from[..components], to[..components]);
        for (var k = 0; k < components; k++)
            shares[(k * Lanes) + lane] = to[k];
    }

    private static void Shares512(ReadOnlySpan<Vector512<int>> logits, Span<Vector512<uint>> shares)
    {
        var (largest, most) = (logits[0], Vector512<int>.Zero);
        for (var k = 1; k < logits.Length; k++)
        {
            most = Vector512.ConditionalSelect(Vector512.GreaterThan(logits[k], largest), Vector512.Create(k), most);
            largest = Vector512.Max(largest, logits[k]);
        }
        var (lower, upper) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (var k = 0; k < logits.Length; k++)
        {
            // At most 2^32 - 1 below the largest, so of 32 bits without a sign; a shift by 32 or more gives 0.
            var below = (largest - logits[k]).AsUInt32();
            var part = Vector512<int>.Zero - below.AsInt32();
            var whole =
                Vector512.ShiftRightLogical(below, 6)
                + Vector512.ConditionalSelect(Vector512.Equals(below & Vector512.Create(63U), Vector512<uint>.Zero), Vector512<uint>.Zero, Vector512<uint>.One);
            shares[k] = Avx512F.ShiftRightLogicalVariable(Power(part), whole);
            lower += Avx512F.ConvertToVector512Double(shares[k].GetLower());
            upper += Avx512F.ConvertToVector512Double(shares[k].GetUpper());
        }
        var left = Vector512.Create(1U << 16);
        for (var k = 0; k < logits.Length; k++)
        {
            shares[k] = Vector512.Create(Quotient(shares[k].GetLower(), lower), Quotient(shares[k].GetUpper(), upper));
            left -= shares[k];
        }
        for (var k = 0; k < logits.Length; k++)
            shares[k] += Vector512.ConditionalSelect(Vector512.Equals(most, Vector512.Create(k)).AsUInt32(), left, Vector512<uint>.Zero);
    }

    /// <summary>Returns 2^(i / 64) in units of 2^-30, i the lowest six bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Power(Vector512<int> octaves)
    {
        ref var powers = ref MemoryMarshal.GetArrayDataReference(FixedPointLog2.Powers);
        var index = octaves.AsUInt32();
        var first = Avx512F.PermuteVar16x32x2(Vector512.LoadUnsafe(ref powers), index, Vector512.LoadUnsafe(ref powers, 16));
        var second = Avx512F.PermuteVar16x32x2(Vector512.LoadUnsafe(ref powers, 32), index, Vector512.LoadUnsafe(ref powers, 48));
        return Vector512.ConditionalSelect(Vector512.Equals(index & Vector512.Create(32U), Vector512<uint>.Zero), first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Quotient(Vector256<uint> power, Vector512<double> sum) =>
        Avx512F.ConvertToVector256UInt32WithTruncation(Avx512F.ConvertToVector512Double(power) * Vector512.Create(65536.0) / sum);
}
