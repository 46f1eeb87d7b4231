using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>Sets each number to zero with probability p (columns: to their mean).</summary>
public sealed class MaskingCorruption(double probability) : Corruption
{
    private static readonly Setting<double> Probability = SettingKinds.Number("mask-rate", 0.25, "probability that a number is set to zero", least: 0, most: 1);

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("masking", "sets numbers to zero", [Probability], context => new MaskingCorruption(context.Get(Probability)));

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x * rand_like(x).ge(probability).to(x.dtype);
}
