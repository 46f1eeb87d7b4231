using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Tensors;

/// <summary>
/// A linear map, convolution or transposed convolution, in float32. In training on a processor its stage
/// (Models/Gradients) computes it instead, in bfloat16 where so chosen.
/// </summary>
/// <remarks>
/// libtorch 2.10's convolutions on AVX-512 processors read memory that was never written where a number of channels is
/// no multiple of 16: seen as NaN, or as plain errors in bfloat16, in the outputs (17 -> 20 channels), and in the input
/// gradient (16 -> 1, the last layer of a decoder). Channels are therefore filled up with zeros to a multiple of 16.
/// </remarks>
internal sealed class MatrixProduct : nn.Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor, Tensor, Tensor> _product;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    // Images of 1 or 3 channels have kernels of their own there, without the fault.
    private const long Block = 16, FewInputs = 3;

    private MatrixProduct(string name, Parameter weight, Parameter bias, Func<Tensor, Tensor, Tensor, Tensor> product) : base(name)
    {
        (_weight, _bias, _product) = (weight, bias, product);
        RegisterComponents();
    }

    /// <summary>The weights: outputs x inputs (x k x k); of a transposed convolution, inputs x outputs x k x k.</summary>
    public Parameter Weight => _weight;

    /// <summary>One number an output.</summary>
    public Parameter Bias => _bias;

    /// <summary>How a convolution slides; null of a linear map.</summary>
    public Window? Window { get; private init; }

    /// <summary>Whether the convolution is a transposed one.</summary>
    public bool IsTransposed { get; private init; }

    /// <summary>x W' + b, with torch's first weights.</summary>
    public static MatrixProduct Linear(long inputs, long outputs)
    {
        var made = nn.Linear(inputs, outputs);
        return new("linear", made.weight, made.bias!, nn.functional.linear);
    }

    /// <summary>A convolution of square kernels, with torch's first weights.</summary>
    public static MatrixProduct Convolution(long inputs, long outputs, int kernel, int stride, int padding)
    {
        var made = nn.Conv2d(inputs, outputs, kernel, stride: stride, padding: padding);
        return new("convolution", made.weight, made.bias!, (x, weight, bias) => nn.functional.conv2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding]))
        {
            Window = new(kernel, stride, padding),
        };
    }

    /// <summary>A transposed convolution of square kernels, with torch's first weights.</summary>
    public static MatrixProduct TransposedConvolution(long inputs, long outputs, int kernel, int stride, int padding)
    {
        var made = nn.ConvTranspose2d(inputs, outputs, kernel, stride: stride, padding: padding);
        return new("transposed_convolution", made.weight, made.bias!, (x, weight, bias) => nn.functional.conv_transpose2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding]))
        {
            Window = new(kernel, stride, padding),
            IsTransposed = true,
        };
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        if (Window is null)
            return _product(x, _weight, _bias);
        var (inputs, outputs) = IsTransposed ? (_weight.shape[0], _weight.shape[1]) : (_weight.shape[1], _weight.shape[0]);
        var (missingInputs, missingOutputs) = (inputs <= FewInputs ? 0 : Missing(inputs), Missing(outputs));
        if (missingInputs + missingOutputs == 0)
            return _product(x, _weight, _bias);
        var weight = nn.functional.pad(_weight, IsTransposed ? [0, 0, 0, 0, 0, missingOutputs, 0, missingInputs] : [0, 0, 0, 0, 0, missingInputs, 0, missingOutputs]);
        return _product(nn.functional.pad(x, [0, 0, 0, 0, 0, missingInputs]), weight, nn.functional.pad(_bias, [0, missingOutputs])).narrow(1, 0, outputs);
    }

    private static long Missing(long channels) => (Block - channels % Block) % Block;
}
