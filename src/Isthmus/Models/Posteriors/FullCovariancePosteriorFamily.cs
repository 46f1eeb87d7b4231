using Isthmus.Compute;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>
/// q(z|x) = N(mean, C C'), C lower triangular: units that depend on one another given x, as those of a true posterior do. The head
/// holds L means, L log variances v, whose exp(v / 2) is C's diagonal, and the L (L - 1) / 2 numbers below it, row by row, in
/// units of their row's exp(v / 2). Cost: the encoder's last layer grows with L squared.
/// </summary>
public sealed class FullCovariancePosteriorFamily(int latent) : PosteriorFamily("full-covariance", latent)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<PosteriorFamily> Part = new(
        "full-covariance",
        "a Gaussian whose units depend on one another",
        [],
        context => new FullCovariancePosteriorFamily(context.Latent)
    )
    {
        Code = CodeKind.Reparameterised,
    };

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent + Latent * (Latent - 1) / 2;

    /// <inheritdoc/>
    public override ReparameterisedPosterior Of(Tensor head)
    {
        var marginal = DiagonalPosteriorFamily.Gaussian(head.narrow(-1, 0, 2 * Latent));
        var places = tril_indices(Latent, Latent, -1, device: head.device);
        var below = zeros([.. head.shape[..^1], Latent * Latent], head.dtype, head.device)
            .index_copy(-1, places[0].Times(Latent).Plus(places[1]), head.narrow(-1, 2 * Latent, HeadWidth - 2 * Latent))
            .view([.. head.shape[..^1], Latent, Latent]);
        var deviation = marginal.LogVariance.Times(0.5).exp();
        return new FullCovarianceGaussian(
            marginal.Mean,
            deviation.unsqueeze(-1) * below.Plus(eye(Latent, dtype: head.dtype, device: head.device)),
            marginal.LogVariance
        );
    }

    private sealed record FullCovarianceGaussian(Tensor Center, Tensor Factor, Tensor LogVariance) : ReparameterisedPosterior
    {
        public override Tensor Mean => Center;

        protected override Tensor Like => Center;

        public override PosteriorDraw At(Tensor noise) => new(Center.Plus(Factor.matmul(noise.unsqueeze(-1)).squeeze(-1)), LogDensity(noise));

        public override Tensor LogProbability(Tensor z) => LogDensity(linalg.solve_triangular(Factor, (z - Center).unsqueeze(-1), upper: false).squeeze(-1));

        private Tensor LogDensity(Tensor noise) => StandardNormalPrior.LogDensity(noise) - LogVariance.sum(-1).Times(0.5);
    }
}
