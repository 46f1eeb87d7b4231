using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Data;
using Isthmus.Models.Gradients;
using Isthmus.Tensors;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// Binary x, with logits l from the decoder: ln p = sum x l - softplus(l). A probability, for data that is 0 or 1;
/// grey pixels would make it neither.
/// </summary>
public sealed class BernoulliLikelihood(int dimension) : Likelihood("bernoulli", dimension, 1)
{
    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("bernoulli", "binary pixels", [], context => context.Schema is ImageSchema { Levels: 2 }
        ? new BernoulliLikelihood(context.Schema.Dimension)
        : throw new InvalidInputException($"The bernoulli likelihood is for binary data, and this is {context.Schema}; take discretised-logistic, categorical or gaussian."));

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => (x * parameters - nn.functional.softplus(parameters)).sum(-1);

    /// <inheritdoc/>
    public override Tensor Mean(Tensor parameters) => sigmoid(parameters);

    /// <inheritdoc/>
    public override Tensor Mode(Tensor parameters) => parameters.gt(0).to(parameters.dtype);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters) => bernoulli(sigmoid(parameters));

    internal override bool IsSeparable => true;

    /// <summary>One pass: with e = exp(-|l|), softplus(l) = max(l, 0) + ln(1 + e), and its derivative sigmoid(l) from the same e.</summary>
    internal override DistortionPullback Pullback(Tensor x, Tensor parameters, GradientStep step) =>
        parameters.dtype == ScalarType.BFloat16 ? Pullback<ushort>(x, parameters, step) : Pullback<float>(x, parameters, step);

    private DistortionPullback Pullback<T>(Tensor x, Tensor parameters, GradientStep step) where T : unmanaged
    {
        var gradient = empty_like(parameters);
        var (share, distortion) = (1f / step.BatchSize, 0.0);
        var data = Lanes.Of<float>(x);
        Span<T> logits = Lanes.Of<T>(parameters), result = Lanes.Of<T>(gradient);
        for (var row = 0; row < data.Length; row += Dimension)
        {
            ReadOnlySpan<float> bits = data.Slice(row, Dimension);
            Span<T> l = logits.Slice(row, Dimension), g = result.Slice(row, Dimension);
            var (sum, i) = (Vector512<float>.Zero, 0);
            for (; i <= Dimension - Lanes.Count; i += Lanes.Count)
                sum += Differentiate<T, Lanes.Whole>(bits, l, g, share, i);
            // Of the ln 2 of each zero past the end nothing may be kept.
            if (i < Dimension)
                sum += Vector512.ConditionalSelect(Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)(Dimension - i))), Differentiate<T, Lanes.Rest>(bits, l, g, share, i), Vector512<float>.Zero);
            distortion += Vector512.Sum(sum);
        }
        return new(distortion, gradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Differentiate<T, TReach>(ReadOnlySpan<float> bits, ReadOnlySpan<T> logits, Span<T> gradient, float share, int i) where T : unmanaged
    {
        var (bit, logit) = (Lanes.Load<float, TReach>(bits, i), Lanes.Load<T, TReach>(logits, i));
        var e = Lanes.Exp(-Vector512.Abs(logit));
        var positive = Vector512.GreaterThan(logit, Vector512<float>.Zero);
        var sigmoid = Vector512.ConditionalSelect(positive, Vector512<float>.One, e) / (Vector512<float>.One + e);
        Lanes.Store<T, TReach>(gradient, i, (sigmoid - bit) * share);
        return Vector512.ConditionalSelect(positive, logit, Vector512<float>.Zero) + Lanes.Log1pOfShare(e) - bit * logit;
    }
}
