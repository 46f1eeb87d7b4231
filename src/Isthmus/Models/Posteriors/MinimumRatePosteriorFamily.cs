using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>
/// q(z|x) = N(mean, diag variance) whose variances stay below s, so that its rate against N(0, I) is at least d nats whatever the means are (delta-VAE, Razavi
/// et al. 2019): s &lt; 1 solves (s - 1 - ln s) / 2 = d / L, and ln variance = ln s - softplus(-v) of the encoder's v. What is paid in any case may as well be
/// used.
/// </summary>
public sealed class MinimumRatePosteriorFamily : PosteriorFamily
{
    internal static readonly Setting<double> Rate = SettingKinds.Number(
        "least-rate",
        3,
        "nats that the rate of a code cannot fall below, d",
        least: 0,
        most: 1000
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<PosteriorFamily> Part = new(
        "minimum-rate",
        "a Gaussian of independent units whose variances are too small for a rate below a minimum",
        [Rate],
        context => new MinimumRatePosteriorFamily(context.Latent, context.Get(Rate))
    )
    {
        Code = CodeKind.DiagonalGaussian,
    };

    /// <summary>Creates the family.</summary>
    /// <param name="latent">Numbers in a code, L.</param>
    /// <param name="rate">Least rate of a code, d nats.</param>
    public MinimumRatePosteriorFamily(int latent, double rate)
        : base("minimum-rate", latent) => MostLogVarianceOfUnit = LogVarianceAt(rate / latent);

    /// <summary>ln s, the log variance that no unit reaches.</summary>
    public double MostLogVarianceOfUnit { get; }

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent;

    /// <inheritdoc/>
    public override ReparameterisedPosterior Of(Tensor head)
    {
        var halves = head.chunk(2, -1);
        return new DiagonalGaussian(halves[0], nn.functional.logsigmoid(halves[1]).Plus(MostLogVarianceOfUnit).ClampMin(LeastLogVariance));
    }

    /// <summary>Returns the v at most 0 with (e^v - 1 - v) / 2 = rate, by bisection: the left side falls all the way to 0.</summary>
    private static double LogVarianceAt(double rate)
    {
        var (low, high) = (-2 * rate - 2, 0.0);
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            if ((Math.Exp(middle) - 1 - middle) / 2 > rate)
                low = middle;
            else
                high = middle;
        }
        return low;
    }
}
