using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>The memory of tensors as numbers.</summary>
internal static class TensorMemory
{
    /// <summary>The numbers of a contiguous CPU tensor, in place.</summary>
    public static Span<T> Of<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
