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
        if (tensor.numel() == 0)
            return 0;
        using var first = tensor.flatten().narrow(0, 0, 1);
        // Native memory: the collector does not move it.
        fixed (byte* address = first.bytes)
            return (nint)address;
    }
}
