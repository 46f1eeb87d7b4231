using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Primitives;

/// <summary>
/// q(z|x) = N(z; mean, diag(exp(log variance))), both N x L. With the standard normal N(0, I) as prior its Kullback-Leibler
/// divergence is exact (Kingma and Welling 2014, appendix B).
/// </summary>
public sealed record DiagonalGaussian(Tensor Mean, Tensor LogVariance) : ReparameterisedPosterior
{
    /// <summary>ln(2 pi), nats.</summary>
    internal const double LogTwoPi = 1.8378770664093453;

    /// <inheritdoc/>
    public override Tensor Mean { get; } = Mean;

    /// <inheritdoc/>
    protected override Tensor Like => Mean;

    /// <summary>Returns z = mean + exp(log variance / 2) e.</summary>
    public override PosteriorDraw At(Tensor noise)
    {
        var z = Place(noise);
        return new(z, LogProbability(z));
    }

    /// <inheritdoc/>
    public override Tensor Sample(long? count = null) => Place(Noise(count));

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => UnitLogProbability(z).sum(-1);

    /// <summary>Returns z of a draw without its ln q.</summary>
    internal Tensor Place(Tensor noise) => Mean.Plus(LogVariance.Times(0.5).exp() * noise);

    /// <summary>Returns ln q by unit, nats.</summary>
    public Tensor UnitLogProbability(Tensor z) => UnitLogProbability(z, Mean, LogVariance);

    /// <summary>Returns ln N(z; mean, exp(log variance)) of each unit, nats.</summary>
    internal static Tensor UnitLogProbability(Tensor z, Tensor mean, Tensor logVariance) =>
        logVariance.Plus((z - mean).Square() * (-logVariance).exp()).Plus(LogTwoPi).Times(-0.5);

    /// <summary>
    /// Returns ln of each row's density at each z, nats, summed over the L units: z of ... x L and K rows give ... x K, by matrix products, as the differences
    /// themselves would take K times the memory of z. The cost is a rounding error of about 1e-7 of the sum of (z^2 + mean^2) / variance.
    /// </summary>
    public Tensor LogProbabilities(Tensor z)
    {
        var precision = (-LogVariance).exp();
        var constant = LogVariance.Plus(Mean.Square() * precision).Plus(LogTwoPi).sum(-1);
        return (z.Square().matmul(precision.t()) - z.matmul((Mean * precision).t()).Times(2)).Plus(constant).Times(-0.5);
    }

    /// <summary>Returns KL(q || N(0, I)) of each unit, nats, N x L: (mean^2 + variance - 1 - ln variance) / 2.</summary>
    public Tensor UnitDivergenceFromStandardNormal() => (Mean.Square().Plus(LogVariance.exp()).Minus(1) - LogVariance).Times(0.5);

    /// <summary>Returns KL(this || other) of each unit, nats, N x L.</summary>
    public Tensor UnitDivergence(DiagonalGaussian other) =>
        (((Mean - other.Mean).Square() * (-other.LogVariance).exp()).Plus((LogVariance - other.LogVariance).exp()).Minus(1) - LogVariance)
            .Plus(other.LogVariance)
            .Times(0.5);
}
