using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>q(z|x) of a discrete code that x determines: all of its mass on one z, whose ln q is 0.</summary>
internal sealed record CertainPosterior(Tensor Code) : ApproximatePosterior
{
    /// <inheritdoc/>
    public override Tensor Mean => Code;

    /// <inheritdoc/>
    public override PosteriorDraw Draw(long? count = null)
    {
        var z = count is { } k ? Code.unsqueeze(0).expand([k, .. Code.shape]) : Code;
        return new(z, zeros(z.shape[..^1], z.dtype, z.device));
    }

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => where(z.eq(Code).all(-1), 0, double.NegativeInfinity).to(z.dtype);
}
