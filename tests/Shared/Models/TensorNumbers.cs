using static TorchSharp.torch;

namespace Isthmus.Tests;

internal static class TensorNumbers
{
    /// <summary>A tensor's numbers in row-major order.</summary>
    public static double[] Numbers(this Tensor tensor) => tensor.detach().cpu().to(float64).contiguous().data<double>().ToArray();

    /// <summary>The number of a tensor that holds one.</summary>
    public static double Number(this Tensor tensor) => tensor.Numbers().Single();
}
