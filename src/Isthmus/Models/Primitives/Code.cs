using static TorchSharp.torch;

namespace Isthmus.Models.Primitives;

/// <summary>A code and its cost.</summary>
/// <param name="Z">The code, N x L.</param>
/// <param name="Rate">The bottleneck's charge, nats a record, N.</param>
/// <param name="UnitRates">The charge by unit, N x L, if it is a sum over units; otherwise null.</param>
/// <param name="Posterior">q(z|x), if the bottleneck is variational; otherwise null.</param>
public sealed record Code(Tensor Z, Tensor Rate, Tensor? UnitRates = null, ApproximatePosterior? Posterior = null)
{
    /// <summary>Penalty on the code besides its rate, one number, in no unit; null for none.</summary>
    public Tensor? Penalty { get; init; }

    /// <summary>q(z|x) as a Gaussian of independent units.</summary>
    /// <exception cref="InvalidOperationException">It is another; the specification of a model refuses what would need it.</exception>
    public DiagonalGaussian Gaussian =>
        Posterior as DiagonalGaussian ?? throw new InvalidOperationException("The posterior of this code is no diagonal Gaussian.");
}
