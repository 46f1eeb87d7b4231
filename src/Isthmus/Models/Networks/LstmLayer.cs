using Isthmus.Compute;
using Isthmus.Models.Gradients;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997). With a the sums in the order input, forget, candidate, output: i = s(a_i), f = s(a_f),
/// g = tanh(a_g), o = s(a_o); c = f c_before + i g; h = o tanh(c). The bias of the forget gates begins at 1 (Jozefowicz et al. 2015).
/// </summary>
internal sealed class LstmLayer : RecurrentLayer
{
    /// <inheritdoc cref="RecurrentLayer(long, int, int, int, int)"/>
    public LstmLayer(long tokens, int width, int units)
        : base(tokens, width, units, gates: 4, states: 2)
    {
        using (no_grad())
            if (NewWeights.Device is null)
            {
                using var forget = InputBias.narrow(0, units, units);
                forget.FillInPlace(1);
            }
    }

    /// <inheritdoc/>
    internal override Tensor Outputs(Tensor inputs, Tensor given, Tensor[] states, IReadOnlyList<int> counts) =>
        inputs.dtype == ScalarType.Float32 && inputs.device.type == TorchSharp.DeviceType.CPU
            ? RecurrentFunction.Of(inputs, given, states[0], states[1], Recurrent, counts)
            : ByTensors(inputs, given, states, counts);

    /// <inheritdoc/>
    protected override Tensor[] Step(Tensor inputs, Tensor given, Tensor[] states)
    {
        var gates = inputs.Plus(given).Plus(states[0].matmul(Recurrent.t())).chunk(4, -1);
        var cells = (gates[1].sigmoid() * states[1]).Plus(gates[0].sigmoid() * gates[2].tanh());
        return [gates[3].sigmoid() * cells.tanh(), cells];
    }
}
