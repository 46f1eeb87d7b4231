using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>x + f(x).</summary>
internal sealed class ManualResidual(ManualLayer branch) : ManualLayer
{
    public override Tensor Forward(Tensor x) => x.Plus(branch.Forward(x));

    public override Tensor? Backward(Tensor gradient, bool wanted = true) => branch.Backward(gradient, wanted) is { } below ? gradient.Plus(below) : null;
}
