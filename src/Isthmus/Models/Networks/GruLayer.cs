using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Gated recurrent units (Cho et al. 2014), as torch computes them: with a the sums by the input and b those by the state h before, in the order reset, update,
/// candidate: r = s(a_r + b_r), u = s(a_u + b_u), n = tanh(a_n + r (b_n + d)); h after = (1 - u) n + u h.
/// </summary>
internal sealed class GruLayer : RecurrentLayer
{
    private readonly Parameter _candidateBias;

    /// <inheritdoc cref="RecurrentLayer(long, int, int, int, int)"/>
    public GruLayer(long tokens, int width, int units)
        : base(tokens, width, units, gates: 3, states: 1)
    {
        _candidateBias = SeededLayers.Zeros(units);
        register_parameter("candidate_bias", _candidateBias);
    }

    /// <summary>Bias of the candidate's sums by the state, within the reset gate, H.</summary>
    internal Parameter CandidateBias => _candidateBias;

    /// <inheritdoc/>
    protected override Tensor[] Step(Tensor inputs, Tensor given, Tensor[] states)
    {
        var (a, b) = (inputs.Plus(given).chunk(3, -1), states[0].matmul(Recurrent.t()).chunk(3, -1));
        var (reset, update) = (a[0].Plus(b[0]).sigmoid(), a[1].Plus(b[1]).sigmoid());
        var candidate = a[2].Plus(reset * b[2].Plus(_candidateBias)).tanh();
        // n + u (h - n): the same with one product less.
        return [candidate.Plus(update * (states[0] - candidate))];
    }
}
