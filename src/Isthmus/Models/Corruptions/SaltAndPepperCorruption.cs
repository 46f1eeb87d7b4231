using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>Sets each pixel to black or white, either with probability p / 2.</summary>
public sealed class SaltAndPepperCorruption(double probability) : Corruption
{
    internal static readonly Setting<double> Probability = SettingKinds.Number(
        "flip-rate",
        0.2,
        "probability that a pixel is set to black or white",
        least: 0,
        most: 1
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("salt-and-pepper", "sets pixels to black or white", [Probability], context =>
    {
        RequireImage(context, "salt-and-pepper");
        return new SaltAndPepperCorruption(context.Get(Probability));
    });

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var uniform = x.UniformLike();
        return x.MaskedFill(uniform.Below(probability / 2), 0).MaskedFill(uniform.AtLeast(1 - probability / 2), 1);
    }
}
