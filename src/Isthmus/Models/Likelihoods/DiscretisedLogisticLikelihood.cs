using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Information.Numerics;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// A pixel of L levels as a logistic variable of mean m and scale s, rounded to the nearest level, the two ends taking
/// the tails (Kingma et al. 2016; Salimans et al. 2017): with a, b the bin's edges on the scale (edge - m) / s,
/// <code>p = sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b)),</code>
/// whose right side keeps every digit in the tails. A probability.
/// </summary>
public sealed class DiscretisedLogisticLikelihood(int dimension, int levels) : RowLikelihood("discretised-logistic", dimension, 2)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("discretised-logistic", "8-bit pixels by a logistic distribution rounded to levels", [], context =>
    {
        var image = context.Schema.Demand<ImageSchema>($"The discretised-logistic likelihood is for pixels, and this is {context.Schema}", "take gaussian");
        return new DiscretisedLogisticLikelihood(image.Dimension, image.Levels);
    });

    // The scale starts at e^-2 of the range, and never falls below e^-7, a quarter of an 8-bit level. Above e^7 nothing
    // is left of the range but its two ends; far above, a bin's width underflows to 0 and its logarithm's gradient to NaN.
    internal const double FirstLogScale = -2,
        LeastLogScale = -7,
        MostLogScale = 7;

    // Numbers in a tensor of several levels.
    private const long NumbersAtOnce = 1 << 18;

    private readonly double _step = 1.0 / (levels - 1);

    /// <summary>Number of values of a pixel.</summary>
    internal int Levels => levels;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => LogProbabilityOfEach(x, parameters).sum(-1);

    /// <inheritdoc/>
    internal override Tensor LogProbabilityOfEach(Tensor x, Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        return LogMass(x, mean, inverseScale, _step);
    }

    private protected override double Distortion<T>(ReadOnlySpan<float> x, ReadOnlySpan<T> parameters, Span<T> gradient, float share)
    {
        var (sum, i) = (Vector512<float>.Zero, 0);
        for (; i <= x.Length - SimdSpans.Count; i += SimdSpans.Count)
            sum += LogMass<T, SimdSpans.Whole>(x, parameters, gradient, share, i);
        if (i < x.Length)
            // Pixels past the end must not count.
            sum += Vector512.ConditionalSelect(
                Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)(x.Length - i))),
                LogMass<T, SimdSpans.Rest>(x, parameters, gradient, share, i),
                Vector512<float>.Zero
            );
        return -Vector512.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> LogMass<T, TReach>(ReadOnlySpan<float> x, ReadOnlySpan<T> parameters, Span<T> gradient, float share, int i)
        where T : unmanaged
    {
        var (mass, byMean, byScale) = DiscretisedLogisticKernel.LogMass(
            SimdSpans.Load<float, TReach>(x, i),
            SimdSpans.Load<T, TReach>(parameters[..Dimension], i) + Vector512.Create(0.5f),
            SimdSpans.Load<T, TReach>(parameters[Dimension..], i),
            (float)_step
        );
        if (!gradient.IsEmpty)
        {
            SimdSpans.Store<T, TReach>(gradient[..Dimension], i, -share * byMean);
            SimdSpans.Store<T, TReach>(gradient[Dimension..], i, -share * byScale);
        }
        return mass;
    }

    /// <summary>Returns E[x|z] = sum over k = 1 .. L - 1 of P(level at least k), over L - 1.</summary>
    public override Tensor Mean(Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        return Mean(mean, inverseScale, levels);
    }

    /// <summary>Returns ln p of each level x, with levels <paramref name="step"/> apart from 0 to 1.</summary>
    internal static Tensor LogMass(Tensor x, Tensor mean, Tensor inverseScale, double step)
    {
        var centred = (x - mean) * inverseScale;
        var half = inverseScale.Times(0.5 * step);
        // Levels are a step apart and exactly 0 and 1 at the ends, so a quarter of a step tells the ends apart.
        var lowest = x.Below(0.25 * step);
        var highest = x.Above(1 - 0.25 * step);
        var below = nn.functional.logsigmoid(centred.Plus(half)).MaskedFill(highest, 0);
        var above = nn.functional.logsigmoid(half - centred).MaskedFill(lowest, 0);
        var width = (-half.Times(-2).expm1()).log().MaskedFill(lowest.logical_or(highest), 0);
        return below.Plus(above).Plus(width);
    }

    /// <summary>Returns the mean of each pixel.</summary>
    internal static Tensor Mean(Tensor mean, Tensor inverseScale, int levels)
    {
        // A few levels at a time where the tensors are small, so that a call costs more than its overhead.
        var together = (int)Math.Clamp(NumbersAtOnce / Math.Max(1, mean.numel()), 1, levels - 1);
        var sum = zeros_like(mean);
        for (var first = 1; first < levels; first += together)
        {
            using var scope = NewDisposeScope();
            var edges = ScalarOperations.Range(first, Math.Min(levels, first + together), dtype: mean.dtype, device: mean.device).Minus(0.5).Over(levels - 1);
            sum.AddInPlace(sigmoid((mean.unsqueeze(-1) - edges) * inverseScale.unsqueeze(-1)).sum(-1));
        }
        return sum.Over(levels - 1);
    }

    /// <summary>Returns 1 / s from the decoder's output for the scale.</summary>
    internal static Tensor InverseScale(Tensor output) => (-output.Plus(FirstLogScale).Clamp(LeastLogScale, MostLogScale)).exp();

    /// <summary>Draws from the logistic distribution, rounded to the nearest level.</summary>
    internal static Tensor Sample(Tensor mean, Tensor inverseScale, double step)
    {
        var uniform = mean.UniformLike().Clamp(1e-7, 1 - 1e-7);
        var drawn = mean.Plus((uniform.log() - uniform.From(1).log()) / inverseScale);
        return drawn.Clamp(0, 1).Over(step).round().Times(step);
    }

    /// <summary>Returns the more likely of the level nearest to the mean and the two ends, which have the tails.</summary>
    public override Tensor Mode(Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        var nearest = mean.Clamp(0, 1).Over(_step).round().Times(_step);
        var interior = Edge(mean, inverseScale, nearest.Plus(0.5 * _step)) - Edge(mean, inverseScale, nearest.Minus(0.5 * _step));
        var low = Edge(mean, inverseScale, 0.5 * _step);
        var high = Edge(mean, inverseScale, 1 - 0.5 * _step).From(1);
        var end = high.gt(low).to(mean.dtype);
        return where(interior.lt(maximum(low, high)), end, nearest);
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters)
    {
        var (mean, inverseScale) = MeanAndInverseScale(parameters);
        return Sample(mean, inverseScale, _step);
    }

    private static Tensor Edge(Tensor mean, Tensor inverseScale, Tensor edge) => sigmoid((edge - mean) * inverseScale);

    private static Tensor Edge(Tensor mean, Tensor inverseScale, double edge) => sigmoid(mean.From(edge) * inverseScale);

    private (Tensor Mean, Tensor InverseScale) MeanAndInverseScale(Tensor parameters)
    {
        var split = Split(parameters);
        return (split[0].Plus(0.5), InverseScale(split[1]));
    }
}
