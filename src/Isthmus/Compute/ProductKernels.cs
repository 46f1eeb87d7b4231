using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>Matrix products into existing tensors, which TorchSharp's own cannot do. For one thread at a time.</summary>
internal sealed class ProductKernels : IDisposable
{
    private static readonly CompiledScripts Scripts = new(
        """
        def product(a: Tensor, b: Tensor, into: Tensor):
            torch.mm(a, b, out=into)

        def whole_product(a: Tensor, b: Tensor, into: Tensor):
            torch._int_mm(a, b, out=into)

        """
    );

    private jit.CompilationUnit? _kernels = Scripts.Take();

    /// <summary>Computes a b.</summary>
    public void Multiply(Tensor a, Tensor b, Tensor into) => _kernels!.invoke("product", a, b, into);

    /// <summary>Computes a b of 8-bit whole numbers, exact, in 32 bits.</summary>
    public void MultiplyWhole(Tensor a, Tensor b, Tensor into) => _kernels!.invoke("whole_product", a, b, into);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _kernels, null) is { } kernels)
            Scripts.Give(kernels);
    }
}
