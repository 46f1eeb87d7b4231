using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// Non-negative codes z = max(0, f(x)) charged weight * sum |z| nats: -ln of an exponential prior without its constant
/// (Olshausen and Field 1996; Ranzato et al. 2007). The charge is a penalty, not a code length.
/// </summary>
public sealed class L1Bottleneck(int latent, double weight) : Bottleneck("l1", latent)
{
    internal static readonly Setting<double> Weight = SettingKinds.Number("l1-weight", 1.0, "price of one unit of activation, nats", least: 0);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("l1", "non-negative codes, charged by their sum", [Weight], context => new L1Bottleneck(
        context.Latent,
        context.Get(Weight)
    ));

    /// <inheritdoc/>
    public override bool IsSparse => true;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var z = nn.functional.relu(head);
        var charges = z.Times(weight);
        return new(z, charges.sum(-1), charges);
    }
}
