using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Isthmus.Information.Numerics;

/// <summary>
/// Loads and stores of sixteen numbers at a time, as float32 whatever the storage: float32 (<see cref="float"/>) or bfloat16 (<see cref="ushort"/>), the upper
/// half of a float32, rounded to nearest even.
/// </summary>
internal static class SimdSpans
{
    public const int Count = 16,
        HalfCount = Count / 2;

    /// <summary>Converts a stored number to float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle<T>(T stored)
        where T : unmanaged =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(stored) : BitConverter.UInt32BitsToSingle((uint)Unsafe.BitCast<T, ushort>(stored) << 16);

    /// <summary>Converts a float32 to the storage type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FromSingle<T>(float value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Unsafe.BitCast<float, T>(value);
        var bits = BitConverter.SingleToUInt32Bits(value);
        return Unsafe.BitCast<ushort, T>((ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16));
    }

    /// <summary>
    /// The sixteen numbers from <paramref name="at"/>, or with <typeparamref name="TReach"/> = <see cref="Rest"/> as many as there are and zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<T, TReach>(ReadOnlySpan<T> numbers, int at)
        where T : unmanaged => typeof(TReach) == typeof(Rest) ? LoadRest(numbers, at) : Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(numbers), at));

    /// <summary>
    /// Stores sixteen numbers from <paramref name="at"/>, or with <typeparamref name="TReach"/> = <see cref="Rest"/> as many as there is room for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T, TReach>(Span<T> numbers, int at, Vector512<float> value)
        where T : unmanaged
    {
        if (typeof(TReach) == typeof(Rest))
            StoreRest(numbers, at, value);
        else
            Store(ref Unsafe.Add(ref MemoryMarshal.GetReference(numbers), at), value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadRest<T>(ReadOnlySpan<T> numbers, int at)
        where T : unmanaged
    {
        Span<T> padded = stackalloc T[Count];
        padded.Clear();
        numbers[at..].CopyTo(padded);
        return Load(ref padded[0]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreRest<T>(Span<T> numbers, int at, Vector512<float> value)
        where T : unmanaged
    {
        Span<T> padded = stackalloc T[Count];
        Store(ref padded[0], value);
        padded[..(numbers.Length - at)].CopyTo(numbers[at..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load<T>(ref T first)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Vector512.LoadUnsafe(ref Unsafe.As<T, float>(ref first));
        var halves = Vector256.LoadUnsafe(ref Unsafe.As<T, ushort>(ref first));
        if (Avx512F.IsSupported)
            return (Avx512F.ConvertToVector512UInt32(halves) << 16).AsSingle();
        var (lower, upper) = Vector256.Widen(halves);
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(ref T first, Vector512<float> value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            value.StoreUnsafe(ref Unsafe.As<T, float>(ref first));
            return;
        }
        var bits = value.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512.Create(1u))) >> 16;
        var halves = Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(rounded) : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        halves.StoreUnsafe(ref Unsafe.As<T, ushort>(ref first));
    }

    /// <summary>Copies the first eight numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyHalf<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged
    {
        ref T from = ref MemoryMarshal.GetReference(source),
            to = ref MemoryMarshal.GetReference(target);
        if (typeof(T) == typeof(float))
            Vector256.LoadUnsafe(ref from).StoreUnsafe(ref to);
        else
            Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
    }

    /// <summary>Adds eight numbers from <paramref name="at"/> to the sums there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddHalf<T>(ReadOnlySpan<T> numbers, Span<float> sums, int at)
        where T : unmanaged
    {
        ref var from = ref Unsafe.Add(ref MemoryMarshal.GetReference(numbers), at);
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), at);
        Vector256<float> values;
        if (typeof(T) == typeof(float))
        {
            values = Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref from));
        }
        else
        {
            var (lower, upper) = Vector128.Widen(Vector128.LoadUnsafe(ref Unsafe.As<T, ushort>(ref from)));
            values = (Vector256.Create(lower, upper) << 16).AsSingle();
        }
        (values + Vector256.LoadUnsafe(ref to)).StoreUnsafe(ref to);
    }

    /// <summary>Marker of the body of a loop, where sixteen numbers are there.</summary>
    public readonly struct Whole;

    /// <summary>
    /// Marker of the remainder after a loop, with fewer than sixteen numbers. It is separate because it calls, and a call in a loop would put every register of
    /// it into memory.
    /// </summary>
    public readonly struct Rest;

    /// <summary>Returns the logistic function 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>
    /// e^x to 2 units in the last place for x in [-87, 88], clamped there: 2^n e^r with |r| at most ln 2 / 2, e^r by its
    /// Taylor polynomial of degree 7, whose remainder is below 2^-27.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // A NaN must stay one: the processor's own minimum and maximum lose it, so it is added back below.
        var clamped = Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-87f)), Vector512.Create(88f));
        var n = Vector512.Round(clamped * 1.44269504f);
        // ln 2 in two parts, the first with few digits, so that n times it is exact.
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), clamped);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1f / 5040);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        var scale = ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), p * scale, x);
    }
}
