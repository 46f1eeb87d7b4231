using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>q(z|x) of S slots of K choices, each independent of the others; a code holds a slot as K numbers, one of them 1.</summary>
/// <param name="Logs">ln q(k_s|x), N x S x K.</param>
internal sealed record CategoricalPosterior(Tensor Logs) : ApproximatePosterior
{
    /// <summary>Probabilities of the choices.</summary>
    public override Tensor Mean => Logs.exp().flatten(-2);

    /// <inheritdoc/>
    public override PosteriorDraw Draw(long? count = null)
    {
        var (choices, rows) = (Logs.shape[^1], Logs.flatten(0, -2).exp());
        var drawn = nn.functional.one_hot(rows.Choices(count ?? 1, replacement: true).t(), choices).to(Logs.dtype);
        var z = drawn.view([count ?? 1, .. Logs.shape[..^2], Logs.shape[^2] * choices]);
        z = count is null ? z.squeeze(0) : z;
        return new(z, LogProbability(z));
    }

    /// <summary>Returns ln q of codes of whole choices.</summary>
    public override Tensor LogProbability(Tensor z) => (z * Logs.flatten(-2)).sum(-1);
}
