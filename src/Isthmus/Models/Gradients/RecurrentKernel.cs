using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Information.Numerics;

namespace Isthmus.Models.Gradients;

/// <summary>
/// One step of a long short-term memory (Hochreiter and Schmidhuber 1997) for several rows, in one pass over their numbers, and its backward pass. With a the
/// sums before the gates, in the order input, forget, candidate, output:
/// <code>i = s(a_i), f = s(a_f), g = tanh(a_g), o = s(a_o); c = f c_before + i g; h = o tanh(c).</code>
/// </summary>
internal static class RecurrentKernel
{
    /// <summary>Computes gates, cells and outputs of a step.</summary>
    /// <param name="units">Units, H.</param>
    /// <param name="inputs">Part of a by the inputs, n x 4H.</param>
    /// <param name="product">Part of a by the outputs of the step before, n x 4H.</param>
    /// <param name="given">Part of a that is the same at each step, n x 4H or more; empty for none.</param>
    /// <param name="cellsBefore">Cells after the step before, n x H or more.</param>
    /// <param name="gates">Receives i, f, g, o, n x 4H.</param>
    /// <param name="cells">Receives c, n x H.</param>
    /// <param name="outputs">Receives h, n x H.</param>
    public static void Forward(
        int units,
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> product,
        ReadOnlySpan<float> given,
        ReadOnlySpan<float> cellsBefore,
        Span<float> gates,
        Span<float> cells,
        Span<float> outputs
    )
    {
        var rows = outputs.Length / units;
        for (var row = 0; row < rows; row++)
        {
            var (wide, narrow) = (row * 4 * units, row * units);
            var i = 0;
            for (; i <= units - SimdSpans.Count; i += SimdSpans.Count)
                Forward<SimdSpans.Whole>(
                    units,
                    inputs.Slice(wide, 4 * units),
                    product.Slice(wide, 4 * units),
                    given.IsEmpty ? given : given.Slice(wide, 4 * units),
                    cellsBefore.Slice(narrow, units),
                    gates.Slice(wide, 4 * units),
                    cells.Slice(narrow, units),
                    outputs.Slice(narrow, units),
                    i
                );
            if (i < units)
                Forward<SimdSpans.Rest>(
                    units,
                    inputs.Slice(wide, 4 * units),
                    product.Slice(wide, 4 * units),
                    given.IsEmpty ? given : given.Slice(wide, 4 * units),
                    cellsBefore.Slice(narrow, units),
                    gates.Slice(wide, 4 * units),
                    cells.Slice(narrow, units),
                    outputs.Slice(narrow, units),
                    i
                );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward<TReach>(
        int units,
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> product,
        ReadOnlySpan<float> given,
        ReadOnlySpan<float> cellsBefore,
        Span<float> gates,
        Span<float> cells,
        Span<float> outputs,
        int at
    )
    {
        var input = SimdSpans.Sigmoid(Sum<TReach>(units, 0, inputs, product, given, at));
        var forget = SimdSpans.Sigmoid(Sum<TReach>(units, 1, inputs, product, given, at));
        var candidate = Tanh(Sum<TReach>(units, 2, inputs, product, given, at));
        var output = SimdSpans.Sigmoid(Sum<TReach>(units, 3, inputs, product, given, at));
        var cell = Vector512.FusedMultiplyAdd(forget, SimdSpans.Load<float, TReach>(cellsBefore, at), input * candidate);
        SimdSpans.Store<float, TReach>(gates[..units], at, input);
        SimdSpans.Store<float, TReach>(gates.Slice(units, units), at, forget);
        SimdSpans.Store<float, TReach>(gates.Slice(2 * units, units), at, candidate);
        SimdSpans.Store<float, TReach>(gates.Slice(3 * units, units), at, output);
        SimdSpans.Store<float, TReach>(cells, at, cell);
        SimdSpans.Store<float, TReach>(outputs, at, output * Tanh(cell));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum<TReach>(int units, int gate, ReadOnlySpan<float> inputs, ReadOnlySpan<float> product, ReadOnlySpan<float> given, int at)
    {
        var sum = SimdSpans.Load<float, TReach>(inputs.Slice(gate * units, units), at) + SimdSpans.Load<float, TReach>(product.Slice(gate * units, units), at);
        return given.IsEmpty ? sum : sum + SimdSpans.Load<float, TReach>(given.Slice(gate * units, units), at);
    }

    /// <summary>Computes the gradients of a step.</summary>
    /// <param name="units">Units, H.</param>
    /// <param name="gates">i, f, g, o of the step, n x 4H.</param>
    /// <param name="cells">c of the step, n x H.</param>
    /// <param name="cellsBefore">Cells after the step before, n x H or more.</param>
    /// <param name="outputs">Gradient of h by what it was put out for, n x H.</param>
    /// <param name="next">Gradient of h by the step after, of its rows, which are the first.</param>
    /// <param name="cellGradients">Gradient of c by the step after, n x H or more; receives that of the cells before.</param>
    /// <param name="sums">Receives the gradient of a, n x 4H.</param>
    /// <param name="given">Sum of the gradients of a over the steps, which is added to; empty for none.</param>
    public static void Backward(
        int units,
        ReadOnlySpan<float> gates,
        ReadOnlySpan<float> cells,
        ReadOnlySpan<float> cellsBefore,
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> next,
        Span<float> cellGradients,
        Span<float> sums,
        Span<float> given
    )
    {
        var rows = outputs.Length / units;
        for (var row = 0; row < rows; row++)
        {
            var (wide, narrow) = (row * 4 * units, row * units);
            var after = narrow < next.Length ? next.Slice(narrow, units) : default;
            var i = 0;
            for (; i <= units - SimdSpans.Count; i += SimdSpans.Count)
                Backward<SimdSpans.Whole>(
                    units,
                    gates.Slice(wide, 4 * units),
                    cells.Slice(narrow, units),
                    cellsBefore.Slice(narrow, units),
                    outputs.Slice(narrow, units),
                    after,
                    cellGradients.Slice(narrow, units),
                    sums.Slice(wide, 4 * units),
                    given.IsEmpty ? given : given.Slice(wide, 4 * units),
                    i
                );
            if (i < units)
                Backward<SimdSpans.Rest>(
                    units,
                    gates.Slice(wide, 4 * units),
                    cells.Slice(narrow, units),
                    cellsBefore.Slice(narrow, units),
                    outputs.Slice(narrow, units),
                    after,
                    cellGradients.Slice(narrow, units),
                    sums.Slice(wide, 4 * units),
                    given.IsEmpty ? given : given.Slice(wide, 4 * units),
                    i
                );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Backward<TReach>(
        int units,
        ReadOnlySpan<float> gates,
        ReadOnlySpan<float> cells,
        ReadOnlySpan<float> cellsBefore,
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> next,
        Span<float> cellGradients,
        Span<float> sums,
        Span<float> given,
        int at
    )
    {
        var one = Vector512<float>.One;
        var input = SimdSpans.Load<float, TReach>(gates[..units], at);
        var forget = SimdSpans.Load<float, TReach>(gates.Slice(units, units), at);
        var candidate = SimdSpans.Load<float, TReach>(gates.Slice(2 * units, units), at);
        var output = SimdSpans.Load<float, TReach>(gates.Slice(3 * units, units), at);
        var shown = Tanh(SimdSpans.Load<float, TReach>(cells, at));
        var ofOutput = SimdSpans.Load<float, TReach>(outputs, at);
        if (!next.IsEmpty)
            ofOutput += SimdSpans.Load<float, TReach>(next, at);
        var ofCell = SimdSpans.Load<float, TReach>(cellGradients, at) + ofOutput * output * (one - shown * shown);
        SimdSpans.Store<float, TReach>(cellGradients, at, ofCell * forget);
        Put<TReach>(units, 0, ofCell * candidate * input * (one - input), sums, given, at);
        Put<TReach>(units, 1, ofCell * SimdSpans.Load<float, TReach>(cellsBefore, at) * forget * (one - forget), sums, given, at);
        Put<TReach>(units, 2, ofCell * input * (one - candidate * candidate), sums, given, at);
        Put<TReach>(units, 3, ofOutput * shown * output * (one - output), sums, given, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TReach>(int units, int gate, Vector512<float> gradient, Span<float> sums, Span<float> given, int at)
    {
        SimdSpans.Store<float, TReach>(sums.Slice(gate * units, units), at, gradient);
        if (given.IsEmpty)
            return;
        var total = given.Slice(gate * units, units);
        SimdSpans.Store<float, TReach>(total, at, SimdSpans.Load<float, TReach>(total, at) + gradient);
    }

    // Absolute error of a float near 1, as in Activation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Tanh(Vector512<float> x) => 2 * SimdSpans.Sigmoid(2 * x) - Vector512<float>.One;
}
