using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>p(z) = N(0, I) over L units; its divergence from a diagonal Gaussian is exact (Kingma and Welling 2014).</summary>
public sealed class StandardNormalPrior(int latent) : Prior("standard-normal", latent)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Prior> Part = new("standard-normal", "N(0, I)", [], context => new StandardNormalPrior(context.Latent));

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => LogDensity(z);

    /// <summary>Returns ln N(z; 0, I), nats, summed over the last axis.</summary>
    internal static Tensor LogDensity(Tensor z) => z.Square().Plus(DiagonalGaussian.LogTwoPi).sum(-1).Times(-0.5);

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null) => RandomOperations.Normal([count, Latent], device: device);

    /// <inheritdoc/>
    public override Tensor UnitDivergence(DiagonalGaussian posterior) => posterior.UnitDivergenceFromStandardNormal();
}
