namespace Isthmus.Models.Primitives;

/// <summary>Kind of code that a bottleneck makes, or that a part needs. Each kind includes those before it.</summary>
public enum CodeKind
{
    /// <summary>Any code.</summary>
    Any,

    /// <summary>Code with a prior p(z) and a posterior q(z|x).</summary>
    Variational,

    /// <summary>Code whose draws from q(z|x) are differentiable.</summary>
    Reparameterised,

    /// <summary>Code whose q(z|x) is a Gaussian of independent units.</summary>
    DiagonalGaussian,
}
