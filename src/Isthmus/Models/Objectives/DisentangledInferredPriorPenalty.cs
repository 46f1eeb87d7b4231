using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// weight sum over i != j of C_ij^2 + diagonal weight sum over i of (C_ii - 1)^2: the second moments of the aggregated
/// posterior are pulled to those of N(0, I). DIP-VAE-I takes the covariance of the means of q(z|x), DIP-VAE-II adds the mean of
/// their variances (Kumar et al. 2018). Not in nats.
/// </summary>
/// <param name="OffDiagonal">Weight of the covariances.</param>
/// <param name="Diagonal">Weight of the variances' distance from 1.</param>
/// <param name="WithPosteriorVariance">DIP-VAE-II.</param>
public sealed record DisentangledInferredPriorPenalty(double OffDiagonal, double Diagonal, bool WithPosteriorVariance) : AggregatePenalty
{
    internal static readonly Setting<double> OffDiagonalSetting = SettingKinds.Number(
        "dip-off-diagonal",
        10,
        "weight of squared covariances between units",
        least: 0
    );
    internal static readonly Setting<double> DiagonalSetting = SettingKinds.Number(
        "dip-diagonal",
        10,
        "weight of the squared difference between a unit's variance and 1",
        least: 0
    );
    internal static readonly Setting<string> Kind = SettingKinds.Choice(
        "dip",
        "ii",
        "penalised covariance: i, of the posterior's means; ii, of the aggregated posterior",
        "i",
        "ii"
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<AggregatePenalty> Part = new(
        "dip",
        "uncorrelated units of variance 1 (DIP-VAE)",
        [Kind, OffDiagonalSetting, DiagonalSetting],
        context => new DisentangledInferredPriorPenalty(context.Get(OffDiagonalSetting), context.Get(DiagonalSetting), context.Get(Kind) == "ii")
    )
    {
        Code = CodeKind.DiagonalGaussian,
    };

    /// <inheritdoc/>
    public override bool IsFirstOrder => true;

    /// <inheritdoc/>
    public override Tensor? Charge(Code code, Autoencoder model, Tensor seen)
    {
        var posterior = code.Gaussian;
        var centred = posterior.Mean - posterior.Mean.mean([0L], keepdim: true);
        var covariance = centred.t().matmul(centred).Over(posterior.Mean.shape[0]);
        var variances = covariance.diagonal();
        var between = covariance.Square().sum() - variances.Square().sum();
        if (WithPosteriorVariance)
            variances = variances.Plus(posterior.LogVariance.exp().mean([0L]));
        return between.Times(OffDiagonal).Plus(variances.Minus(1).Square().sum().Times(Diagonal));
    }
}
