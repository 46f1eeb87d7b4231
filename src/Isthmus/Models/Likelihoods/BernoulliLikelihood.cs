using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Information.Numerics;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// Binary x, with logits l from the decoder: ln p = sum x l - softplus(l). A probability, for data that is 0 or 1;
/// grey pixels would make it neither.
/// </summary>
public sealed class BernoulliLikelihood(int dimension) : RowLikelihood("bernoulli", dimension, 1)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("bernoulli", "binary pixels", [], context => new BernoulliLikelihood(
        context
            .Schema.Demand<ImageSchema>(
                $"The bernoulli likelihood is for binary data, and this is {context.Schema}",
                "take discretised-logistic, categorical or gaussian",
                image => image.Levels == 2
            )
            .Dimension
    ));

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => LogProbabilityOfEach(x, parameters).sum(-1);

    /// <inheritdoc/>
    internal override Tensor LogProbabilityOfEach(Tensor x, Tensor parameters) => x * parameters - parameters.Softplus();

    /// <inheritdoc/>
    public override Tensor Mean(Tensor parameters) => sigmoid(parameters);

    /// <inheritdoc/>
    public override Tensor Mode(Tensor parameters) => parameters.Above(0).to(parameters.dtype);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters) => sigmoid(parameters).Bernoulli();

    /// <summary>
    /// Computes the distortion and its gradient. With e = exp(-|l|), softplus(l) = max(l, 0) + ln(1 + e), and its derivative sigmoid(l) from the same e. The
    /// sum of the logarithms is that of a product, which 100 factors of at most 2 keep in range.
    /// </summary>
    private protected override double Distortion<T>(ReadOnlySpan<float> x, ReadOnlySpan<T> parameters, Span<T> gradient, float share) =>
        gradient.IsEmpty ? Distortion<T, LossAlone>(x, parameters, gradient, share) : Distortion<T, WithGradient>(x, parameters, gradient, share);

    private static double Distortion<T, TWanted>(ReadOnlySpan<float> bits, ReadOnlySpan<T> logits, Span<T> gradient, float share)
        where T : unmanaged
    {
        const int FactorsAtOnce = 100;
        var (sum, product, factors, i) = (Vector512<float>.Zero, Vector512<float>.One, 0, 0);
        for (; i <= bits.Length - SimdSpans.Count; i += SimdSpans.Count)
        {
            sum += Differentiate<T, TWanted, SimdSpans.Whole>(bits, logits, gradient, share, i, out var factor);
            product *= factor;
            if (++factors == FactorsAtOnce)
                (sum, product, factors) = (sum + Vector512.Log(product), Vector512<float>.One, 0);
        }
        if (i < bits.Length)
        {
            sum += Differentiate<T, TWanted, SimdSpans.Rest>(bits, logits, gradient, share, i, out var factor);
            // The factor 2 of each zero past the end must not count.
            product *= Vector512.ConditionalSelect(
                Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)(bits.Length - i))),
                factor,
                Vector512<float>.One
            );
        }
        return Vector512.Sum(sum + Vector512.Log(product));
    }

    /// <summary>Returns max(l, 0) - x l, and 1 + e.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Differentiate<T, TWanted, TReach>(
        ReadOnlySpan<float> bits,
        ReadOnlySpan<T> logits,
        Span<T> gradient,
        float share,
        int i,
        out Vector512<float> factor
    )
        where T : unmanaged
    {
        var (bit, logit) = (SimdSpans.Load<float, TReach>(bits, i), SimdSpans.Load<T, TReach>(logits, i));
        var e = SimdSpans.Exp(-Vector512.Abs(logit));
        factor = Vector512<float>.One + e;
        var positive = Vector512.GreaterThan(logit, Vector512<float>.Zero);
        if (typeof(TWanted) == typeof(WithGradient))
        {
            var sigmoid = Vector512.ConditionalSelect(positive, Vector512<float>.One, e) / factor;
            SimdSpans.Store<T, TReach>(gradient, i, (sigmoid - bit) * share);
        }
        return Vector512.ConditionalSelect(positive, logit, Vector512<float>.Zero) - bit * logit;
    }

    private readonly struct WithGradient;

    private readonly struct LossAlone;
}
