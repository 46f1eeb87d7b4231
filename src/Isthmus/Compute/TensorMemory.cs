using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>Access to the memory of tensors.</summary>
internal static class TensorMemory
{
    /// <summary>Returns the numbers of a contiguous CPU tensor, in place.</summary>
    public static Span<T> Of<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
