namespace Isthmus.Models.Primitives;

/// <summary>What a bottleneck makes, or what a part asks of it. Each kind is one of those before it too.</summary>
public enum CodeKind
{
    /// <summary>A code.</summary>
    Any,

    /// <summary>One with a prior p(z) and a posterior q(z|x).</summary>
    Variational,

    /// <summary>One whose draws from q(z|x) can be differentiated.</summary>
    Reparameterised,

    /// <summary>One whose q(z|x) is a Gaussian of independent units.</summary>
    DiagonalGaussian,
}
