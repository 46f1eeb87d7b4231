using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Layer whose backward pass is left to autograd, in float32; the gradients of its parameters go to the flat store.</summary>
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
