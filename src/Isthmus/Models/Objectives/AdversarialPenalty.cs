using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// weight E ln(1 + exp(-l(z))), l the logit of a <see cref="Discriminator"/> that tells draws of the prior from codes: the codes as a whole are to be
/// indistinguishable from draws of the prior (adversarial autoencoder, Makhzani et al. 2016, by the loss that does not saturate, Goodfellow et al. 2014). It is
/// weight ln 2 if they are. Not the nats of any code.
/// </summary>
/// <param name="Weight">Weight of the penalty.</param>
/// <param name="Judge">The discriminator.</param>
internal sealed record AdversarialPenalty(double Weight, Discriminator Judge) : AggregatePenalty
{
    internal static readonly Setting<double> WeightSetting = SettingKinds.Number(
        "adversary-weight",
        10,
        "weight of the discriminator's loss for the encoder",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        "adversarial",
        "codes that pass for draws of the prior, by a discriminator (AAE)",
        [WeightSetting, Discriminator.Hidden, Discriminator.LearningRate],
        context => new AdversarialPenalty(context.Get(WeightSetting), Discriminator.Of(context))
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
        var drawn = model.Bottleneck.Prior!.Sample(code.Z.shape[0], code.Z.device).to(code.Z.dtype);
        return (-Judge.Logits(code.Z, held: true)).Softplus().mean().Times(Weight).Plus(Judge.Loss(drawn, code.Z));
    }
}
