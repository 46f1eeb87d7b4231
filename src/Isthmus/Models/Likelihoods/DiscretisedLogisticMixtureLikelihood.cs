using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// A pixel of L levels by a mixture of K logistic distributions rounded to levels (Salimans et al. 2017):
/// <code>p(x) = sum_k w_k [sigmoid((x+ - m_k) / s_k) - sigmoid((x- - m_k) / s_k)],</code>
/// x- and x+ the edges of the level's bin, the end levels taking the tails. The decoder gives K logits of w, then K means,
/// then K log scales. Two components already have a mode at each end of the range and say how sure they are. A probability.
/// </summary>
public sealed class DiscretisedLogisticMixtureLikelihood(int dimension, int levels, int components)
    : Likelihood("discretised-logistic-mixture", dimension, 3 * components)
{
    /// <summary>Number of logistic distributions.</summary>
    public static readonly Setting<int> ComponentsSetting = SettingKinds.Whole("components", 3, "logistic distributions mixed for each pixel", 1, 32);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new(
        "discretised-logistic-mixture",
        "8-bit pixels by a mixture of logistic distributions rounded to levels",
        [ComponentsSetting],
        context =>
        {
            var image = context.Schema.Demand<ImageSchema>(
                $"The discretised-logistic-mixture likelihood is for pixels, and this is {context.Schema}",
                "take gaussian"
            );
            return new DiscretisedLogisticMixtureLikelihood(image.Dimension, image.Levels, context.Get(ComponentsSetting));
        }
    );

    // Levels that the mode is looked for among at a time.
    private const int LevelsAtOnce = 32;

    private readonly double _step = 1.0 / (levels - 1);

    /// <summary>Number of logistic distributions, K.</summary>
    public int Components { get; } = components;

    /// <summary>Number of values of a pixel.</summary>
    internal int Levels => levels;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => LogProbabilityOfEach(x, parameters).sum(-1);

    /// <inheritdoc/>
    internal override Tensor LogProbabilityOfEach(Tensor x, Tensor parameters) => LogMass(x, Mixture(parameters));

    /// <inheritdoc/>
    public override Tensor Mean(Tensor parameters)
    {
        var (logWeights, means, inverseScales) = Mixture(parameters);
        return (logWeights.exp() * DiscretisedLogisticLikelihood.Mean(means, inverseScales, levels)).sum(-2);
    }

    /// <summary>Returns the most likely level, found by trying all.</summary>
    public override Tensor Mode(Tensor parameters)
    {
        var (logWeights, means, inverseScales) = Mixture(parameters);
        Tensor? best = null,
            mode = null;
        for (var first = 0; first < levels; first += LevelsAtOnce)
        {
            var some = ScalarOperations.Range(first, Math.Min(levels, first + LevelsAtOnce), dtype: parameters.dtype, device: parameters.device).Times(_step);
            var (highest, place) = LogMass(some.view([-1, .. Enumerable.Repeat(1L, (int)parameters.dim())]), (logWeights, means, inverseScales)).max(0);
            var levelsThere = some.index_select(0, place.flatten()).view(place.shape);
            mode = best is null ? levelsThere : where(highest.gt(best), levelsThere, mode!);
            best = best is null ? highest : maximum(best, highest);
        }
        return mode!;
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters)
    {
        var (logWeights, means, inverseScales) = Mixture(parameters);
        // Gumbel-max: argmax(ln w - ln(-ln u)) is a draw from w (Gumbel 1954).
        var gumbel = -(-logWeights.UniformLike().ClampMin(1e-20).log()).log();
        var chosen = logWeights.Plus(gumbel).argmax(-2, keepdim: true);
        return DiscretisedLogisticLikelihood.Sample(means.gather(-2, chosen).squeeze(-2), inverseScales.gather(-2, chosen).squeeze(-2), _step);
    }

    /// <summary>Returns the mean of component k if the decoder gives 0: spread evenly over [0, 1].</summary>
    internal static double FirstMean(int k, int components) => components == 1 ? 0.5 : k / (components - 1.0);

    private Tensor LogMass(Tensor x, (Tensor LogWeights, Tensor Means, Tensor InverseScales) mixture) =>
        mixture.LogWeights.Plus(DiscretisedLogisticLikelihood.LogMass(x.unsqueeze(-2), mixture.Means, mixture.InverseScales, _step)).logsumexp(-2);

    /// <summary>Returns weights, means and scales, each ... x K x D.</summary>
    private (Tensor LogWeights, Tensor Means, Tensor InverseScales) Mixture(Tensor parameters)
    {
        var three = parameters.view([.. parameters.shape[..^1], 3, Components, Dimension]).unbind(-3);
        var first = tensor(Enumerable.Range(0, Components).Select(k => FirstMean(k, Components)).ToArray(), parameters.dtype, parameters.device).unsqueeze(-1);
        return (three[0].log_softmax(-2), three[1].Plus(first), DiscretisedLogisticLikelihood.InverseScale(three[2]));
    }
}
