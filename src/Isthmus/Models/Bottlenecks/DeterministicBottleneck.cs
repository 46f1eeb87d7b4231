using Isthmus.Models.Gradients;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>z = f(x), free of charge: the plain autoencoder (Rumelhart, Hinton and Williams 1986).</summary>
public sealed class DeterministicBottleneck(int latent) : Bottleneck("deterministic", latent)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("deterministic", "z = f(x), free of charge", [], context => new DeterministicBottleneck(context.Latent));

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null) => new(head, Free(head));

    internal override CodePullback Pullback(Tensor head, GradientStep step) => new(head, 0, gradient => gradient);

    internal override bool IsSeparable(ElboObjective objective) => true;
}
