using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// z = f(x) with the charge weight / 2 |z|^2: codes near the origin (RAE, Ghosh et al. 2020). A penalty; up to a constant, weight times the nats of -ln N(z; 0,
/// I).
/// </summary>
public sealed class L2Bottleneck(int latent, double weight) : Bottleneck("l2", latent)
{
    internal static readonly Setting<double> Weight = SettingKinds.Number("l2-weight", 0.1, "weight of half the squared length of the code", least: 0);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("l2", "z = f(x), the charge half its squared length", [Weight], context => new L2Bottleneck(
        context.Latent,
        context.Get(Weight)
    ));

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var charge = head.Square().Times(0.5 * weight);
        return new(head, charge.sum(-1), charge);
    }
}
