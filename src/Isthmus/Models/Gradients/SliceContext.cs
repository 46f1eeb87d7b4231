using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Weights and gradients for the manual layers of one slice of a batch.</summary>
internal sealed class SliceContext : IDisposable
{
    private readonly ProductKernels _kernels = new();
    private readonly FlatParameters? _parameters;
    private readonly GradientSlice? _gradients;
    private readonly List<Tensor> _owned = [];

    /// <summary>Creates a context for forward and backward passes: weights are those of <paramref name="parameters"/> as they change.</summary>
    public SliceContext(FlatParameters parameters, int slice) =>
        (_parameters, _gradients, InBfloat16) = (parameters, parameters.Slices[slice], parameters.InBfloat16);

    /// <summary>Creates a context for the forward pass alone, with the present weights.</summary>
    public SliceContext(bool inBfloat16) => InBfloat16 = inBfloat16;

    /// <summary>Storage type of activations and of the gradients of weights.</summary>
    public ScalarType Type => InBfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>True if that is bfloat16.</summary>
    public bool InBfloat16 { get; }

    /// <summary>Computes a b into <paramref name="into"/>.</summary>
    public void Multiply(Tensor a, Tensor b, Tensor into) => _kernels.Multiply(a, b, into);

    /// <summary>Returns the working copy of a product's weight, in its shape.</summary>
    public Tensor Weight(Parameter weight)
    {
        if (_parameters is not null)
            return Own(_parameters.View(_parameters.Working, weight));
        using var present = weight.detach();
        return Own(present.to(Type, copy: true));
    }

    /// <summary>Returns the memory for the gradient of a product's weight, in its shape; null without a backward pass.</summary>
    public Tensor? Gradient(Parameter weight) => _parameters is null ? null : Own(_parameters.View(_gradients!.Products, weight));

    /// <summary>Returns the memory for the gradient of any other parameter.</summary>
    public Span<float> RestGradient(Parameter parameter) =>
        new TensorNumbers<float>(_gradients!.Rest).Slice(_parameters!.OffsetOf(parameter) - _parameters.ProductCount, checked((int)parameter.numel()));

    /// <summary>Returns <paramref name="x"/> in the working precision, contiguous.</summary>
    public Tensor Working(Tensor x) => x.to(Type).contiguous();

    /// <summary>Returns an uninitialised tensor that lives as long as the context.</summary>
    public Tensor Buffer(params long[] shape) => Own(empty(shape, dtype: Type));

    /// <summary>Keeps a tensor out of the dispose scope of the step, until <see cref="Dispose"/>.</summary>
    public Tensor Own(Tensor tensor)
    {
        _owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    public void Dispose()
    {
        _kernels.Dispose();
        _owned.ForEach(tensor => tensor.Dispose());
    }
}
