using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>p(z) = N(0, I) over L units.</summary>
public sealed record StandardNormalPrior(int Latent)
{
    /// <summary>ln p(z), nats, summed over the last axis.</summary>
    public static Tensor LogProbability(Tensor z) => -0.5 * (z.square() + DiagonalGaussian.LogTwoPi).sum(-1);

    /// <summary>N x L draws from torch's generator.</summary>
    public Tensor Sample(long count, Device? device = null) => randn([count, Latent], device: device);
}
