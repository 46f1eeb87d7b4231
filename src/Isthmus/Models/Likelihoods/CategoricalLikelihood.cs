using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// A pixel of L levels by a softmax over all of them (van den Oord et al. 2016): ln p = l_x - logsumexp(l). It assumes
/// nothing of the levels' order, and costs L numbers a pixel.
/// </summary>
public sealed class CategoricalLikelihood(int dimension, int levels) : Likelihood("categorical", dimension, parametersPerDimension: levels)
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("categorical", "8-bit pixels by a softmax over the 256 levels", [], context =>
    {
        var image = context.Schema.Demand<ImageSchema>($"The categorical likelihood is for pixels, and this is {context.Schema}", "take gaussian");
        return new CategoricalLikelihood(image.Dimension, image.Levels);
    });

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters) => LogProbabilityOfEach(x, parameters).sum(-1);

    /// <inheritdoc/>
    internal override Tensor LogProbabilityOfEach(Tensor x, Tensor parameters)
    {
        var logits = ByLevel(parameters);
        var level = x.Times(ParametersPerDimension - 1).round().to(int64).unsqueeze(-2);
        // gather does not broadcast; views of both that do cost nothing.
        var both = broadcast_tensors(level, logits);
        return both[1].gather(-2, both[0].narrow(-2, 0, 1)).squeeze(-2) - logits.logsumexp(-2);
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor parameters)
    {
        var values = linspace(0, 1, ParametersPerDimension, parameters.dtype, parameters.device).unsqueeze(-1);
        return (ByLevel(parameters).softmax(-2) * values).sum(-2);
    }

    /// <inheritdoc/>
    public override Tensor Mode(Tensor parameters) => ByLevel(parameters).argmax(-2).to(parameters.dtype).Over(ParametersPerDimension - 1);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters)
    {
        // Gumbel-max: argmax(l - ln(-ln u)) is a draw from softmax(l) (Gumbel 1954).
        var logits = ByLevel(parameters);
        var gumbel = -(-logits.UniformLike().ClampMin(1e-20).log()).log();
        return logits.Plus(gumbel).argmax(-2).to(parameters.dtype).Over(ParametersPerDimension - 1);
    }

    private Tensor ByLevel(Tensor parameters) => parameters.view([.. parameters.shape[..^1], ParametersPerDimension, Dimension]);
}
