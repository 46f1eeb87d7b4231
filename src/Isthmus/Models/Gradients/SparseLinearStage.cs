using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Data;
using Isthmus.Tensors;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// y = act(x W' + b) of records x of which few numbers are not 0, and back. A row of the product is the sum of those numbers
/// times what their input weighs, one run of memory each (<see cref="FlatParameters"/> holds W input by input): with k numbers
/// a record it costs k where the dense product costs D. So does W's gradient, which is 0 for inputs that no record has.
/// </summary>
internal sealed class SparseLinearStage(MatrixProduct product, Activation activation, SliceContext context)
{
    // Sums of so many vectors stay in registers.
    private const int VectorsAtOnce = 8;

    private readonly Tensor _weight = context.Weight(product.Weight);
    private readonly Tensor _weightGradient = context.Gradient(product.Weight)!;
    private readonly int _inputs = (int)product.Weight.shape[1], _outputs = (int)product.Weight.shape[0];
    private SparseCounts? _x;
    private Rows? _rows;

    private sealed record Rows(long Count, Tensor Product, Tensor Output, Tensor Gradient);

    /// <summary>The non-linearity's value, N x outputs.</summary>
    public Tensor Forward(SparseCounts x)
    {
        _x = x;
        if (_rows is null || _rows.Count != x.Count)
            _rows = new(x.Count, context.Buffer(x.Count, _outputs), context.Buffer(x.Count, activation.Outputs(_outputs)), context.Buffer(x.Count, _outputs));
        if (context.InBfloat16)
            Forward<ushort>(x, _rows);
        else
            Forward<float>(x, _rows);
        return _rows.Output;
    }

    /// <summary>Leaves the gradients of weight and bias where the context says.</summary>
    public void Backward(Tensor gradient)
    {
        var above = context.Working(gradient);
        if (context.InBfloat16)
            Backward<ushort>(_x!, _rows!, above);
        else
            Backward<float>(_x!, _rows!, above);
    }

    private void Forward<T>(SparseCounts x, Rows rows) where T : unmanaged
    {
        var weight = Lanes.Of<T>(_weight.t());
        var sums = Lanes.Of<T>(rows.Product);
        for (var row = 0; row < x.Count; row++)
            SumRows(weight, x[row].Columns, x[row].Values, sums.Slice(row * _outputs, _outputs));
        activation.Forward(sums, Lanes.Of<float>(product.Bias), Lanes.Of<T>(rows.Output));
    }

    private void Backward<T>(SparseCounts x, Rows rows, Tensor above) where T : unmanaged
    {
        activation.Backward(Lanes.Of<T>(rows.Product), Lanes.Of<T>(above), Lanes.Of<T>(rows.Gradient), context.RestGradient(product.Bias));
        var before = Lanes.Of<T>(activation.IsIdentity ? above : rows.Gradient);
        var result = Lanes.Of<T>(_weightGradient.t());
        var byInput = Transposed(x);
        for (var input = 0; input < _inputs; input++)
            SumRows<T>(before, byInput[input].Columns, byInput[input].Values, result.Slice(input * _outputs, _outputs));
    }

    /// <summary>The records that have each input.</summary>
    private SparseCounts Transposed(SparseCounts x)
    {
        var offsets = new int[_inputs + 1];
        for (var row = 0; row < x.Count; row++)
            foreach (var input in x[row].Columns)
                offsets[input + 1]++;
        for (var input = 0; input < _inputs; input++)
            offsets[input + 1] += offsets[input];
        var next = offsets[..^1];
        var (rows, values) = (new int[offsets[^1]], new float[offsets[^1]]);
        for (var row = 0; row < x.Count; row++)
        {
            var record = x[row];
            for (var k = 0; k < record.Columns.Length; k++)
            {
                var place = next[record.Columns[k]]++;
                (rows[place], values[place]) = (row, record.Values[k]);
            }
        }
        return new(offsets, rows, values);
    }

    /// <summary>sum of w_k M_(r_k), r the rows of M that <paramref name="rows"/> names; summed in float32.</summary>
    private static void SumRows<T>(ReadOnlySpan<T> matrix, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<T> sum) where T : unmanaged
    {
        if (rows.IsEmpty)
        {
            sum.Clear();
            return;
        }
        var i = 0;
        for (; i <= sum.Length - VectorsAtOnce * Lanes.Count; i += VectorsAtOnce * Lanes.Count)
            SumBlock(matrix, rows, weights, sum, i);
        for (; i <= sum.Length - Lanes.Count; i += Lanes.Count)
            SumVector<T, Lanes.Whole>(matrix, rows, weights, sum, i);
        if (i < sum.Length)
            SumVector<T, Lanes.Rest>(matrix, rows, weights, sum, i);
    }

    private static void SumBlock<T>(ReadOnlySpan<T> matrix, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<T> sum, int at) where T : unmanaged
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var k = 0; k < rows.Length; k++)
        {
            var row = matrix.Slice(rows[k] * sum.Length + at, VectorsAtOnce * Lanes.Count);
            var weight = Vector512.Create(weights[k]);
            a = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, 0), a);
            b = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, Lanes.Count), b);
            c = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, 2 * Lanes.Count), c);
            d = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, 3 * Lanes.Count), d);
            e = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, 4 * Lanes.Count), e);
            f = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, 5 * Lanes.Count), f);
            g = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, 6 * Lanes.Count), g);
            h = Vector512.FusedMultiplyAdd(weight, Lanes.Load<T, Lanes.Whole>(row, 7 * Lanes.Count), h);
        }
        Lanes.Store<T, Lanes.Whole>(sum, at, a);
        Lanes.Store<T, Lanes.Whole>(sum, at + Lanes.Count, b);
        Lanes.Store<T, Lanes.Whole>(sum, at + 2 * Lanes.Count, c);
        Lanes.Store<T, Lanes.Whole>(sum, at + 3 * Lanes.Count, d);
        Lanes.Store<T, Lanes.Whole>(sum, at + 4 * Lanes.Count, e);
        Lanes.Store<T, Lanes.Whole>(sum, at + 5 * Lanes.Count, f);
        Lanes.Store<T, Lanes.Whole>(sum, at + 6 * Lanes.Count, g);
        Lanes.Store<T, Lanes.Whole>(sum, at + 7 * Lanes.Count, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumVector<T, TReach>(ReadOnlySpan<T> matrix, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<T> sum, int at) where T : unmanaged
    {
        var total = Vector512<float>.Zero;
        for (var k = 0; k < rows.Length; k++)
            total = Vector512.FusedMultiplyAdd(Vector512.Create(weights[k]), Lanes.Load<T, TReach>(matrix.Slice(rows[k] * sum.Length, sum.Length), at), total);
        Lanes.Store<T, TReach>(sum, at, total);
    }
}
