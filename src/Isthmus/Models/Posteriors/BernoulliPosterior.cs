using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>q(z|x) of L independent bits.</summary>
/// <param name="Logits">ln q(1|x) / q(0|x), N x L.</param>
internal sealed record BernoulliPosterior(Tensor Logits) : ApproximatePosterior
{
    /// <summary>q(1|x) of each bit.</summary>
    public override Tensor Mean => sigmoid(Logits);

    /// <inheritdoc/>
    public override PosteriorDraw Draw(long? count = null)
    {
        var shares = Mean;
        var z = (count is { } k ? shares.unsqueeze(0).expand([k, .. shares.shape]) : shares).Bernoulli();
        return new(z, LogProbability(z));
    }

    /// <summary>Returns ln q of codes of whole bits.</summary>
    public override Tensor LogProbability(Tensor z) => (z * Logits - Logits.Softplus()).sum(-1);
}
