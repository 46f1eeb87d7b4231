using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>A module whose way back is left to autograd, in float32; the gradients of its parameters go where those of the flat store are.</summary>
internal sealed class AutogradLayer(nn.Module<Tensor, Tensor> module) : ManualLayer
{
    private Tensor? _x,
        _y;

    public override Tensor Forward(Tensor x)
    {
        using var gradients = enable_grad();
        _x = x.to(ScalarType.Float32).detach().requires_grad_(true);
        _y = module.call(_x);
        return _y.detach();
    }

    public override Tensor? Backward(Tensor gradient, bool wanted = true)
    {
        using var gradients = enable_grad();
        _y!.backward([gradient.to(ScalarType.Float32)]);
        return _x!.grad;
    }
}
