using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Layer of a transformer (Vaswani et al. 2017), normalised before each half (Xiong et al. 2020): x + attention(norm(x)), then x + two linear maps with GELU
/// between, four times as wide, of norm(x).
/// </summary>
internal sealed class AttentionBlock : nn.Module
{
    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _beforeAttention;

    [ComponentName(Name = "attention")]
    private readonly MatrixProduct _attention;

    [ComponentName(Name = "joined")]
    private readonly MatrixProduct _joined;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _beforeLayers;

    [ComponentName(Name = "wide")]
    private readonly MatrixProduct _wide;

    [ComponentName(Name = "narrow")]
    private readonly MatrixProduct _narrow;

    private readonly int _units,
        _heads;
    private readonly double _dropout;

    /// <summary>Creates the layer.</summary>
    /// <param name="units">Units, H.</param>
    /// <param name="heads">Heads, which divide the units.</param>
    /// <param name="dropout">Fraction of the numbers of both halves dropped in training.</param>
    public AttentionBlock(int units, int heads, double dropout)
        : base("attention")
    {
        (_units, _heads, _dropout) = (units, heads, dropout);
        (_beforeAttention, _beforeLayers) = (nn.LayerNorm(units, device: NewWeights.Device), nn.LayerNorm(units, device: NewWeights.Device));
        (_attention, _joined) = (MatrixProduct.Linear(units, 3 * units), MatrixProduct.Linear(units, units));
        (_wide, _narrow) = (MatrixProduct.Linear(units, 4 * units), MatrixProduct.Linear(4 * units, units));
        RegisterComponents();
    }

    /// <summary>Returns a number of heads that divides the units.</summary>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static int CheckedHeads(Setting<int> setting, int heads, int units) =>
        units % heads == 0
            ? heads
            : throw new InvalidInputException(
                $"{OptionNames.Value(setting.Key, heads)}",
                $"does not divide the {units} units",
                $"give {OptionNames.Give(setting.Key, Enumerable.Range(1, heads).Last(divisor => units % divisor == 0))}",
                OptionNames.Key(setting.Key)
            );

    /// <summary>Returns the outputs, M x T x H.</summary>
    /// <param name="x">Inputs, M x T x H.</param>
    /// <param name="hidden">True where a place may not be seen by another, places that see x places seen, broadcast to M x heads x T x T.</param>
    public Tensor Through(Tensor x, Tensor hidden)
    {
        var (lines, places, width) = (x.shape[0], x.shape[1], _units / _heads);
        // 3 x M x heads x T x width.
        var parts = _attention.call(_beforeAttention.call(x)).view(lines, places, 3, _heads, width).permute(2, 0, 3, 1, 4);
        var scores = parts[0].matmul(parts[1].transpose(-1, -2)).Over(Math.Sqrt(width)).MaskedFill(hidden, double.NegativeInfinity);
        var seen = scores.softmax(-1).matmul(parts[2]).transpose(1, 2).reshape(lines, places, _units);
        x = x.Plus(Dropped(_joined.call(seen)));
        return x.Plus(Dropped(_narrow.call(nn.functional.gelu(_wide.call(_beforeLayers.call(x))))));
    }

    private Tensor Dropped(Tensor x) => training && _dropout > 0 ? x.DropOut(_dropout) : x;
}
