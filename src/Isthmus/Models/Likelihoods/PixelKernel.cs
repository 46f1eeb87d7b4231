using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Information.Numerics;

namespace Isthmus.Models.Likelihoods;

/// <summary>ln p of pixels and its gradient by their parameters, on 16-lane vectors of float32.</summary>
internal interface IPixelKernel
{
    /// <summary>Number of parameters of a pixel's distribution, P.</summary>
    int Parameters { get; }

    /// <summary>Computes ln p of each pixel. The gradient takes the parameters' place.</summary>
    /// <param name="x">Pixels in [0, 1], as many as whole vectors hold.</param>
    /// <param name="parameters">Row p holds parameter p of every pixel.</param>
    /// <param name="logarithms">ln p.</param>
    void LogProbability(ReadOnlySpan<float> x, Span<float> parameters, Span<float> logarithms);
}

/// <summary>Kernel of <see cref="BernoulliLikelihood"/>: ln p = x l - softplus(l), and its gradient x - sigmoid(l).</summary>
internal sealed class BernoulliKernel : IPixelKernel
{
    public int Parameters => 1;

    public void LogProbability(ReadOnlySpan<float> x, Span<float> parameters, Span<float> logarithms)
    {
        for (var at = 0; at < x.Length; at += Vector512<float>.Count)
        {
            var (value, logit) = (Vector512.Create(x[at..]), Vector512.Create<float>(parameters[at..]));
            var (softplus, sigmoid) = PixelVectors.SoftplusAndSigmoid(logit);
            (value * logit - softplus).CopyTo(logarithms[at..]);
            (value - sigmoid).CopyTo(parameters[at..]);
        }
    }
}

/// <summary>Kernel of <see cref="DiscretisedLogisticMixtureLikelihood"/>.</summary>
/// <param name="levels">Levels of a pixel.</param>
/// <param name="components">K.</param>
internal sealed class DiscretisedLogisticMixtureKernel(int levels, int components) : IPixelKernel
{
    public int Parameters => 3 * components;

    public void LogProbability(ReadOnlySpan<float> x, Span<float> parameters, Span<float> logarithms)
    {
        var (stride, step) = (x.Length, 1f / (levels - 1));
        Span<Vector512<float>> masses = stackalloc Vector512<float>[components];
        Span<Vector512<float>> weights = stackalloc Vector512<float>[components];
        for (var at = 0; at < stride; at += Vector512<float>.Count)
        {
            var value = Vector512.Create(x[at..]);
            var largest = Vector512.Create(float.NegativeInfinity);
            var largestLogit = largest;
            for (var k = 0; k < components; k++)
                largestLogit = Vector512.Max(largestLogit, Vector512.Create<float>(parameters[(k * stride + at)..]));
            for (var k = 0; k < components; k++)
            {
                var first = components == 1 ? 0.5f : k / (components - 1f);
                Span<float> mean = parameters[((components + k) * stride + at)..],
                    scale = parameters[((2 * components + k) * stride + at)..];
                var (mass, byMean, byScale) = DiscretisedLogisticKernel.LogMass(
                    value,
                    Vector512.Create<float>(mean) + Vector512.Create(first),
                    Vector512.Create<float>(scale),
                    step
                );
                byMean.CopyTo(mean);
                byScale.CopyTo(scale);
                weights[k] = Vector512.Create<float>(parameters[(k * stride + at)..]) - largestLogit;
                masses[k] = mass + weights[k];
                largest = Vector512.Max(largest, masses[k]);
            }
            var (sum, all) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var k = 0; k < components; k++)
            {
                masses[k] = SimdSpans.Exp(masses[k] - largest);
                weights[k] = SimdSpans.Exp(weights[k]);
                sum += masses[k];
                all += weights[k];
            }
            (largest + Vector512.Log(sum) - Vector512.Log(all)).CopyTo(logarithms[at..]);
            for (var k = 0; k < components; k++)
            {
                // Component k's part of the pixel's probability.
                var share = masses[k] / sum;
                (share - weights[k] / all).CopyTo(parameters[(k * stride + at)..]);
                Span<float> mean = parameters[((components + k) * stride + at)..],
                    scale = parameters[((2 * components + k) * stride + at)..];
                (share * Vector512.Create<float>(mean)).CopyTo(mean);
                (share * Vector512.Create<float>(scale)).CopyTo(scale);
            }
        }
    }
}

/// <summary>Kernel of <see cref="DiscretisedLogisticLikelihood"/>.</summary>
internal static class DiscretisedLogisticKernel
{
    /// <summary>Returns ln p with its gradient by mean and scale. With t = (edge - mean) / s, the gradient of ln sigmoid(t) is sigmoid(-t).</summary>
    /// <param name="x">Pixels in [0, 1].</param>
    /// <param name="mean">The mean of each.</param>
    /// <param name="output">The decoder's output for its scale.</param>
    /// <param name="step">The distance of levels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Mass, Vector512<float> ByMean, Vector512<float> ByScale) LogMass(
        Vector512<float> x,
        Vector512<float> mean,
        Vector512<float> output,
        float step
    )
    {
        var lowest = Vector512.LessThan(x, Vector512.Create(0.25f * step));
        var highest = Vector512.GreaterThan(x, Vector512.Create(1 - 0.25f * step));
        var raw = output + Vector512.Create((float)DiscretisedLogisticLikelihood.FirstLogScale);
        var logScale = Vector512.Min(
            Vector512.Max(raw, Vector512.Create((float)DiscretisedLogisticLikelihood.LeastLogScale)),
            Vector512.Create((float)DiscretisedLogisticLikelihood.MostLogScale)
        );
        var inverse = SimdSpans.Exp(-logScale);
        var (centred, bin) = ((x - mean) * inverse, inverse * step);
        var (upper, lower) = (centred + 0.5f * bin, 0.5f * bin - centred);
        var (below, belowFactor, belowSlope) = PixelVectors.SoftplusParts(-upper);
        var (above, aboveFactor, aboveSlope) = PixelVectors.SoftplusParts(-lower);
        // ln(1 - e^-u) and its slope by ln u, u / (e^u - 1); for small u by their series, where 1 - e^-u would lose its digits.
        var small = Vector512.LessThan(bin, Vector512.Create(0.1f));
        var exponential = SimdSpans.Exp(-bin);
        var rest = Vector512.ConditionalSelect(small, Vector512<float>.One, Vector512<float>.One - exponential);
        var width = Vector512.ConditionalSelect(
            small,
            Vector512.Create(MathF.Log(step)) - logScale - 0.5f * bin + bin * bin * (1 / 24f),
            Vector512<float>.Zero
        );
        var widthSlope = Vector512.ConditionalSelect(small, Vector512<float>.One - 0.5f * bin + bin * bin * (1 / 12f), bin * exponential / rest);
        var ends = lowest | highest;
        (below, belowSlope, belowFactor) = (
            Vector512.AndNot(below, highest),
            Vector512.AndNot(belowSlope, highest),
            Vector512.ConditionalSelect(highest, Vector512<float>.One, belowFactor)
        );
        (above, aboveSlope, aboveFactor) = (
            Vector512.AndNot(above, lowest),
            Vector512.AndNot(aboveSlope, lowest),
            Vector512.ConditionalSelect(lowest, Vector512<float>.One, aboveFactor)
        );
        (width, widthSlope, rest) = (
            Vector512.AndNot(width, ends),
            Vector512.AndNot(widthSlope, ends),
            Vector512.ConditionalSelect(ends, Vector512<float>.One, rest)
        );
        // One logarithm for the three.
        var mass = width - below - above + Vector512.Log(rest / (belowFactor * aboveFactor));
        var byLogInverse = belowSlope * upper + aboveSlope * lower + widthSlope;
        return (mass, inverse * (aboveSlope - belowSlope), Vector512.ConditionalSelect(Vector512.Equals(raw, logScale), -byLogInverse, Vector512<float>.Zero));
    }
}

/// <summary>Functions of 16-lane vectors that the class library lacks.</summary>
internal static class PixelVectors
{
    /// <summary>Returns ln(1 + e^t) and 1 / (1 + e^-t), both from one exponential of -|t|.</summary>
    public static (Vector512<float> Softplus, Vector512<float> Sigmoid) SoftplusAndSigmoid(Vector512<float> t)
    {
        var (positive, factor, sigmoid) = SoftplusParts(t);
        return (positive + Vector512.Log(factor), sigmoid);
    }

    /// <summary>Returns the same before the logarithm: ln(1 + e^t) = positive + ln factor, 1 &lt; factor &lt;= 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Positive, Vector512<float> Factor, Vector512<float> Sigmoid) SoftplusParts(Vector512<float> t)
    {
        var small = SimdSpans.Exp(-Vector512.Abs(t));
        var whole = Vector512<float>.One + small;
        return (
            Vector512.Max(t, Vector512<float>.Zero),
            whole,
            Vector512.ConditionalSelect(Vector512.GreaterThan(t, Vector512<float>.Zero), Vector512<float>.One, small) / whole
        );
    }
}
