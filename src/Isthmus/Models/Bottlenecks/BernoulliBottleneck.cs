using Isthmus.Compute;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// A code of L bits, q(z_j = 1|x) a sigmoid, against fair coins: rate = sum_j (ln 2 - H(q_j)), exact, at most one bit a unit. In
/// training a draw is relaxed, sigmoid((logit + l) / temperature), l of the logistic distribution (Maddison et al. 2017); everywhere
/// else it is 0 or 1, so that distortion + rate is a bound on -ln p(x).
/// </summary>
public sealed class BernoulliBottleneck : Bottleneck
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "bernoulli",
        "bits, relaxed in training",
        [CategoricalBottleneck.Temperature],
        context => new BernoulliBottleneck(context.Latent, context.Get(CategoricalBottleneck.Temperature))
    )
    {
        Code = CodeKind.Variational,
    };

    private readonly double _temperature;

    [ComponentName(Name = "prior")]
    private readonly BernoulliPrior _prior;

    /// <summary>Creates a code of <paramref name="latent"/> bits.</summary>
    public BernoulliBottleneck(int latent, double temperature)
        : base("bernoulli", latent)
    {
        (_temperature, _prior) = (temperature, new(latent));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Prior Prior => _prior;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var posterior = new BernoulliPosterior(head);
        // ln 2 - H = ln 2 + q ln q + (1 - q) ln (1 - q), with ln q = -softplus(-l).
        var on = sigmoid(head);
        var rates = (on * (-head).Softplus()).From(Math.Log(2)) - on.From(1) * head.Softplus();
        return new(
            !sample ? posterior.Mean
                : training ? Relaxed(head)
                : posterior.Sample(),
            rates.sum(-1),
            rates,
            posterior
        );
    }

    private Tensor Relaxed(Tensor logits)
    {
        // The difference of two Gumbel draws is a logistic one, and finite.
        var logistic = logits.ExponentialLike().log() - logits.ExponentialLike().log();
        return sigmoid(logits.Plus(logistic).Over(_temperature));
    }
}
