using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>p(z) uniform over the K choices of each of S slots: -S ln K nats for every code.</summary>
internal sealed class CategoricalPrior(int latent, int choices) : Prior("categorical", latent)
{
    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => ScalarOperations.Full(z.shape[..^1], -(Latent / choices) * Math.Log(choices), z.dtype, z.device);

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null) =>
        nn.functional.one_hot(RandomOperations.Integers(0, choices, [count, Latent / choices], device), choices).to(ScalarType.Float32).flatten(1);
}
