using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Layers one after another, and their backward pass.</summary>
internal sealed class ManualChain(IReadOnlyList<ManualLayer> stages) : ManualLayer
{
    public override Tensor Forward(Tensor x) => stages.Aggregate(x, (value, stage) => stage.Forward(value));

    public override Tensor? Backward(Tensor gradient, bool wanted = true)
    {
        for (var i = stages.Count - 1; i > 0; i--)
            gradient = stages[i].Backward(gradient)!;
        return stages[0].Backward(gradient, wanted);
    }
}
