using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>q(z|x) = N(mean, diag variance): L means, then L log variances (Kingma and Welling 2014).</summary>
public sealed class DiagonalPosteriorFamily(int latent) : PosteriorFamily("diagonal", latent)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<PosteriorFamily> Part = new("diagonal", "a Gaussian whose units are independent", [], context => new DiagonalPosteriorFamily(
        context.Latent
    ))
    {
        Code = CodeKind.DiagonalGaussian,
    };

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent;

    /// <inheritdoc/>
    public override ReparameterisedPosterior Of(Tensor head) => Gaussian(head);

    /// <summary>Returns the posterior as a diagonal Gaussian.</summary>
    internal static DiagonalGaussian Gaussian(Tensor head)
    {
        var halves = head.chunk(2, -1);
        return new(halves[0], halves[1].Clamp(LeastLogVariance, MostLogVariance));
    }
}
