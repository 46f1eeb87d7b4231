using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>
/// q(z|x) = N(mean, diag variance) whose means are brought to a deviation of g over the batch, mean = g (m - batch mean of m) / batch deviation of m + b, b
/// learnt (Zhu et al. 2020). As sum_j mean_j^2 is then at least L g^2 in mean, the rate stays above L g^2 / 2 nats, and a code of means that differ from record
/// to record is at hand. The posterior of a record depends on its batch in training. Outside training the running mean and deviation take the batch's place.
/// </summary>
public sealed class BatchNormalisedPosteriorFamily : PosteriorFamily
{
    internal static readonly Setting<double> Deviation = SettingKinds.Number(
        "mean-deviation",
        0.6,
        "standard deviation over a batch that the means of q(z|x) are brought to, g",
        least: 0
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<PosteriorFamily> Part = new(
        "batch-normalised",
        "a Gaussian of independent units whose means keep a deviation over each batch",
        [Deviation],
        context => new BatchNormalisedPosteriorFamily(context.Latent, context.Get(Deviation))
    )
    {
        Code = CodeKind.DiagonalGaussian,
    };

    [ComponentName(Name = "norm")]
    private readonly BatchNormalisation _norm;

    [ComponentName(Name = "shift")]
    private readonly Parameter _shift;

    /// <summary>Creates the family.</summary>
    /// <param name="latent">Numbers in a code, L.</param>
    /// <param name="deviation">Deviation of the means over a batch, g.</param>
    public BatchNormalisedPosteriorFamily(int latent, double deviation)
        : base("batch-normalised", latent)
    {
        MeanDeviation = deviation;
        _norm = new(latent, affine: false);
        _shift = SeededLayers.Zeros(latent);
        RegisterComponents();
    }

    /// <summary>Deviation of the means over a batch, g.</summary>
    public double MeanDeviation { get; }

    /// <summary>Normalisation of the means, before g and b.</summary>
    internal BatchNormalisation Norm => _norm;

    /// <summary>What is added to the means, b, L.</summary>
    internal Parameter Shift => _shift;

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent;

    /// <inheritdoc/>
    public override ReparameterisedPosterior Of(Tensor head)
    {
        var given = DiagonalPosteriorFamily.Gaussian(head);
        var means = _norm.call(given.Mean.reshape(-1, Latent)).view(given.Mean.shape);
        return new DiagonalGaussian(means.Times(MeanDeviation).Plus(_shift), given.LogVariance);
    }
}
