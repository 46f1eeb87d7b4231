using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Primitives;

/// <summary>Codes drawn from q(z|x), with their log-probabilities.</summary>
/// <param name="Z">The codes, N x L or K x N x L.</param>
/// <param name="LogProbability">ln q(z|x), nats, one number a draw.</param>
public sealed record PosteriorDraw(Tensor Z, Tensor LogProbability);

/// <summary>
/// Posterior q(z|x), the distribution of a record's code. In some families a draw costs one pass and the density of a given z many, so that draws come with
/// their own.
/// </summary>
public abstract record ApproximatePosterior
{
    /// <summary>Code used where nothing is drawn, N x L.</summary>
    public abstract Tensor Mean { get; }

    /// <summary>Draws from torch's generator, with ln q: N x L, or <paramref name="count"/> x N x L.</summary>
    public abstract PosteriorDraw Draw(long? count = null);

    /// <summary>Draws without ln q.</summary>
    public virtual Tensor Sample(long? count = null) => Draw(count).Z;

    /// <summary>Returns ln q(z|x), nats, summed over the last axis: one number a code.</summary>
    public abstract Tensor LogProbability(Tensor z);
}

/// <summary>Posterior q(z|x) as the image of standard normal noise under a differentiable map (Kingma and Welling 2014; Rezende et al. 2014).</summary>
public abstract record ReparameterisedPosterior : ApproximatePosterior
{
    /// <summary>Tensor N x L with the shape, type and device of the noise of one draw.</summary>
    protected abstract Tensor Like { get; }

    /// <summary>Returns the code that noise e ~ N(0, I) becomes, e N x L or K x N x L.</summary>
    public abstract PosteriorDraw At(Tensor noise);

    /// <summary>
    /// Returns KL(q || N(0, I)), nats, N, if it has a closed form but is no sum over units; null if it must be estimated from draws, or units have their own.
    /// </summary>
    public virtual Tensor? DivergenceFromStandardNormal() => null;

    /// <inheritdoc/>
    public override PosteriorDraw Draw(long? count = null) => At(Noise(count));

    /// <summary>Returns standard normal draws (<see cref="RandomOperations"/>).</summary>
    protected Tensor Noise(long? count) => count is { } k ? RandomOperations.Normal([k, .. Like.shape], Like.dtype, Like.device) : Like.NormalLike();
}
