using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information.Numerics;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// y = act(x W' + b) of sparse records x, and its backward pass. A row of the product is the sum of the nonzero numbers times their input's weights, which are
/// contiguous (<see cref="FlatParameters"/> holds W input by input): with k nonzero numbers a record it costs k where the dense product costs D. So does W's
/// gradient, which is 0 for inputs that no record has.
/// </summary>
internal sealed class ManualSparseLinear(MatrixProduct product, Activation activation, SliceContext context)
{
    // Input by input; a copy only where the context's weights lie otherwise.
    private readonly Tensor _weight = context.Own(context.Weight(product.Weight).t().contiguous());
    private readonly Tensor? _weightGradient = context.Gradient(product.Weight);
    private readonly int _inputs = (int)product.Weight.shape[1],
        _outputs = (int)product.Weight.shape[0];
    private readonly float[] _sums = new float[product.Weight.shape[0]];

    // By number of records, as ManualLinear has it.
    private readonly Dictionary<int, Rows> _reserved = [];
    private SparseCounts? _x;
    private Rows? _rows;

    private sealed record Rows(Tensor Product, Tensor Output, Tensor Gradient);

    /// <summary>Returns the non-linearity's value, N x outputs.</summary>
    public Tensor Forward(SparseCounts x)
    {
        _x = x;
        _rows = CollectionsMarshal.GetValueRefOrAddDefault(_reserved, x.Count, out _) ??= new(
            context.Buffer(x.Count, _outputs),
            context.Buffer(x.Count, activation.Outputs(_outputs)),
            context.Buffer(x.Count, _outputs)
        );
        if (context.InBfloat16)
            Forward<ushort>(x, _rows);
        else
            Forward<float>(x, _rows);
        return _rows.Output;
    }

    /// <summary>Writes the gradients of weight and bias to the context.</summary>
    public void Backward(Tensor gradient)
    {
        var above = context.Working(gradient);
        if (context.InBfloat16)
            Backward<ushort>(_x!, _rows!, above);
        else
            Backward<float>(_x!, _rows!, above);
    }

    private void Forward<T>(SparseCounts x, Rows rows)
        where T : unmanaged
    {
        var weight = new TensorNumbers<T>(_weight);
        var sums = TensorMemory.Of<T>(rows.Product);
        for (var row = 0; row < x.Count; row++)
            SumRows(weight, x[row].Columns, x[row].Values, sums.Slice(row * _outputs, _outputs));
        activation.Forward(sums, TensorMemory.Of<float>(product.Bias), TensorMemory.Of<T>(rows.Output));
    }

    private void Backward<T>(SparseCounts x, Rows rows, Tensor above)
        where T : unmanaged
    {
        activation.Backward(TensorMemory.Of<T>(rows.Product), TensorMemory.Of<T>(above), TensorMemory.Of<T>(rows.Gradient), context.RestGradient(product.Bias));
        var before = new TensorNumbers<T>(activation.IsIdentity ? above : rows.Gradient);
        var result = new TensorNumbers<T>(_weightGradient!.t());
        var byInput = Transposed(x);
        for (var input = 0; input < _inputs; input++)
            SumRows(before, byInput[input].Columns, byInput[input].Values, result.Slice((long)input * _outputs, _outputs));
    }

    /// <summary>Returns, for each input, the records that have it.</summary>
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

    /// <summary>Computes the sum of w_k M_(r_k), with r the rows of M in <paramref name="rows"/>; summed in float32, each row read from end to end.</summary>
    private void SumRows<T>(TensorNumbers<T> matrix, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<T> sum)
        where T : unmanaged
    {
        if (rows.IsEmpty)
        {
            sum.Clear();
            return;
        }
        _sums.AsSpan().Clear();
        for (var k = 0; k < rows.Length; k++)
            Add(weights[k], matrix.Slice((long)rows[k] * sum.Length, sum.Length), _sums);
        var i = 0;
        for (; i <= sum.Length - SimdSpans.Count; i += SimdSpans.Count)
            SimdSpans.Store<T, SimdSpans.Whole>(sum, i, SimdSpans.Load<float, SimdSpans.Whole>(_sums, i));
        if (i < sum.Length)
            SimdSpans.Store<T, SimdSpans.Rest>(sum, i, SimdSpans.Load<float, SimdSpans.Rest>(_sums, i));
    }

    private static void Add<T>(float weight, ReadOnlySpan<T> row, Span<float> sums)
        where T : unmanaged
    {
        var i = 0;
        for (; i <= row.Length - SimdSpans.Count; i += SimdSpans.Count)
            Add<T, SimdSpans.Whole>(weight, row, sums, i);
        if (i < row.Length)
            Add<T, SimdSpans.Rest>(weight, row, sums, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T, TReach>(float weight, ReadOnlySpan<T> row, Span<float> sums, int i)
        where T : unmanaged =>
        SimdSpans.Store<float, TReach>(
            sums,
            i,
            Vector512.FusedMultiplyAdd(Vector512.Create(weight), SimdSpans.Load<T, TReach>(row, i), SimdSpans.Load<float, TReach>(sums, i))
        );
}
