using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// weight TC, TC = KL(q(z) || prod_j q(z_j)) in nats as the mean logit of a <see cref="Discriminator"/> that tells codes from codes
/// whose units were shuffled over the batch, each by itself (FactorVAE, Kim and Mnih 2018).
/// </summary>
/// <param name="Weight">Weight of the total correlation.</param>
/// <param name="Judge">The discriminator.</param>
internal sealed record DensityRatioPenalty(double Weight, Discriminator Judge) : AggregatePenalty
{
    internal static readonly Setting<double> WeightSetting = SettingKinds.Number(
        "ratio-weight",
        10,
        "weight of the total correlation that the discriminator estimates",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        "density-ratio",
        "independent units, by a discriminator (FactorVAE)",
        [WeightSetting, Discriminator.Hidden, Discriminator.LearningRate],
        context => new DensityRatioPenalty(context.Get(WeightSetting), Discriminator.Of(context))
    )
    {
        Code = CodeKind.Variational,
    };

    /// <inheritdoc/>
    public override bool IsFirstOrder => true;

    /// <inheritdoc/>
    public override nn.Module Adversary => Judge;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen)
    {
        var (count, latent) = (code.Z.shape[0], code.Z.shape[1]);
        var shuffled = code.Z.detach().gather(0, RandomOperations.Uniform([count, latent], device: code.Z.device).argsort(0));
        return Judge.Logits(code.Z, held: true).mean().Times(Weight).Plus(Judge.Loss(code.Z, shuffled));
    }
}
