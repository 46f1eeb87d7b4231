using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// z = H(h) max(0, exp(r) h + s), h the head: whether a unit is on and how much it says are two maps that share their weights up to a
/// factor and a shift of each unit (gated, Rajamanoharan et al. 2024). The charge is <c>gate-weight</c> times the sum of max(0, h), so the
/// pull of an L1 charge towards 0 is on the gate and not on z. As H has no slope, the gate learns by what it would reconstruct alone:
/// <code>+ |x - x^(max(0, h))|^2 / 2, mean over the batch, the decoder held,</code>
/// in the distortion's nats at sigma = 1. A penalty, not a code length.
/// </summary>
public sealed class GatedBottleneck : DictionaryBottleneck
{
    internal static readonly Setting<double> Weight = SettingKinds.Number("gate-weight", 0.2, "price of one unit of the gate's activation, nats", least: 0);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "gated",
        "a gate says which units are on, a magnitude how much",
        [Weight, .. Shared],
        context => new GatedBottleneck(context)
    );

    private readonly double _weight;

    [ComponentName(Name = "log_scale")]
    private readonly Parameter _logScale;

    [ComponentName(Name = "shift")]
    private readonly Parameter _shift;

    /// <summary>Creates a bottleneck whose magnitudes begin as the gate's.</summary>
    /// <exception cref="InvalidInputException">The records are no vectors.</exception>
    public GatedBottleneck(PartContext context)
        : base("gated", context)
    {
        _weight = context.Get(Weight);
        _logScale = new Parameter(zeros(context.Latent, device: NewWeights.Device).DetachFromDisposeScope());
        _shift = new Parameter(zeros(context.Latent, device: NewWeights.Device).DetachFromDisposeScope());
        RegisterComponents();
    }

    /// <summary>Logarithm of the factor from head to magnitude of each unit, r, L.</summary>
    internal Tensor LogScale => _logScale;

    /// <summary>Shift of the magnitude of each unit, s, L.</summary>
    internal Tensor Shift => _shift;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var gate = nn.functional.relu(head);
        var z = head.Above(0).to(head.dtype) * nn.functional.relu((_logScale.exp() * head).Plus(_shift));
        var charges = gate.Times(_weight);
        Tensor?[] asked = training && sample ? [HeldError(gate, x), Learn(head, z, x)] : [];
        return new(z, charges.sum(-1), charges)
        {
            Penalty = asked.Aggregate((Tensor?)null, (sum, next) => sum is null ? next
                : next is null ? sum
                : sum.Plus(next))
        };
    }
}
