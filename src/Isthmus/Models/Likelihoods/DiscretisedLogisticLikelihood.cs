using Isthmus.Data;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// A pixel of L levels as a logistic variable of mean m and scale s, rounded to the nearest level, the two ends taking
/// the tails (Kingma et al. 2016; Salimans et al. 2017): with a, b the bin's edges on the scale (edge - m) / s,
/// <code>p = sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b)),</code>
/// whose right side keeps every digit in the tails. A probability.
/// </summary>
public sealed class DiscretisedLogisticLikelihood(int dimension, int levels) : Likelihood("discretised-logistic", dimension, 2)
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("discretised-logistic", "8-bit pixels by a logistic distribution rounded to levels", [], context => context.Schema is ImageSchema image
        ? new DiscretisedLogisticLikelihood(image.Dimension, image.Levels)
        : throw new InvalidInputException($"The discretised-logistic likelihood is for pixels, and this is {context.Schema}; take gaussian."));

    // The scale starts at e^-2 of the range, and never falls below e^-7, a quarter of an 8-bit level. Above e^7 nothing
    // is left of the range but its two ends; far above, a bin's width underflows to 0 and its logarithm's gradient to NaN.
    internal const double FirstLogScale = -2, LeastLogScale = -7, MostLogScale = 7;

    private readonly double _step = 1.0 / (levels - 1);

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        var centred = (x - mean) * inverseScale;
        var half = inverseScale * (0.5 * _step);
        // Levels are _step apart and exactly 0 and 1 at the ends, so a quarter of a step tells the ends apart.
        var lowest = x.lt(0.25 * _step);
        var highest = x.gt(1 - 0.25 * _step);
        var below = nn.functional.logsigmoid(centred + half).masked_fill(highest, 0);
        var above = nn.functional.logsigmoid(half - centred).masked_fill(lowest, 0);
        var width = (-(-2 * half).expm1()).log().masked_fill(lowest.logical_or(highest), 0);
        return (below + above + width).sum(-1);
    }

    /// <summary>E[x|z] = sum over k = 1 .. L - 1 of P(level at least k), over L - 1.</summary>
    public override Tensor Mean(Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        var sum = zeros_like(mean);
        for (var k = 1; k < levels; k++)
        {
            using var scope = NewDisposeScope();
            sum.add_(sigmoid((mean - (k - 0.5) * _step) * inverseScale));
        }
        return sum * _step;
    }

    /// <summary>The likelier of the level nearest to the mean and the two ends, which have the tails besides.</summary>
    public override Tensor Mode(Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        var nearest = (mean.clamp(0, 1) / _step).round() * _step;
        var interior = Edge(mean, inverseScale, nearest + 0.5 * _step) - Edge(mean, inverseScale, nearest - 0.5 * _step);
        var low = Edge(mean, inverseScale, 0.5 * _step);
        var high = 1 - Edge(mean, inverseScale, 1 - 0.5 * _step);
        var end = high.gt(low).to(mean.dtype);
        return where(interior.lt(maximum(low, high)), end, nearest);
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        var uniform = rand_like(mean).clamp(1e-7, 1 - 1e-7);
        var drawn = mean + (uniform.log() - (1 - uniform).log()) / inverseScale;
        return (drawn.clamp(0, 1) / _step).round() * _step;
    }

    private static Tensor Edge(Tensor mean, Tensor inverseScale, Tensor edge) => sigmoid((edge - mean) * inverseScale);

    private static Tensor Edge(Tensor mean, Tensor inverseScale, double edge) => sigmoid((edge - mean) * inverseScale);

    private (Tensor Mean, Tensor InverseScale) MeanAndInverseScale(Tensor parameters)
    {
        var split = Split(parameters);
        return (split[0] + 0.5, (-(split[1] + FirstLogScale).clamp(LeastLogScale, MostLogScale)).exp());
    }
}
