using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>x / |x|, so that long and short histories have the same scale.</summary>
internal sealed class UnitLength() : nn.Module<Tensor, Tensor>("unit_length"), IKeepsZeros
{
    public override Tensor forward(Tensor x) => nn.functional.normalize(x, dim: -1);

    void IKeepsZeros.Apply(Span<float> values)
    {
        var squares = 0f;
        foreach (var value in values)
            squares += value * value;
        var length = MathF.Sqrt(squares);
        foreach (ref var value in values)
            value /= length;
    }
}
