using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>x + sigma e, e ~ N(0, I); pixels are clipped to [0, 1].</summary>
public sealed class GaussianCorruption(double sigma, bool clip) : Corruption
{
    internal static readonly Setting<double> Sigma = SettingKinds.Number(
        "noise",
        0.5,
        "standard deviation of the added noise, on the model's scale (pixels: [0, 1])",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new(
        "gaussian",
        "adds Gaussian noise; pixels are clipped to [0, 1]",
        [Sigma],
        context => new GaussianCorruption(context.Get(Sigma), clip: context.Schema.Kind.HighestLevel(context.Schema) is not null)
    );

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var noisy = x.Plus(x.NormalLike().Times(sigma));
        return clip ? noisy.Clamp(0, 1) : noisy;
    }
}
