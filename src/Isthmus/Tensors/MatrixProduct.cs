using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Tensors;

/// <summary>
/// A linear map, convolution or transposed convolution that can multiply in bfloat16 while it trains: inputs and weights
/// are rounded to 8 bits of mantissa for the product, which accumulates in float32; weights, gradients and all else stay
/// float32 (Micikevicius et al. 2018; Kalamkar et al. 2019). Outside training it is float32 always.
/// </summary>
internal sealed class MatrixProduct : nn.Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor, Tensor, Tensor> _product;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private MatrixProduct(string name, Parameter weight, Parameter bias, Func<Tensor, Tensor, Tensor, Tensor> product) : base(name)
    {
        (_weight, _bias, _product) = (weight, bias, product);
        RegisterComponents();
    }

    /// <summary>Whether products are in bfloat16 in training.</summary>
    public bool InBfloat16 { get; set; }

    /// <summary>x W' + b, with torch's first weights.</summary>
    public static MatrixProduct Linear(long inputs, long outputs)
    {
        var made = nn.Linear(inputs, outputs);
        return new("linear", made.weight, made.bias!, nn.functional.linear);
    }

    /// <summary>A convolution of square kernels, with torch's first weights.</summary>
    public static MatrixProduct Convolution(long inputs, long outputs, long kernel, long stride, long padding)
    {
        var made = nn.Conv2d(inputs, outputs, kernel, stride: stride, padding: padding);
        return new("convolution", made.weight, made.bias!, (x, weight, bias) => nn.functional.conv2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding]));
    }

    /// <summary>A transposed convolution of square kernels, with torch's first weights.</summary>
    public static MatrixProduct TransposedConvolution(long inputs, long outputs, long kernel, long stride, long padding)
    {
        var made = nn.ConvTranspose2d(inputs, outputs, kernel, stride: stride, padding: padding);
        return new("transposed_convolution", made.weight, made.bias!, (x, weight, bias) => nn.functional.conv_transpose2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding]));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => InBfloat16 && training
        ? _product(x.to(ScalarType.BFloat16), _weight.to(ScalarType.BFloat16), _bias.to(ScalarType.BFloat16)).to(ScalarType.Float32)
        : _product(x, _weight, _bias);
}
