using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// A linear map, convolution or transposed convolution that can multiply in bfloat16 while it trains: inputs and weights
/// are rounded to 8 bits of mantissa for the product, which accumulates in float32; weights, gradients and all else stay
/// float32 (Micikevicius et al. 2018; Kalamkar et al. 2019). Outside training it is float32 always. Where it has
/// a stage (Models/Gradients), that computes it in training instead.
/// </summary>
/// <remarks>
/// libtorch 2.10's convolutions on some AVX-512 processors go wrong where a number of channels is no multiple of 16: with
/// float64 as reference, NaN or errors as large as the result were seen in float32 outputs (24 -> 48) and input gradients
/// (16 -> 1, the last layer of a decoder), and in bfloat16 besides. Multiples of 16 were right in every case tried.
/// Channels are therefore filled up with zeros to a multiple of 16. A convolution of one small record asks NNPACK first, which on a
/// processor that it does not know writes a warning to standard error at every call; of two records nothing asks, so one is done twice.
/// </remarks>
internal sealed class MatrixProduct : nn.Module<Tensor, Tensor>
{
    // Images of 1 or 3 channels have kernels of their own, without the fault as long as nothing asks for their gradient.
    private const long Block = 16,
        FewInputs = 3;

    // Of so many numbers NNPACK is never asked: a tile of a photograph.
    private const long MuchAlone = 1 << 20;

    private readonly Func<Tensor, Tensor, Tensor, Tensor> _product;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private MatrixProduct(string name, Parameter weight, Parameter bias, Func<Tensor, Tensor, Tensor, Tensor> product)
        : base(name)
    {
        (_weight, _bias, _product) = (
            weight,
            bias,
            weight.dim() == 2 ? product : InBlocks(OfTwoAtLeast(product), isTransposed: name == "transposed_convolution")
        );
        RegisterComponents();
    }

    /// <summary>True if products are in bfloat16 in training.</summary>
    public bool InBfloat16 { get; set; }

    /// <summary>Weights: outputs x inputs (x k x k); of a transposed convolution, inputs x outputs x k x k.</summary>
    public Parameter Weight => _weight;

    /// <summary>Bias, one number an output.</summary>
    public Parameter Bias => _bias;

    /// <summary>Geometry of a convolution; null for a linear map.</summary>
    public ConvolutionGeometry? Window { get; private init; }

    /// <summary>True for a transposed convolution.</summary>
    public bool IsTransposed { get; private init; }

    /// <summary>Creates x W' + b, with torch's initial weights.</summary>
    public static MatrixProduct Linear(long inputs, long outputs)
    {
        long[] shape = [outputs, inputs];
        return new("linear", SeededLayers.Weight(shape), SeededLayers.Bias(shape, outputs), nn.functional.linear);
    }

    /// <summary>Creates a convolution of square kernels, with torch's initial weights, or all 0: a change that starts as none.</summary>
    public static MatrixProduct Convolution(long inputs, long outputs, int kernel, int stride, int padding, bool startsAtZero = false)
    {
        long[] shape = [outputs, inputs, kernel, kernel];
        var (first, rest) = startsAtZero
            ? (SeededLayers.Zeros(shape), SeededLayers.Zeros(outputs))
            : (SeededLayers.Weight(shape), SeededLayers.Bias(shape, outputs));
        return new("convolution", first, rest, (x, weight, bias) =>
            nn.functional.conv2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding])
        )
        {
            Window = new(kernel, stride, padding),
        };
    }

    /// <summary>Creates a transposed convolution of square kernels, with torch's initial weights.</summary>
    public static MatrixProduct TransposedConvolution(long inputs, long outputs, int kernel, int stride, int padding)
    {
        long[] shape = [inputs, outputs, kernel, kernel];
        return new("transposed_convolution", SeededLayers.Weight(shape), SeededLayers.Bias(shape, outputs), (x, weight, bias) =>
            nn.functional.conv_transpose2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding])
        )
        {
            Window = new(kernel, stride, padding),
            IsTransposed = true,
        };
    }

    /// <summary>Returns the convolution with channels padded to whole blocks.</summary>
    private static Func<Tensor, Tensor, Tensor, Tensor> InBlocks(Func<Tensor, Tensor, Tensor, Tensor> product, bool isTransposed) =>
        (x, weight, bias) =>
        {
            var (inputs, outputs) = isTransposed ? (weight.shape[0], weight.shape[1]) : (weight.shape[1], weight.shape[0]);
            var (missingInputs, missingOutputs) = (inputs <= FewInputs && !x.requires_grad ? 0 : Missing(inputs), Missing(outputs));
            if (missingInputs + missingOutputs == 0)
                return product(x, weight, bias);
            long[] filling = isTransposed ? [0, 0, 0, 0, 0, missingOutputs, 0, missingInputs] : [0, 0, 0, 0, 0, missingInputs, 0, missingOutputs];
            var filled = missingInputs == 0 ? x : nn.functional.pad(x, [0, 0, 0, 0, 0, missingInputs]);
            return product(filled, nn.functional.pad(weight, filling), nn.functional.pad(bias, [0, missingOutputs])).narrow(1, 0, outputs);
        };

    /// <summary>Returns the convolution with a single record computed as two.</summary>
    private static Func<Tensor, Tensor, Tensor, Tensor> OfTwoAtLeast(Func<Tensor, Tensor, Tensor, Tensor> product) =>
        (x, weight, bias) =>
            x.shape[0] == 1 && x.numel() < MuchAlone ? product(x.expand(2, -1, -1, -1), weight, bias).narrow(0, 0, 1) : product(x, weight, bias);

    private static long Missing(long channels) => (Block - channels % Block) % Block;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) =>
        InBfloat16 && training
            ? _product(x.to(ScalarType.BFloat16), _weight.to(ScalarType.BFloat16), _bias.to(ScalarType.BFloat16)).to(ScalarType.Float32)
            : _product(x, _weight, _bias);
}
