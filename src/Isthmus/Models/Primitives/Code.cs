using static TorchSharp.torch;

namespace Isthmus.Models.Primitives;

/// <summary>A code and what it costs.</summary>
/// <param name="Z">The code, N x L.</param>
/// <param name="Rate">What the bottleneck charges for it, nats a record, N.</param>
/// <param name="UnitRates">The same by unit, N x L, where the charge is a sum over units.</param>
/// <param name="Posterior">q(z|x), where the bottleneck is variational.</param>
public sealed record Code(Tensor Z, Tensor Rate, Tensor? UnitRates = null, ApproximatePosterior? Posterior = null)
{
    /// <summary>What the loss holds of the code besides its rate, one number, in no unit; null for nothing.</summary>
    public Tensor? Penalty { get; init; }

    /// <summary>q(z|x) as a Gaussian of independent units.</summary>
    /// <exception cref="InvalidOperationException">It is another; the specification of a model refuses what would need it.</exception>
    public DiagonalGaussian Gaussian =>
        Posterior as DiagonalGaussian ?? throw new InvalidOperationException("The posterior of this code is no diagonal Gaussian.");
}
