using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Information.Numerics;
using Isthmus.Models.Gradients;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// q(z|x) of a family, N(mean(x), diag variance(x)) unless another is chosen, against a prior p(z): z by reparameterisation (Kingma and Welling 2014). The rate
/// is the exact KL(q || p) if the prior has it in closed form, and otherwise ln q(z|x) - ln p(z) at z, whose mean over draws is KL(q || p).
/// </summary>
public sealed class GaussianBottleneck : Bottleneck
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("gaussian", "Gaussian posterior, KL to the prior", [], context => new GaussianBottleneck(
        context.Create<Prior>(),
        context.Create<PosteriorFamily>()
    ))
    {
        Code = CodeKind.DiagonalGaussian,
    };

    private const double LeastLogVariance = PosteriorFamily.LeastLogVariance,
        MostLogVariance = PosteriorFamily.MostLogVariance;

    [ComponentName(Name = "prior")]
    private readonly Prior _prior;

    [ComponentName(Name = "posterior")]
    private readonly PosteriorFamily _posterior;

    /// <summary>Creates a posterior for the codes of that prior: a diagonal Gaussian, unless a family is given.</summary>
    public GaussianBottleneck(Prior prior, PosteriorFamily? posterior = null)
        : base("gaussian", prior.Latent)
    {
        (_prior, _posterior) = (prior, posterior ?? new DiagonalPosteriorFamily(prior.Latent));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int HeadWidth => _posterior.HeadWidth;

    /// <inheritdoc/>
    public override Prior Prior => _prior;

    /// <summary>Family of q(z|x).</summary>
    public PosteriorFamily Posterior => _posterior;

    /// <inheritdoc/>
    public override void Attach(Autoencoder model) => Prior.Attach(x => (DiagonalGaussian)_posterior.Of(model.Head(x)));

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => _posterior is not BatchNormalisedPosteriorFamily;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null) =>
        CodeOf(PosteriorOf(head), sample ? null : zeros([.. head.shape[..^1], Latent], head.dtype, head.device));

    /// <inheritdoc/>
    public override ReparameterisedPosterior PosteriorOf(Tensor head) => _posterior.Of(head);

    /// <inheritdoc/>
    public override Tensor MeanCode(Tensor head) => _posterior.Of(head) is DiagonalGaussian diagonal ? diagonal.Mean : base.MeanCode(head);

    // The charge is one of q and not of z where it is closed.
    /// <inheritdoc/>
    public override Code CodeOf(ReparameterisedPosterior posterior, Tensor? noise)
    {
        // A closed form needs no ln q of the draw.
        if (posterior is DiagonalGaussian diagonal && Prior.UnitDivergence(diagonal) is { } rates)
            return new(noise is null ? posterior.Sample() : diagonal.Place(noise), rates.sum(-1), rates, posterior);
        var draw = noise is null ? posterior.Draw() : posterior.At(noise);
        if (Prior is StandardNormalPrior && posterior.DivergenceFromStandardNormal() is { } rate)
            return new(draw.Z, rate, null, posterior);
        return new(draw.Z, draw.LogProbability - Prior.LogProbability(draw.Z), null, posterior);
    }

    internal override bool IsSeparable(ElboObjective objective) =>
        objective.IsSeparable && Prior is StandardNormalPrior && _posterior is DiagonalPosteriorFamily;

    internal override Tensor? Draw(long count, ElboObjective objective) => IsSeparable(objective) ? RandomOperations.Normal([count, Latent]) : null;

    /// <summary>
    /// Computes the code in two passes: z = m + s e with s = exp(v / 2), and back, with w the weight of the rate over the batch: dL/dm = dL/dz + w m, dL/dv =
    /// dL/dz e s / 2 + w (s^2 - 1) / 2, zero where v is at its bound.
    /// </summary>
    internal override CodePullback Pullback(Tensor head, GradientStep step)
    {
        if (!IsSeparable(step.Objective) || step.Noise is not { } noise)
            return base.Pullback(head, step);
        return head.dtype == ScalarType.BFloat16 ? Pullback<ushort>(head, noise, step) : Pullback<float>(head, noise, step);
    }

    private CodePullback Pullback<T>(Tensor head, Tensor noise, GradientStep step)
        where T : unmanaged
    {
        var z = empty_like(noise, dtype: head.dtype);
        var (rate, weight) = (0.0, (float)(step.Objective.Weight(step.Epoch) / step.BatchSize));
        var e = TensorMemory.Of<float>(noise);
        Span<T> h = TensorMemory.Of<T>(head),
            code = TensorMemory.Of<T>(z);
        for (var row = 0; row < code.Length / Latent; row++)
        {
            ReadOnlySpan<T> mean = h.Slice(2 * row * Latent, Latent),
                logVariance = h.Slice((2 * row + 1) * Latent, Latent);
            ReadOnlySpan<float> draw = e.Slice(row * Latent, Latent);
            var target = code.Slice(row * Latent, Latent);
            var (sum, i) = (Vector512<float>.Zero, 0);
            for (; i <= Latent - SimdSpans.Count; i += SimdSpans.Count)
                sum += Sample<T, SimdSpans.Whole>(mean, logVariance, draw, target, i);
            if (i < Latent)
                sum += Sample<T, SimdSpans.Rest>(mean, logVariance, draw, target, i);
            rate += 0.5 * Vector512.Sum(sum);
        }
        return new(z, rate, gradient => HeadGradient<T>(head, noise, gradient.to(head.dtype), weight));
    }

    /// <summary>Computes z of some units, and returns twice their rate. Zeros past the end cost nothing: 0 + exp(0) - 1 - 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sample<T, TReach>(ReadOnlySpan<T> mean, ReadOnlySpan<T> logVariance, ReadOnlySpan<float> draw, Span<T> target, int i)
        where T : unmanaged
    {
        var (m, v) = (SimdSpans.Load<T, TReach>(mean, i), Bounded(SimdSpans.Load<T, TReach>(logVariance, i)));
        var deviation = SimdSpans.Exp(v * 0.5f);
        SimdSpans.Store<T, TReach>(target, i, m + deviation * SimdSpans.Load<float, TReach>(draw, i));
        return m * m + deviation * deviation - Vector512<float>.One - v;
    }

    private Tensor HeadGradient<T>(Tensor head, Tensor noise, Tensor gradient, float weight)
        where T : unmanaged
    {
        var result = empty_like(head);
        var e = TensorMemory.Of<float>(noise);
        Span<T> h = TensorMemory.Of<T>(head),
            above = TensorMemory.Of<T>(gradient),
            below = TensorMemory.Of<T>(result);
        for (var row = 0; row < above.Length / Latent; row++)
        {
            ReadOnlySpan<T> mean = h.Slice(2 * row * Latent, Latent),
                logVariance = h.Slice((2 * row + 1) * Latent, Latent),
                g = above.Slice(row * Latent, Latent);
            ReadOnlySpan<float> draw = e.Slice(row * Latent, Latent);
            Span<T> ofMean = below.Slice(2 * row * Latent, Latent),
                ofLogVariance = below.Slice((2 * row + 1) * Latent, Latent);
            var i = 0;
            for (; i <= Latent - SimdSpans.Count; i += SimdSpans.Count)
                Differentiate<T, SimdSpans.Whole>(mean, logVariance, g, draw, ofMean, ofLogVariance, weight, i);
            if (i < Latent)
                Differentiate<T, SimdSpans.Rest>(mean, logVariance, g, draw, ofMean, ofLogVariance, weight, i);
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Differentiate<T, TReach>(
        ReadOnlySpan<T> mean,
        ReadOnlySpan<T> logVariance,
        ReadOnlySpan<T> g,
        ReadOnlySpan<float> draw,
        Span<T> ofMean,
        Span<T> ofLogVariance,
        float weight,
        int i
    )
        where T : unmanaged
    {
        var (given, z) = (SimdSpans.Load<T, TReach>(logVariance, i), SimdSpans.Load<T, TReach>(g, i));
        var v = Bounded(given);
        var deviation = SimdSpans.Exp(v * 0.5f);
        SimdSpans.Store<T, TReach>(ofMean, i, z + weight * SimdSpans.Load<T, TReach>(mean, i));
        var slope = 0.5f * (z * SimdSpans.Load<float, TReach>(draw, i) * deviation + weight * (deviation * deviation - Vector512<float>.One));
        SimdSpans.Store<T, TReach>(ofLogVariance, i, Vector512.ConditionalSelect(Vector512.Equals(v, given), slope, Vector512<float>.Zero));
    }

    // A comparison with NaN is false, so a NaN stays one.
    private static Vector512<float> Bounded(Vector512<float> v)
    {
        v = Vector512.ConditionalSelect(Vector512.LessThan(v, Vector512.Create((float)LeastLogVariance)), Vector512.Create((float)LeastLogVariance), v);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(v, Vector512.Create((float)MostLogVariance)), Vector512.Create((float)MostLogVariance), v);
    }
}
