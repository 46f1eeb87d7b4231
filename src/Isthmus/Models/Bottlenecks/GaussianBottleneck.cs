using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// q(z|x) = N(mean(x), diag variance(x)) against the prior N(0, I): z by reparameterisation, the rate is the exact
/// KL(q || p) (Kingma and Welling 2014). The encoder gives L means, then L log variances.
/// </summary>
public sealed class GaussianBottleneck(int latent) : Bottleneck("gaussian", latent)
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("gaussian", "diagonal Gaussian posterior, standard normal prior, exact KL", [], context => new GaussianBottleneck(context.Latent));

    // exp(10) and exp(-20) are far outside what a trained posterior uses; the bound only keeps early steps finite.
    private const double LeastLogVariance = -20, MostLogVariance = 10;

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent;

    /// <inheritdoc/>
    public override bool IsVariational => true;

    /// <summary>p(z).</summary>
    public StandardNormalPrior Prior { get; } = new(latent);

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var posterior = PosteriorOf(head);
        var rates = posterior.UnitDivergenceFromStandardNormal();
        return new(sample ? posterior.Sample() : posterior.Mean, rates.sum(-1), rates, posterior);
    }

    /// <summary>q(z|x): L means, then L log variances.</summary>
    internal static DiagonalGaussian PosteriorOf(Tensor head)
    {
        var halves = head.chunk(2, -1);
        return new(halves[0], halves[1].clamp(LeastLogVariance, MostLogVariance));
    }
}
