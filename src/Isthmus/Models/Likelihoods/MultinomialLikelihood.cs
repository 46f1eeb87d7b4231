using Isthmus.Data;
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

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("multinomial", "counts: interactions, words", [], context => context.Schema is CountSchema
        ? new MultinomialLikelihood(context.Schema.Dimension)
        : throw new InvalidInputException($"The multinomial likelihood is for counts, and this is {context.Schema}; leave likelihood out, and the data choose it."));

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => LogOrders(x) + LogProbabilityInOrder(x, parameters);

    /// <summary>sum x_i ln p_i, nats: the probability of the draws in one order. Divided by N it is what perplexity is made of.</summary>
    public static Tensor LogProbabilityInOrder(Tensor x, Tensor parameters) => (x * parameters.log_softmax(-1)).sum(-1);

    /// <summary>The logits of draws that cannot be of what has been seen: an item is met once.</summary>
    public static Tensor WithoutSeen(Tensor parameters, Tensor seen) => parameters.masked_fill(seen.gt(0), Never);

    /// <summary>The probabilities of one draw: E[x|z] / N.</summary>
    public override Tensor Mean(Tensor parameters) => parameters.softmax(-1);

    /// <summary>The likeliest single draw.</summary>
    public override Tensor Mode(Tensor parameters) => nn.functional.one_hot(parameters.argmax(-1), Dimension).to(parameters.dtype);

    /// <summary>One draw, by Gumbel-max.</summary>
    public override Tensor Sample(Tensor parameters) => Mode(parameters - (-rand_like(parameters).clamp_min(1e-20).log()).log());

    /// <summary>ln N! - sum ln x_i!; the second sum is 0, and costs nothing, where no count is above 1.</summary>
    private static Tensor LogOrders(Tensor x)
    {
        var all = lgamma(x.sum(-1) + 1);
        return x.gt(1).any().item<bool>() ? all - lgamma(x + 1).sum(-1) : all;
    }
}
