using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>p(z) of L fair coins: -L ln 2 nats for every code.</summary>
internal sealed class BernoulliPrior(int latent) : Prior("bernoulli", latent)
{
    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => ScalarOperations.Full(z.shape[..^1], -Latent * Math.Log(2), z.dtype, z.device);

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null) => RandomOperations.Integers(0, 2, [count, Latent], device).to(ScalarType.Float32);
}
