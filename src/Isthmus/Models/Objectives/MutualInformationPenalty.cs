using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// -weight I, I = E[ln q(z|x) - ln 1/M sum_j q(z|x_j)] over a batch of M, nats: a lower bound on I(X;Z) that q itself is the
/// critic of, at most ln M (InfoNCE, van den Oord et al. 2018; Poole et al. 2019). Codes are asked to tell records apart, as in
/// InfoMax-VAE (Rezaabad and Vishwanath 2020), which trains a critic of its own for that.
/// </summary>
/// <param name="Weight">Weight of the information.</param>
public sealed record MutualInformationPenalty(double Weight) : AggregatePenalty
{
    internal static readonly Setting<double> WeightSetting = SettingKinds.Number(
        "information-weight",
        1,
        "weight of the mutual information between records and codes",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        "mutual-information",
        "codes that tell records apart (InfoMax)",
        [WeightSetting],
        context => new MutualInformationPenalty(context.Get(WeightSetting))
    )
    {
        Code = CodeKind.DiagonalGaussian,
    };

    /// <inheritdoc/>
    public override bool IsFirstOrder => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen) => Information(code.Z, code.Gaussian).Times(-Weight);

    /// <summary>Returns the bound, nats, from draws M x L of the posteriors.</summary>
    internal static Tensor Information(Tensor z, DiagonalGaussian posterior) =>
        (posterior.LogProbability(z) - posterior.LogProbabilities(z).logsumexp(-1)).mean().Plus(Math.Log(z.shape[0]));
}
