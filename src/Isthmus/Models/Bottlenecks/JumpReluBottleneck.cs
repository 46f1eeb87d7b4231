using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// z = h H(h - t), h the head and t &gt; 0 a threshold of each unit that is learned, charged <c>l0-weight</c> times the number of units that
/// are on (JumpReLU, Rajamanoharan et al. 2024). The step H has no slope, so the threshold learns by one that is estimated with a
/// rectangular kernel K of width e over the heads near it (straight-through):
/// <code>dz/dt = -(t / e) K((h - t) / e),   dH/dt = -(1 / e) K((h - t) / e),   K(u) = 1 for |u| &lt;= 1/2.</code>
/// The charge is a penalty, not a code length.
/// </summary>
public sealed class JumpReluBottleneck : DictionaryBottleneck
{
    internal static readonly Setting<double> Weight = SettingKinds.Number("l0-weight", 0.1, "price of each active unit, nats", least: 0);
    internal static readonly Setting<double> Bandwidth = SettingKinds.Number(
        "bandwidth",
        0.1,
        "width of the kernel by which thresholds are learned, in units of the encoder's output",
        least: 1e-6
    );
    internal static readonly Setting<double> Threshold = SettingKinds.Number(
        "first-threshold",
        0.1,
        "initial thresholds, in units of the encoder's output",
        least: 1e-6
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "jump-relu",
        "units above a learned threshold, charged by their number",
        [Weight, Bandwidth, Threshold, .. Shared],
        context => new JumpReluBottleneck(context)
    );

    private readonly double _weight,
        _bandwidth;

    // Its exponential cannot fall to 0.
    [ComponentName(Name = "log_threshold")]
    private readonly Parameter _logThreshold;

    /// <summary>Creates a bottleneck with equal initial thresholds.</summary>
    /// <exception cref="InvalidInputException">The records are no vectors.</exception>
    public JumpReluBottleneck(PartContext context)
        : base("jump-relu", context)
    {
        (_weight, _bandwidth) = (context.Get(Weight), context.Get(Bandwidth));
        _logThreshold = new Parameter(
            ScalarOperations.Full(context.Latent, Math.Log(context.Get(Threshold)), device: NewWeights.Device).DetachFromDisposeScope()
        );
        RegisterComponents();
    }

    /// <summary>Logarithm of the head above which each unit is active, L.</summary>
    internal Tensor LogThreshold => _logThreshold;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var threshold = _logThreshold.exp();
        var held = threshold.detach();
        var on = head.gt(held).to(head.dtype);
        var kernel = (head.detach() - held).abs().AtMost(_bandwidth / 2).to(head.dtype).Over(_bandwidth);
        // Of value 0: it brings the threshold's gradient.
        var shift = kernel * (threshold - held);
        var z = head * on - held * shift;
        var charges = (on - shift).Times(_weight);
        return new(z, charges.sum(-1), charges) { Penalty = training && sample ? Learn(head, z, x) : null };
    }
}
