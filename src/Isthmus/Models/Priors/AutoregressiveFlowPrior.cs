using Isthmus.Compute;
using Isthmus.Models.Flows;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Priors;

/// <summary>
/// ln p(z) = ln N(u; 0, I) + ln |det du/dz|, u = f(z), f an <see cref="AutoregressiveFlow"/> learned with the model (Papamakarios
/// et al. 2017; as a prior, Chen et al. 2017). Densities are one pass a step; a draw goes unit by unit.
/// </summary>
public sealed class AutoregressiveFlowPrior : Prior
{
    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Prior> Part = new(
        "flow",
        "N(0, I) seen through an autoregressive flow, learned",
        [AutoregressiveFlow.Steps, AutoregressiveFlow.Hidden],
        context => new AutoregressiveFlowPrior(context.Latent, context.Get(AutoregressiveFlow.Steps), context.Get(AutoregressiveFlow.Hidden))
    );

    [ComponentName(Name = "flow")]
    private readonly AutoregressiveFlow _flow;

    /// <summary>Creates a prior that begins as N(0, I).</summary>
    public AutoregressiveFlowPrior(int latent, int steps, int hidden)
        : base("flow", latent)
    {
        _flow = new(latent, steps, hidden);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z)
    {
        var (noise, logDeterminant) = _flow.Forward(z);
        return StandardNormalPrior.LogDensity(noise).Plus(logDeterminant);
    }

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device? device = null) => _flow.Inverse(RandomOperations.Normal([count, Latent], device: device));
}
