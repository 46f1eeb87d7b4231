using Isthmus.Compute;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Flows;

/// <summary>
/// An invertible map of L numbers in T steps, each y_i = exp(s_i) x_i + m_i with m and s of place i made of x before i (and a
/// context) by a <see cref="MaskedNetwork"/>, the order of places turned round after each step. Forward is one pass a step and
/// its ln |det| is the sum of the s; backward is L passes a step. Read from z to noise it is a masked autoregressive flow
/// (Papamakarios et al. 2017), from noise to z an inverse autoregressive one (Kingma et al. 2016). It begins as the identity.
/// </summary>
internal sealed class AutoregressiveFlow : nn.Module
{
    /// <summary>Number of steps.</summary>
    internal static readonly Setting<int> Steps = SettingKinds.Whole("flow-steps", 2, "steps of the flow; the order of units is reversed after each", 1, 64);

    /// <summary>Width of the hidden layers.</summary>
    internal static readonly Setting<int> Hidden = SettingKinds.Whole("flow-hidden", 200, "units of each of the two hidden layers of a step", 1, 65536);

    // |s| stays below this: a step may stretch by e^3, and early steps stay finite.
    internal const double MostLogScale = 3;

    private readonly long _latent;

    [ComponentName(Name = "steps")]
    private readonly ModuleList<MaskedNetwork> _steps;

    /// <summary>Creates a flow over <paramref name="latent"/> numbers.</summary>
    public AutoregressiveFlow(int latent, int steps, int hidden, int context = 0)
        : base("flow")
    {
        _latent = latent;
        _steps = nn.ModuleList([.. Enumerable.Range(0, steps).Select(_ => new MaskedNetwork(latent, 1, 2, hidden, context))]);
        RegisterComponents();
    }

    /// <summary>Networks of the steps, in turn.</summary>
    internal IReadOnlyList<MaskedNetwork> Networks => [.. _steps];

    /// <summary>Returns y and ln |det dy/dx|, nats: ... x L to ... x L and ....</summary>
    public (Tensor Y, Tensor LogDeterminant) Forward(Tensor x, Tensor? context = null)
    {
        var logDeterminant = zeros(x.shape[..^1], x.dtype, x.device);
        foreach (var step in _steps)
        {
            var (shift, logScale) = Conditionals(step, x, context);
            (x, logDeterminant) = ((logScale.exp() * x).Plus(shift).flip(-1), logDeterminant.Plus(logScale.sum(-1)));
        }
        return (x, logDeterminant);
    }

    /// <summary>Returns x from y, place after place.</summary>
    public Tensor Inverse(Tensor y, Tensor? context = null)
    {
        foreach (var step in _steps.Reverse())
        {
            y = y.flip(-1);
            var x = zeros_like(y);
            for (var place = 0L; place < _latent; place++)
            {
                var (shift, logScale) = Conditionals(step, x, context);
                x = cat([x.narrow(-1, 0, place), ((y - shift) * (-logScale).exp()).narrow(-1, place, 1), x.narrow(-1, place + 1, _latent - place - 1)], -1);
            }
            y = x;
        }
        return y;
    }

    private (Tensor Shift, Tensor LogScale) Conditionals(MaskedNetwork step, Tensor x, Tensor? context)
    {
        var outputs = step.Forward(x, context).view([.. x.shape, 2]);
        return (outputs.select(-1, 0), outputs.select(-1, 1).Over(MostLogScale).tanh().Times(MostLogScale));
    }
}
