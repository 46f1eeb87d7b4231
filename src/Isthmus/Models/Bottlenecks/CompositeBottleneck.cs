using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// q(z|x) against RecVAE's composite prior (Shenbin et al. 2020), a mixture unit by unit of N(0, 1), of the posterior that
/// an earlier copy of the encoder gives for the same record, and of a wide N(0, e^10):
/// <code>rate = ln q(z|x) - sum_j ln (3/20 N(z_j; 0, 1) + 3/4 q_before(z_j|x) + 1/10 N(z_j; 0, e^10)),</code>
/// at the one z that is drawn. The prior has seen x, so the rate is no code length but a penalty, and there is no ELBO.
/// </summary>
public sealed class CompositeBottleneck : Bottleneck
{
    private const double StandardShare = 3.0 / 20,
        EarlierShare = 3.0 / 4,
        WideShare = 1.0 / 10,
        WideLogVariance = 10;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("composite", "diagonal Gaussian posterior, held near the one of an earlier encoder", [], Create);

    [ComponentName(Name = "earlier")]
    private readonly nn.Module<Tensor, Tensor> _earlier;

    /// <summary>Creates a bottleneck whose prior uses <paramref name="earlier"/>, an encoder like the model's.</summary>
    public CompositeBottleneck(int latent, nn.Module<Tensor, Tensor> earlier)
        : base("composite", latent)
    {
        _earlier = earlier;
        RegisterComponents();
        foreach (var parameter in _earlier.parameters())
            parameter.requires_grad = false;
    }

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent;

    /// <inheritdoc/>
    public override bool SeesRecords => true;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var posterior = DiagonalPosteriorFamily.Gaussian(head);
        var z = sample ? posterior.Sample() : posterior.Mean;
        Tensor before;
        using (no_grad())
            before = _earlier.call(x ?? throw new ArgumentNullException(nameof(x), "The composite prior depends on the record."));
        var earlier = DiagonalPosteriorFamily.Gaussian(before);
        var prior = stack(
                [
                    DiagonalGaussian.UnitLogProbability(z, zeros(1, device: z.device), zeros(1, device: z.device)).Plus(Math.Log(StandardShare)),
                    DiagonalGaussian.UnitLogProbability(z, earlier.Mean, earlier.LogVariance).Plus(Math.Log(EarlierShare)),
                    DiagonalGaussian
                        .UnitLogProbability(z, zeros(1, device: z.device), ScalarOperations.Full(1, WideLogVariance, device: z.device))
                        .Plus(Math.Log(WideShare)),
                ],
                0
            )
            .logsumexp(0);
        var rates = DiagonalGaussian.UnitLogProbability(z, posterior.Mean, posterior.LogVariance) - prior;
        return new(z, rates.sum(-1), rates, posterior);
    }

    /// <inheritdoc/>
    public override Tensor MeanCode(Tensor head) => DiagonalPosteriorFamily.Gaussian(head).Mean;

    /// <inheritdoc/>
    public override void Follow(nn.Module<Tensor, Tensor> encoder)
    {
        using var noGradient = no_grad();
        var current = encoder.state_dict();
        foreach (var (name, value) in _earlier.state_dict())
            value.copy_(current[name]);
    }

    private static CompositeBottleneck Create(PartContext context)
    {
        var network = context.Create<Func<NetworkContext, EncoderDecoder>>()(new NetworkContext(context, 2 * context.Latent, 1, context.Schema.Dimension));
        network.Decoder.Dispose();
        return new(context.Latent, network.Encoder);
    }
}
