using System.Runtime.InteropServices;
using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// y = act(convolution of x + b) and back, as matrix products between an unfolding or a folding of windows
/// (<see cref="ConvolutionGeometry"/>), pixels in the order N x H x W x C. A convolution unfolds its input, k k C_in numbers a place;
/// where it has fewer outputs than inputs and stride 1 it is cheaper the other way, as the transposed convolution that it
/// also is, with its kernel turned: product first, then k k C_out numbers a place are folded. Measured here on
/// 128 records, one thread: the transposed convolution 32 -> 16 on 14 x 14 takes 22 ms forward and backward in oneDNN's
/// bfloat16 kernels. (Those have a fault besides: the input gradient of a convolution with fewer than 16 outputs reads
/// memory that was never written, and is NaN where that memory is.)
/// </summary>
internal sealed class ManualConvolution : ManualLayer
{
    private readonly MatrixProduct _product;
    private readonly ConvolutionGeometry _window;
    private readonly Activation _activation;
    private readonly SliceContext _context;
    private readonly Tensor _weight,
        _matrix,
        _matrixTransposed,
        _matrixGradient;
    private readonly Tensor? _weightGradient;
    private readonly int _inputs,
        _outputs,
        _taps;
    private readonly bool _folds,
        _turned;

    // By number of records, as ManualLinear has it: pictures of one model are of one size.
    private readonly Dictionary<long, Places> _reserved = [];
    private Places? _places;
    private Tensor? _x;

    /// <summary>Memory for a batch of one shape. Columns: the unfolded or not yet folded numbers, on the small grid.</summary>
    private sealed record Places(
        long[] Shape,
        int InputHeight,
        int InputWidth,
        int Height,
        int Width,
        Tensor Columns,
        Tensor ColumnsTransposed,
        Tensor Product,
        Tensor Output,
        Tensor Gradient,
        Tensor GradientTransposed,
        Tensor InputGradient
    );

    public ManualConvolution(MatrixProduct product, ConvolutionGeometry window, Activation activation, SliceContext context)
    {
        (_product, _window, _activation, _context) = (product, window, activation, context);
        var shape = product.Weight.shape;
        (_outputs, _inputs) = product.IsTransposed ? ((int)shape[1], (int)shape[0]) : ((int)shape[0], (int)shape[1]);
        _taps = window.Kernel * window.Kernel;
        _turned = !product.IsTransposed && window.Stride == 1 && window.Kernel == 2 * window.Padding + 1 && _outputs < _inputs;
        _folds = product.IsTransposed || _turned;
        _weight = context.Weight(product.Weight);
        _weightGradient = context.Gradient(product.Weight);
        // Folding: inputs x (k k outputs); unfolding: outputs x (k k inputs).
        var (rows, columns) = _folds ? (_inputs, _taps * _outputs) : (_outputs, _taps * _inputs);
        _matrix = context.Buffer(rows, columns);
        _matrixTransposed = context.Own(_matrix.t());
        _matrixGradient = context.Buffer(rows, columns);
    }

    public override Tensor Forward(Tensor x)
    {
        var places = _places = CollectionsMarshal.GetValueRefOrAddDefault(_reserved, x.shape[0], out _) ??= Reserve(x.shape);
        ToMatrix();
        _x = _context.Working(x.permute(0, 2, 3, 1)).view(-1, _inputs);
        if (_folds)
            _context.Multiply(_x, _matrix, places.Columns);
        if (_context.InBfloat16)
            Slide<ushort>(places);
        else
            Slide<float>(places);
        if (!_folds)
            _context.Multiply(places.Columns, _matrixTransposed, places.Product);
        if (_context.InBfloat16)
            Activate<ushort>(places);
        else
            Activate<float>(places);
        return places.Output.view(x.shape[0], places.Height, places.Width, -1).permute(0, 3, 1, 2);
    }

    public override Tensor? Backward(Tensor gradient, bool wanted = true)
    {
        var places = _places!;
        var above = _context.Working(gradient.permute(0, 2, 3, 1)).view(-1, _activation.Outputs(_outputs));
        var before = _activation.IsIdentity ? above : places.Gradient;
        if (_context.InBfloat16)
            Differentiate<ushort>(places, above, before);
        else
            Differentiate<float>(places, above, before);
        if (_folds)
        {
            // The columns have done their duty on the way there, and serve again.
            _context.Multiply(_x!.t(), places.Columns, _matrixGradient);
            if (wanted)
                _context.Multiply(places.Columns, _matrixTransposed, places.InputGradient);
        }
        else
        {
            _context.Multiply(_activation.IsIdentity ? before.t() : places.GradientTransposed, places.Columns, _matrixGradient);
            if (wanted)
            {
                _context.Multiply(before, _matrix, places.Columns);
                if (_context.InBfloat16)
                    FoldBack<ushort>(places);
                else
                    FoldBack<float>(places);
            }
        }
        FromMatrix();
        return wanted ? places.InputGradient.view(places.Shape[0], places.InputHeight, places.InputWidth, _inputs).permute(0, 3, 1, 2) : null;
    }

    /// <summary>Arranges the weights as a matrix, taps before channels.</summary>
    private void ToMatrix() => Taps(_matrix).copy_(_turned ? _weight.flip(2, 3).permute(1, 2, 3, 0) : _weight.permute(0, 2, 3, 1));

    private void FromMatrix() =>
        _weightGradient!.copy_(_turned ? Taps(_matrixGradient).permute(3, 0, 1, 2).flip(2, 3) : Taps(_matrixGradient).permute(0, 3, 1, 2));

    private Tensor Taps(Tensor matrix) => matrix.view(matrix.shape[0], _window.Kernel, _window.Kernel, -1);

    private Places Reserve(long[] shape)
    {
        var (count, height, width) = (shape[0], (int)shape[2], (int)shape[3]);
        var (h, w) = _product.IsTransposed ? (_window.Large(height), _window.Large(width)) : (_window.Small(height), _window.Small(width));
        var (inputs, outputs) = (count * height * width, count * h * w);
        var columns = _folds ? _context.Buffer(inputs, _taps * _outputs) : _context.Buffer(outputs, _taps * _inputs);
        // Of no non-linearity, the gradient before it is the one after: it has no memory of its own.
        var product = _context.Buffer(outputs, _outputs);
        var gradient = _activation.IsIdentity ? product : _context.Buffer(outputs, _outputs);
        return new(
            shape,
            height,
            width,
            h,
            w,
            columns,
            _context.Own(columns.t()),
            product,
            _activation.IsIdentity ? product : _context.Buffer(outputs, _activation.Outputs(_outputs)),
            gradient,
            _context.Own(gradient.t()),
            _context.Buffer(inputs, _inputs)
        );
    }

    private void Slide<T>(Places places)
        where T : unmanaged
    {
        if (_folds)
            _window.Fold(TensorMemory.Of<T>(places.Columns), TensorMemory.Of<T>(places.Product), places.Height, places.Width, _outputs);
        else
            _window.Unfold(TensorMemory.Of<T>(_x!), TensorMemory.Of<T>(places.Columns), places.InputHeight, places.InputWidth, _inputs);
    }

    private void Activate<T>(Places places)
        where T : unmanaged =>
        _activation.Forward(TensorMemory.Of<T>(places.Product), TensorMemory.Of<float>(_product.Bias), TensorMemory.Of<T>(places.Output));

    private void Differentiate<T>(Places places, Tensor above, Tensor before)
        where T : unmanaged
    {
        _activation.Backward(TensorMemory.Of<T>(places.Product), TensorMemory.Of<T>(above), TensorMemory.Of<T>(before), _context.RestGradient(_product.Bias));
        if (_folds)
            _window.Unfold(TensorMemory.Of<T>(before), TensorMemory.Of<T>(places.Columns), places.Height, places.Width, _outputs);
    }

    private void FoldBack<T>(Places places)
        where T : unmanaged =>
        _window.Fold(TensorMemory.Of<T>(places.Columns), TensorMemory.Of<T>(places.InputGradient), places.InputHeight, places.InputWidth, _inputs);
}
