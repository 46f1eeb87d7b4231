using Isthmus.Compute;
using Isthmus.Models.Gradients;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// A long short-term memory over tokens: embeddings to the sums before the gates by one product for all places, then step by step. Weights are uniform within
/// 1 / sqrt(H) as torch's; the bias of the forget gates begins at 1 (Jozefowicz et al. 2015).
/// </summary>
internal sealed class RecurrentLayer : nn.Module
{
    [ComponentName(Name = "embedding")]
    private readonly Parameter _embedding;

    [ComponentName(Name = "input")]
    private readonly MatrixProduct _input;

    [ComponentName(Name = "recurrent")]
    private readonly Parameter _recurrent;

    /// <summary>Creates the layer.</summary>
    /// <param name="tokens">Number of different tokens, those that stand for none included.</param>
    /// <param name="width">Numbers in an embedding, E.</param>
    /// <param name="units">Units, H.</param>
    public RecurrentLayer(long tokens, int width, int units)
        : base("recurrent")
    {
        Units = units;
        // Of unit scale over the width, as the weights of a layer of so many inputs are.
        _embedding = SeededLayers.Weight([tokens, width]);
        _input = MatrixProduct.Linear(width, 4 * units);
        _recurrent = SeededLayers.Weight([4 * units, units]);
        using (no_grad())
            if (NewWeights.Device is null)
            {
                _embedding.MultiplyInPlace(Math.Sqrt(3));
                using var forget = _input.Bias.narrow(0, units, units);
                forget.FillInPlace(1);
            }
        RegisterComponents();
    }

    /// <summary>Number of units, H.</summary>
    public int Units { get; }

    /// <summary>Returns the sums before the gates of tokens, P x 4H.</summary>
    /// <param name="tokens">Tokens, P, int64.</param>
    /// <param name="dropout">Fraction of the embeddings' numbers dropped in training.</param>
    public Tensor Inputs(Tensor tokens, double dropout)
    {
        var embedded = _embedding.index_select(0, tokens);
        return _input.call(training && dropout > 0 ? embedded.DropOut(dropout) : embedded);
    }

    /// <summary>Returns the outputs of all places, P x H.</summary>
    /// <param name="inputs">Sums by the inputs, P x 4H.</param>
    /// <param name="given">Sums that are the same at each step, M x 4H.</param>
    /// <param name="hidden">Outputs before the first step, M x H.</param>
    /// <param name="cells">Cells before it, M x H.</param>
    /// <param name="counts">Rows of each step.</param>
    public Tensor Outputs(Tensor inputs, Tensor given, Tensor hidden, Tensor cells, IReadOnlyList<int> counts) =>
        inputs.dtype == ScalarType.Float32 && inputs.device.type == TorchSharp.DeviceType.CPU
            ? RecurrentFunction.Of(inputs, given, hidden, cells, _recurrent, counts)
            : ByTensors(inputs, given, hidden, cells, counts);

    /// <summary>Computes the same by its definition, in tensor operations.</summary>
    internal Tensor ByTensors(Tensor inputs, Tensor given, Tensor hidden, Tensor cells, IReadOnlyList<int> counts)
    {
        var outputs = new List<Tensor>();
        var at = 0L;
        foreach (var rows in counts)
        {
            (hidden, cells) = Step(inputs.narrow(0, at, rows), given.narrow(0, 0, rows), hidden.narrow(0, 0, rows), cells.narrow(0, 0, rows));
            outputs.Add(hidden);
            at += rows;
        }
        return cat([.. outputs], 0);
    }

    /// <summary>Returns outputs and cells after a step.</summary>
    public (Tensor Hidden, Tensor Cells) Step(Tensor inputs, Tensor given, Tensor hidden, Tensor cells)
    {
        var gates = inputs.Plus(given).Plus(hidden.matmul(_recurrent.t())).chunk(4, -1);
        var after = (gates[1].sigmoid() * cells).Plus(gates[0].sigmoid() * gates[2].tanh());
        return (gates[3].sigmoid() * after.tanh(), after);
    }
}
