using Isthmus.Data;
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
}
