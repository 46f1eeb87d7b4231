using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>Access to the memory of tensors.</summary>
internal static class TensorMemory
{
    /// <summary>Returns the numbers of a contiguous CPU tensor, in place.</summary>
    public static Span<T> Of<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>Returns the address of the first number of a contiguous CPU tensor, of any size, which must outlive its use; 0 if it is empty.</summary>
    public static unsafe nint AddressOf(Tensor tensor)
    {
        var count = tensor.numel();
        if (count == 0)
            return 0;
        // TorchSharp's spans of bytes end at 2^31.
        using var first = count * tensor.ElementSize > int.MaxValue ? tensor.flatten().narrow(0, 0, 1) : null;
        // Native memory: the collector does not move it.
        fixed (byte* address = (first ?? tensor).bytes)
            return (nint)address;
    }
}

/// <summary>Numbers of a contiguous CPU tensor of any size, in place; the tensor must outlive their use.</summary>
/// <param name="tensor">The tensor.</param>
internal readonly struct TensorNumbers<T>(Tensor tensor)
    where T : unmanaged
{
    private readonly nint _first = TensorMemory.AddressOf(tensor);

    /// <summary>Number of numbers.</summary>
    public long Length { get; } = tensor.numel() * tensor.ElementSize / Unsafe.SizeOf<T>();

    /// <summary>Returns <paramref name="count"/> numbers from <paramref name="first"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public unsafe Span<T> Slice(long first, int count)
    {
        if ((ulong)first > (ulong)Length || (ulong)count > (ulong)(Length - first))
            throw new ArgumentOutOfRangeException(nameof(first));
        return new((T*)_first + first, count);
    }
}
