using Isthmus.Models.Priors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// q(z|x) = N(mean(x), diag variance(x)) against a prior p(z): z by reparameterisation (Kingma and Welling 2014). The rate is
/// the exact KL(q || p) where the prior has it in closed form, and otherwise ln q(z|x) - ln p(z) at z, whose mean over draws
/// it is. The encoder gives L means, then L log variances.
/// </summary>
public sealed class GaussianBottleneck : Bottleneck
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("gaussian", "diagonal Gaussian posterior, KL to the prior", [],
        context => new GaussianBottleneck(Parts.Priors.Named("prior", context.Get(ModelSpecification.Prior)).Create(context)));

    // exp(10) and exp(-20) are far outside what a trained posterior uses; the bound only keeps early steps finite.
    private const double LeastLogVariance = -20, MostLogVariance = 10;

    [ComponentName(Name = "prior")]
    private readonly Prior _prior;

    /// <summary>A posterior for the codes of that prior.</summary>
    public GaussianBottleneck(Prior prior) : base("gaussian", prior.Latent)
    {
        _prior = prior;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent;

    /// <inheritdoc/>
    public override Prior Prior => _prior;

    /// <inheritdoc/>
    public override void Attach(Func<Tensor, Tensor> encoder) => Prior.Attach(x => PosteriorOf(encoder(x)));

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var posterior = PosteriorOf(head);
        return CodeOf(posterior, sample ? posterior.Sample() : posterior.Mean);
    }

    /// <summary>The code z and its charge, which is one of q and not of z where it is closed.</summary>
    internal Code CodeOf(DiagonalGaussian posterior, Tensor z) => Prior.UnitDivergence(posterior) is { } rates
        ? new(z, rates.sum(-1), rates, posterior)
        : new(z, posterior.LogProbability(z) - Prior.LogProbability(z), null, posterior);

    /// <summary>q(z|x): L means, then L log variances.</summary>
    internal static DiagonalGaussian PosteriorOf(Tensor head)
    {
        var halves = head.chunk(2, -1);
        return new(halves[0], halves[1].clamp(LeastLogVariance, MostLogVariance));
    }
}
