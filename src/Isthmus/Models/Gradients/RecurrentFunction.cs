using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// A long short-term memory over rows of different lengths, packed step by step, as one node of autograd's graph: a matrix product a step forward and one
/// backward, all else of a step in one pass (<see cref="RecurrentKernel"/>), and the gradient of the recurrent weights by one product at the end.
/// </summary>
internal sealed class RecurrentFunction : autograd.SingleTensorFunction<RecurrentFunction>
{
    private const string Memory = "memory";

    /// <inheritdoc/>
    public override string Name => "recurrent";

    /// <summary>Returns the outputs h of all steps, P x H, in the order of the inputs.</summary>
    /// <param name="inputs">Sums before the gates by the inputs, P x 4H: the rows of the first step, then those of the second that are as long, and so
    /// on.</param>
    /// <param name="given">What is added to the sums of a row at each step, M x 4H.</param>
    /// <param name="hidden">Outputs before the first step, M x H.</param>
    /// <param name="cells">Cells before the first step, M x H.</param>
    /// <param name="weight">Recurrent weights, 4H x H.</param>
    /// <param name="counts">Rows of each step, none more than the step before has.</param>
    public static Tensor Of(Tensor inputs, Tensor given, Tensor hidden, Tensor cells, Tensor weight, IReadOnlyList<int> counts) =>
        apply(inputs.contiguous(), given.contiguous(), hidden.contiguous(), cells.contiguous(), weight.contiguous(), counts);

    private sealed record Kept(Tensor Gates, Tensor Cells, Tensor Outputs, Tensor Hidden, Tensor First, Tensor Weight, IReadOnlyList<int> Counts)
    {
        public void Keep() => Array.ForEach(All, tensor => tensor.DetachFromDisposeScope());

        public void Dispose() => Array.ForEach(All, tensor => tensor.Dispose());

        private Tensor[] All => [Gates, Cells, Outputs, Hidden, First, Weight];
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var noGradient = no_grad();
        var (inputs, given, hidden, first, weight, counts) = (
            (Tensor)vars[0],
            (Tensor)vars[1],
            (Tensor)vars[2],
            (Tensor)vars[3],
            (Tensor)vars[4],
            (IReadOnlyList<int>)vars[5]
        );
        using var scope = NewDisposeScope();
        var (places, units) = (inputs.shape[0], (int)weight.shape[1]);
        var (gates, cells, outputs) = (empty(places, 4 * units), empty(places, units), empty(places, units));
        var transposed = weight.t();
        Span<float> sums = TensorMemory.Of<float>(inputs),
            own = TensorMemory.Of<float>(outputs),
            fixedPart = TensorMemory.Of<float>(given);
        var (at, before) = (0, -1);
        foreach (var rows in counts)
        {
            using var step = NewDisposeScope();
            var last = before < 0 ? hidden.narrow(0, 0, rows) : outputs.narrow(0, before, rows);
            var product = last.mm(transposed);
            RecurrentKernel.Forward(
                units,
                sums.Slice(at * 4 * units, rows * 4 * units),
                TensorMemory.Of<float>(product),
                fixedPart,
                before < 0 ? TensorMemory.Of<float>(first) : TensorMemory.Of<float>(cells)[(before * units)..],
                TensorMemory.Of<float>(gates).Slice(at * 4 * units, rows * 4 * units),
                TensorMemory.Of<float>(cells).Slice(at * units, rows * units),
                own.Slice(at * units, rows * units)
            );
            (before, at) = (at, at + rows);
        }
        // Handles of their own: those of the caller may be disposed of before the way back.
        var kept = new Kept(gates, cells, outputs.alias(), hidden.alias(), first.alias(), weight.alias(), counts);
        kept.Keep();
        ctx.save_data(Memory, kept);
        return outputs.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradOutput)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var kept = (Kept)ctx.get_data(Memory);
        var (counts, above) = (kept.Counts, gradOutput.contiguous());
        var (places, units) = (kept.Outputs.shape[0], (int)kept.Weight.shape[1]);
        var (ofInputs, ofGiven, ofCells) = (empty(places, 4 * units), zeros(kept.Hidden.shape[0], 4 * units), zeros_like(kept.First));
        var ofHidden = zeros_like(kept.Hidden);
        var at = (int)places;
        Tensor? next = null;
        for (var step = counts.Count - 1; step >= 0; step--)
        {
            var rows = counts[step];
            at -= rows;
            var before = step == 0 ? TensorMemory.Of<float>(kept.First) : TensorMemory.Of<float>(kept.Cells)[((at - counts[step - 1]) * units)..];
            RecurrentKernel.Backward(
                units,
                TensorMemory.Of<float>(kept.Gates).Slice(at * 4 * units, rows * 4 * units),
                TensorMemory.Of<float>(kept.Cells).Slice(at * units, rows * units),
                before,
                TensorMemory.Of<float>(above).Slice(at * units, rows * units),
                next is null ? default : TensorMemory.Of<float>(next),
                TensorMemory.Of<float>(ofCells),
                TensorMemory.Of<float>(ofInputs).Slice(at * 4 * units, rows * 4 * units),
                TensorMemory.Of<float>(ofGiven)
            );
            next?.Dispose();
            next = ofInputs.narrow(0, at, rows).mm(kept.Weight);
        }
        if (next is not null)
            ofHidden.narrow(0, 0, next.shape[0]).copy_(next);
        // Outputs before each step, in the order of the steps: those of rows that go on.
        var earlier = new List<Tensor>();
        for (int step = 0, from = 0; step < counts.Count; from += step > 0 ? counts[step - 1] : 0, step++)
            earlier.Add(step == 0 ? kept.Hidden.narrow(0, 0, counts[0]) : kept.Outputs.narrow(0, from, counts[step]));
        var ofWeight = counts.Count == 0 ? zeros_like(kept.Weight) : ofInputs.t().mm(cat([.. earlier], 0));
        kept.Dispose();
        foreach (var result in (Tensor[])[ofInputs, ofGiven, ofHidden, ofCells, ofWeight])
            result.MoveToOuterDisposeScope();
        return [ofInputs, ofGiven, ofHidden, ofCells, ofWeight, null!];
    }
}
