using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// Codes z = sigmoid(f(x)) whose mean activation over the batch, r_j, is pulled towards a target rate r:
/// weight * sum_j [r ln(r / r_j) + (1 - r) ln((1 - r) / (1 - r_j))] nats, the same for each record of the batch
/// (Ng, "Sparse autoencoder", CS294A 2011). A penalty, not a code length; it depends on the batch.
/// </summary>
public sealed class KlSparseBottleneck(int latent, double targetRate, double weight) : Bottleneck("kl-sparse", latent)
{
    internal static readonly Setting<double> TargetRate = SettingKinds.Number(
        "target-rate",
        0.05,
        "mean activation that each unit is driven to",
        least: 1e-6,
        most: 1 - 1e-6
    );
    internal static readonly Setting<double> Weight = SettingKinds.Number("sparsity-weight", 1.0, "weight of the divergence from the target rate", least: 0);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "kl-sparse",
        "codes in [0, 1] whose mean activation is pulled to a target rate",
        [TargetRate, Weight],
        context => new KlSparseBottleneck(context.Latent, context.Get(TargetRate), context.Get(Weight))
    );

    /// <inheritdoc/>
    public override bool IsSparse => true;

    /// <inheritdoc/>
    public override double ActiveAbove => 0.5;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var z = sigmoid(head);
        // Units that are off for the whole batch must not divide by zero: float32 resolves 1e-6 beside 1.
        var rate = z.mean([0L]).Clamp(1e-6, 1 - 1e-6);
        var divergence = rate.log().From(Math.Log(targetRate)).Times(targetRate).Plus(rate.From(1).log().From(Math.Log(1 - targetRate)).Times(1 - targetRate));
        var charges = divergence.Times(weight).expand_as(z);
        return new(z, charges.sum(-1), charges);
    }
}
