using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Models.Gradients;
using Isthmus.Models.Objectives;
using Isthmus.Models.Priors;
using Isthmus.Tensors;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// q(z|x) = N(mean(x), diag variance(x)) against the prior N(0, I): z by reparameterisation, the rate is the exact
/// KL(q || p) (Kingma and Welling 2014). The encoder gives L means, then L log variances.
/// </summary>
public sealed class GaussianBottleneck(int latent) : Bottleneck("gaussian", latent)
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("gaussian", "diagonal Gaussian posterior, standard normal prior, exact KL", [], context => new GaussianBottleneck(context.Latent));

    // exp(10) and exp(-20) are far outside what a trained posterior uses; the bound only keeps early steps finite.
    private const double LeastLogVariance = -20, MostLogVariance = 10;

    /// <inheritdoc/>
    public override int HeadWidth => 2 * Latent;

    /// <inheritdoc/>
    public override bool IsVariational => true;

    /// <summary>p(z).</summary>
    public StandardNormalPrior Prior { get; } = new(latent);

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var posterior = PosteriorOf(head);
        var rates = posterior.UnitDivergenceFromStandardNormal();
        return new(sample ? posterior.Sample() : posterior.Mean, rates.sum(-1), rates, posterior);
    }

    /// <summary>q(z|x): L means, then L log variances.</summary>
    internal static DiagonalGaussian PosteriorOf(Tensor head)
    {
        var halves = head.chunk(2, -1);
        return new(halves[0], halves[1].clamp(LeastLogVariance, MostLogVariance));
    }

    internal override bool IsSeparable(ElboObjective objective) => objective.FreeNats == 0;

    internal override Tensor? Draw(long count, ElboObjective objective) => IsSeparable(objective) ? randn(count, Latent) : null;

    /// <summary>
    /// The same numbers in two passes: z = m + s e with s = exp(v / 2), and back, with w the weight of the rate over the
    /// batch: dL/dm = dL/dz + w m, dL/dv = dL/dz e s / 2 + w (s^2 - 1) / 2, zero where v is at its bound.
    /// </summary>
    internal override CodePullback Pullback(Tensor head, GradientStep step)
    {
        if (!IsSeparable(step.Objective) || step.Noise is not { } noise)
            return base.Pullback(head, step);
        return head.dtype == ScalarType.BFloat16 ? Pullback<ushort>(head, noise, step) : Pullback<float>(head, noise, step);
    }

    private CodePullback Pullback<T>(Tensor head, Tensor noise, GradientStep step) where T : unmanaged
    {
        var z = empty_like(noise, dtype: head.dtype);
        var (rate, weight) = (0.0, (float)(step.Objective.Weight(step.Epoch) / step.BatchSize));
        var e = Lanes.Of<float>(noise);
        Span<T> h = Lanes.Of<T>(head), code = Lanes.Of<T>(z);
        for (var row = 0; row < code.Length / Latent; row++)
        {
            ReadOnlySpan<T> mean = h.Slice(2 * row * Latent, Latent), logVariance = h.Slice((2 * row + 1) * Latent, Latent);
            ReadOnlySpan<float> draw = e.Slice(row * Latent, Latent);
            var target = code.Slice(row * Latent, Latent);
            var (sum, i) = (Vector512<float>.Zero, 0);
            for (; i <= Latent - Lanes.Count; i += Lanes.Count)
                sum += Sample<T, Lanes.Whole>(mean, logVariance, draw, target, i);
            if (i < Latent)
                sum += Sample<T, Lanes.Rest>(mean, logVariance, draw, target, i);
            rate += 0.5 * Vector512.Sum(sum);
        }
        return new(z, rate, gradient => HeadGradient<T>(head, noise, gradient.to(head.dtype), weight));
    }

    /// <summary>z of some units, and twice their rate. Zeros past the end cost nothing: 0 + exp(0) - 1 - 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sample<T, TReach>(ReadOnlySpan<T> mean, ReadOnlySpan<T> logVariance, ReadOnlySpan<float> draw, Span<T> target, int i) where T : unmanaged
    {
        var (m, v) = (Lanes.Load<T, TReach>(mean, i), Bounded(Lanes.Load<T, TReach>(logVariance, i)));
        var deviation = Lanes.Exp(v * 0.5f);
        Lanes.Store<T, TReach>(target, i, m + deviation * Lanes.Load<float, TReach>(draw, i));
        return m * m + deviation * deviation - Vector512<float>.One - v;
    }

    private Tensor HeadGradient<T>(Tensor head, Tensor noise, Tensor gradient, float weight) where T : unmanaged
    {
        var result = empty_like(head);
        var e = Lanes.Of<float>(noise);
        Span<T> h = Lanes.Of<T>(head), above = Lanes.Of<T>(gradient), below = Lanes.Of<T>(result);
        for (var row = 0; row < above.Length / Latent; row++)
        {
            ReadOnlySpan<T> mean = h.Slice(2 * row * Latent, Latent), logVariance = h.Slice((2 * row + 1) * Latent, Latent), g = above.Slice(row * Latent, Latent);
            ReadOnlySpan<float> draw = e.Slice(row * Latent, Latent);
            Span<T> ofMean = below.Slice(2 * row * Latent, Latent), ofLogVariance = below.Slice((2 * row + 1) * Latent, Latent);
            var i = 0;
            for (; i <= Latent - Lanes.Count; i += Lanes.Count)
                Differentiate<T, Lanes.Whole>(mean, logVariance, g, draw, ofMean, ofLogVariance, weight, i);
            if (i < Latent)
                Differentiate<T, Lanes.Rest>(mean, logVariance, g, draw, ofMean, ofLogVariance, weight, i);
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Differentiate<T, TReach>(ReadOnlySpan<T> mean, ReadOnlySpan<T> logVariance, ReadOnlySpan<T> g, ReadOnlySpan<float> draw, Span<T> ofMean, Span<T> ofLogVariance, float weight, int i) where T : unmanaged
    {
        var (given, z) = (Lanes.Load<T, TReach>(logVariance, i), Lanes.Load<T, TReach>(g, i));
        var v = Bounded(given);
        var deviation = Lanes.Exp(v * 0.5f);
        Lanes.Store<T, TReach>(ofMean, i, z + weight * Lanes.Load<T, TReach>(mean, i));
        var slope = 0.5f * (z * Lanes.Load<float, TReach>(draw, i) * deviation + weight * (deviation * deviation - Vector512<float>.One));
        Lanes.Store<T, TReach>(ofLogVariance, i, Vector512.ConditionalSelect(Vector512.Equals(v, given), slope, Vector512<float>.Zero));
    }

    // A comparison with NaN is false, so a NaN stays one.
    private static Vector512<float> Bounded(Vector512<float> v)
    {
        v = Vector512.ConditionalSelect(Vector512.LessThan(v, Vector512.Create((float)LeastLogVariance)), Vector512.Create((float)LeastLogVariance), v);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(v, Vector512.Create((float)MostLogVariance)), Vector512.Create((float)MostLogVariance), v);
    }
}
