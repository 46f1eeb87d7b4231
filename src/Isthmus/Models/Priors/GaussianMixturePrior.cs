using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>
/// p(z) = sum_k w_k N(z; m_k, diag s_k): K Gaussians whose means, variances and weights are learned with the model (Dilokthanakul et al. 2016; "MoG" in Tomczak
/// and Welling 2018). It suits codes that form several clusters.
/// </summary>
public sealed class GaussianMixturePrior : Prior
{
    internal static readonly Setting<int> Components = SettingKinds.Whole("prior-components", 100, "Gaussians in the mixture", 1, 1 << 16);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Prior> Part = new("mixture", "a mixture of Gaussians, learned", [Components], context => new GaussianMixturePrior(
        context.Latent,
        context.Get(Components)
    ));

    [ComponentName(Name = "means")]
    private readonly Parameter _means;

    [ComponentName(Name = "log_variances")]
    private readonly Parameter _logVariances;

    [ComponentName(Name = "logits")]
    private readonly Parameter _logits;

    /// <summary>Creates components with means drawn from N(0, I), so that they differ from the start, variances 1 and equal weights.</summary>
    public GaussianMixturePrior(int latent, int components)
        : base("mixture", latent)
    {
        _means = new Parameter(RandomOperations.Normal([components, latent], device: NewWeights.Device).DetachFromDisposeScope());
        _logVariances = new Parameter(zeros(components, latent, device: NewWeights.Device).DetachFromDisposeScope());
        _logits = new Parameter(zeros(components, device: NewWeights.Device).DetachFromDisposeScope());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) =>
        new DiagonalGaussian(_means, _logVariances).LogProbabilities(z).Plus(_logits.log_softmax(0)).logsumexp(-1);

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null)
    {
        var chosen = _logits.softmax(0).Choices(count, replacement: true);
        return new DiagonalGaussian(_means.index_select(0, chosen), _logVariances.index_select(0, chosen)).Sample();
    }
}
