using System.Runtime.InteropServices;
using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>y = act(x W' + b), N x outputs, and back: three matrix products and two passes, into memory that is kept.</summary>
internal sealed class ManualLinear(MatrixProduct product, Activation activation, SliceContext context) : ManualLayer
{
    private readonly Tensor _weight = context.Weight(product.Weight),
        _transposed = context.Own(context.Weight(product.Weight).t());
    private readonly Tensor? _weightGradient = context.Gradient(product.Weight);
    private readonly int _inputs = (int)product.Weight.shape[1],
        _outputs = (int)product.Weight.shape[0];

    // By number of records: those of a pass are a few, a whole block and what is left at its ends, and they take turns.
    private readonly Dictionary<long, Rows> _reserved = [];
    private Tensor? _x;
    private Rows? _rows;

    /// <summary>Memory for a number of records.</summary>
    private sealed record Rows(Tensor Product, Tensor Output, Tensor Gradient, Tensor GradientTransposed, Tensor InputGradient);

    public override Tensor Forward(Tensor x)
    {
        _x = context.Working(x);
        _rows = CollectionsMarshal.GetValueRefOrAddDefault(_reserved, _x.shape[0], out _) ??= Reserve(_x.shape[0]);
        context.Multiply(_x, _transposed, _rows.Product);
        if (context.InBfloat16)
            Activate<ushort>(_rows);
        else
            Activate<float>(_rows);
        return _rows.Output;
    }

    public override Tensor? Backward(Tensor gradient, bool wanted = true)
    {
        var above = context.Working(gradient);
        if (context.InBfloat16)
            Differentiate<ushort>(_rows!, above);
        else
            Differentiate<float>(_rows!, above);
        var (before, transposed) = activation.IsIdentity ? (above, above.t()) : (_rows!.Gradient, _rows.GradientTransposed);
        context.Multiply(transposed, _x!, _weightGradient!);
        if (!wanted)
            return null;
        context.Multiply(before, _weight, _rows!.InputGradient);
        return _rows.InputGradient;
    }

    private Rows Reserve(long count)
    {
        // Of no non-linearity, output and product are the same, and so are the gradients before and after: that has no memory of its own.
        var into = context.Buffer(count, _outputs);
        var gradient = activation.IsIdentity ? into : context.Buffer(count, _outputs);
        return new(
            into,
            activation.IsIdentity ? into : context.Buffer(count, activation.Outputs(_outputs)),
            gradient,
            context.Own(gradient.t()),
            context.Buffer(count, _inputs)
        );
    }

    private void Activate<T>(Rows rows)
        where T : unmanaged => activation.Forward(TensorMemory.Of<T>(rows.Product), TensorMemory.Of<float>(product.Bias), TensorMemory.Of<T>(rows.Output));

    private void Differentiate<T>(Rows rows, Tensor above)
        where T : unmanaged =>
        activation.Backward(TensorMemory.Of<T>(rows.Product), TensorMemory.Of<T>(above), TensorMemory.Of<T>(rows.Gradient), context.RestGradient(product.Bias));
}
