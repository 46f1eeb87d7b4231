using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information.Numerics;
using Isthmus.Models.Gradients;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// Counts x of N draws from one softmax over all D things (Liang et al. 2018; Miao et al. 2016), with logits l from the decoder:
/// <code>ln p(x|z, N) = ln N! - sum ln x_i! + sum x_i (l_i - logsumexp(l)).</code>
/// The first two terms count the orders in which the draws could have come. N is given, not modelled: who would send x
/// sends N apart. The softmax is full, over every item, not sampled.
/// </summary>
public sealed class MultinomialLikelihood(int dimension) : Likelihood("multinomial", dimension, 1)
{
    // e^-1e9 is 0, and 0 draws of it cost 0 nats, which those of minus infinity would not.
    private const float Never = -1e9f;

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("multinomial", "counts: interactions, words", [], context => new MultinomialLikelihood(
        context
            .Schema.Demand<CountSchema>(
                $"The multinomial likelihood is for counts, and this is {context.Schema}",
                $"leave {OptionNames.Key("likelihood")} out, and the data choose it"
            )
            .Dimension
    ));

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    internal override bool IsSeparable => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => LogOrders(x).Plus(LogProbabilityInOrder(x, parameters));

    /// <summary>Returns sum x_i ln p_i, nats: the probability of the draws in one order. Divided by N it gives the perplexity.</summary>
    public static Tensor LogProbabilityInOrder(Tensor x, Tensor parameters) => (x * parameters.log_softmax(-1)).sum(-1);

    /// <summary>Returns the logits without items already seen: an item is met once.</summary>
    public static Tensor WithoutSeen(Tensor parameters, Tensor seen) => parameters.MaskedFill(seen.Above(0), Never);

    /// <summary>Returns the probabilities of one draw: E[x|z] / N.</summary>
    public override Tensor Mean(Tensor parameters) => parameters.softmax(-1);

    /// <summary>Returns the most likely single draw.</summary>
    public override Tensor Mode(Tensor parameters) => nn.functional.one_hot(parameters.argmax(-1), Dimension).to(parameters.dtype);

    /// <summary>Returns one draw, by Gumbel-max.</summary>
    public override Tensor Sample(Tensor parameters) => Mode(parameters - (-parameters.UniformLike().ClampMin(1e-20).log()).log());

    /// <summary>
    /// Computes the distortion of counts without their zeros, and its gradient (N p - x) / batch in the place of the logits: a pass for the largest logit, one
    /// for the sum of the exponentials, one for the gradient.
    /// </summary>
    /// <param name="x">Counts.</param>
    /// <param name="logits">N x D; overwritten.</param>
    /// <param name="step">The present step.</param>
    internal static DistortionPullback Pullback(SparseCounts x, Tensor logits, GradientStep step) =>
        logits.dtype == ScalarType.BFloat16 ? Pullback<ushort>(x, logits, step) : Pullback<float>(x, logits, step);

    private static DistortionPullback Pullback<T>(SparseCounts x, Tensor logits, GradientStep step)
        where T : unmanaged
    {
        var (dimension, share, distortion) = ((int)logits.shape[1], 1f / step.BatchSize, 0.0);
        var numbers = TensorMemory.Of<T>(logits);
        for (var row = 0; row < x.Count; row++)
        {
            var record = x[row];
            var place = numbers.Slice(row * dimension, dimension);
            var (draws, orders, told) = (0.0, 0.0, 0.0);
            for (var k = 0; k < record.Columns.Length; k++)
            {
                var count = record.Values[k];
                draws += count;
                orders += count > 1 ? SpecialFunctions.LogGamma(count + 1) : 0;
                told += count * SimdSpans.ToSingle(place[record.Columns[k]]);
            }
            var largest = Largest<T>(place);
            var sum = SumOfExponentials<T>(place, largest);
            distortion += draws * (largest + Math.Log(sum)) - told + orders - SpecialFunctions.LogGamma(draws + 1);
            Scale(place, largest, (float)(share * draws / sum));
            for (var k = 0; k < record.Columns.Length; k++)
                place[record.Columns[k]] = SimdSpans.FromSingle<T>(SimdSpans.ToSingle(place[record.Columns[k]]) - share * record.Values[k]);
        }
        return new(distortion, logits);
    }

    internal static float Largest<T>(ReadOnlySpan<T> logits)
        where T : unmanaged
    {
        var (largest, i) = (Vector512.Create(SimdSpans.ToSingle(logits[0])), 0);
        for (; i <= logits.Length - SimdSpans.Count; i += SimdSpans.Count)
            largest = Vector512.Max(largest, SimdSpans.Load<T, SimdSpans.Whole>(logits, i));
        var most = largest[0];
        for (var lane = 1; lane < SimdSpans.Count; lane++)
            most = MathF.Max(most, largest[lane]);
        for (; i < logits.Length; i++)
            most = MathF.Max(most, SimdSpans.ToSingle(logits[i]));
        return most;
    }

    /// <summary>Returns the sum of e^(l - largest).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double SumOfExponentials<T>(ReadOnlySpan<T> logits, float largest)
        where T : unmanaged
    {
        var (sum, i) = (Vector512<float>.Zero, 0);
        for (; i <= logits.Length - SimdSpans.Count; i += SimdSpans.Count)
            sum += SimdSpans.Exp(SimdSpans.Load<T, SimdSpans.Whole>(logits, i) - Vector512.Create(largest));
        double total = Vector512.Sum(sum);
        for (; i < logits.Length; i++)
            total += MathF.Exp(SimdSpans.ToSingle(logits[i]) - largest);
        return total;
    }

    /// <summary>Replaces each logit l by weight e^(l - largest).</summary>
    private static void Scale<T>(Span<T> logits, float largest, float weight)
        where T : unmanaged
    {
        var i = 0;
        for (; i <= logits.Length - SimdSpans.Count; i += SimdSpans.Count)
            Scale<T, SimdSpans.Whole>(logits, largest, weight, i);
        if (i < logits.Length)
            Scale<T, SimdSpans.Rest>(logits, largest, weight, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<T, TReach>(Span<T> logits, float largest, float weight, int i)
        where T : unmanaged => SimdSpans.Store<T, TReach>(logits, i, weight * SimdSpans.Exp(SimdSpans.Load<T, TReach>(logits, i) - Vector512.Create(largest)));

    /// <summary>Returns ln N! - sum ln x_i!; the second sum is 0, and costs nothing, if no count is above 1.</summary>
    private static Tensor LogOrders(Tensor x)
    {
        var all = lgamma(x.sum(-1).Plus(1));
        return x.Above(1).any().item<bool>() ? all - lgamma(x.Plus(1)).sum(-1) : all;
    }
}
