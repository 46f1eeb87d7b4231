using static TorchSharp.torch;

namespace Isthmus.Models.Primitives;

/// <summary>Codes drawn from q(z|x) and what q says of them.</summary>
/// <param name="Z">The codes, N x L or K x N x L.</param>
/// <param name="LogProbability">ln q(z|x), nats, one number a draw.</param>
public sealed record PosteriorDraw(Tensor Z, Tensor LogProbability);

/// <summary>
/// q(z|x): where the code of a record may lie. Of some families a draw costs one pass and a density of a given z many, so that draws bring their own.
/// </summary>
public abstract record ApproximatePosterior
{
    /// <summary>What stands for the code where nothing is drawn, N x L.</summary>
    public abstract Tensor Mean { get; }

    /// <summary>Draws from torch's generator with their ln q: N x L, or <paramref name="count"/> x N x L.</summary>
    public abstract PosteriorDraw Draw(long? count = null);

    /// <summary>The same without ln q.</summary>
    public virtual Tensor Sample(long? count = null) => Draw(count).Z;

    /// <summary>ln q(z|x), nats, summed over the last axis: one number a code.</summary>
    public abstract Tensor LogProbability(Tensor z);
}

/// <summary>q(z|x) as the image of standard normal noise under a map that can be differentiated (Kingma and Welling 2014; Rezende et al. 2014).</summary>
public abstract record ReparameterisedPosterior : ApproximatePosterior
{
    /// <summary>N x L of the head's kind: the shape, type and device of the noise of one draw.</summary>
    protected abstract Tensor Like { get; }

    /// <summary>The code that noise e ~ N(0, I) becomes, e N x L or K x N x L.</summary>
    public abstract PosteriorDraw At(Tensor noise);

    /// <summary>
    /// KL(q || N(0, I)), nats, N, where it has a closed form but is no sum over units; null where it must be estimated from draws, or units have their own.
    /// </summary>
    public virtual Tensor? DivergenceFromStandardNormal() => null;

    /// <inheritdoc/>
    public override PosteriorDraw Draw(long? count = null) => At(Noise(count));

    /// <summary>Standard normal draws from torch's generator.</summary>
    protected Tensor Noise(long? count) => count is { } k ? randn([k, .. Like.shape], Like.dtype, Like.device) : randn_like(Like);
}
