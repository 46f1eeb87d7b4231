using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Reshapes the same numbers.</summary>
internal sealed class ManualReshape(nn.Module<Tensor, Tensor> module) : ManualLayer
{
    private long[] _shape = [];

    public override Tensor Forward(Tensor x)
    {
        _shape = x.shape;
        return module.call(x);
    }

    public override Tensor? Backward(Tensor gradient, bool wanted = true) => gradient.reshape(_shape);
}
