using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Where the stages of one slice of a batch find weights and leave gradients.</summary>
internal sealed class SliceContext : IDisposable
{
    private readonly ProductKernels _kernels = new();
    private readonly FlatParameters? _parameters;
    private readonly GradientSlice? _gradients;
    private readonly List<Tensor> _owned = [];

    /// <summary>There and back: weights are those of <paramref name="parameters"/> as they change.</summary>
    public SliceContext(FlatParameters parameters, int slice) =>
        (_parameters, _gradients, InBfloat16) = (parameters, parameters.Slices[slice], parameters.InBfloat16);

    /// <summary>The way there alone, with the weights as they are now.</summary>
    public SliceContext(bool inBfloat16) => InBfloat16 = inBfloat16;

    /// <summary>What activations and the gradients of weights are stored as.</summary>
    public ScalarType Type => InBfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Whether that is bfloat16.</summary>
    public bool InBfloat16 { get; }

    /// <summary>a b into <paramref name="into"/>.</summary>
    public void Multiply(Tensor a, Tensor b, Tensor into) => _kernels.Multiply(a, b, into);

    /// <summary>The working copy of a product's weight, in its shape.</summary>
    public Tensor Weight(Parameter weight) => Own(_parameters is null ? weight.detach().to(Type, copy: true) : _parameters.View(_parameters.Working, weight));

    /// <summary>Where the gradient of a product's weight goes, in its shape; null where there is no way back.</summary>
    public Tensor? Gradient(Parameter weight) => _parameters is null ? null : Own(_parameters.View(_gradients!.Products, weight));

    /// <summary>Where the gradient of any other parameter goes.</summary>
    public Span<float> RestGradient(Parameter parameter) =>
        TensorMemory.Of<float>(_gradients!.Rest).Slice((int)(_parameters!.OffsetOf(parameter) - _parameters.ProductCount), (int)parameter.numel());

    /// <summary><paramref name="x"/> in the working precision, contiguous.</summary>
    public Tensor Working(Tensor x) => x.to(Type).contiguous();

    /// <summary>A tensor that lives as long as the context, its numbers not set.</summary>
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
