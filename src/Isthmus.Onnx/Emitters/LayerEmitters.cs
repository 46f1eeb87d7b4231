using Isthmus.Compute;
using Isthmus.Models.Networks;
using Isthmus.Onnx.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Onnx.Emitters;

/// <summary>Layers: linear maps, convolutions, normalisations, non-linearities, and chains of them.</summary>
internal static class LayerEmitters
{
    public static void Register()
    {
        OnnxEmitters.Add<Sequential>((sequence, x) => sequence.children().Aggregate(x, (value, module) => OnnxEmitters.Emit(module, value)));
        OnnxEmitters.Add<Identity>((_, x) => x);
        OnnxEmitters.Add<SeededDropout>((_, x) => x);
        OnnxEmitters.Add<Dropout>((_, x) => x);
        OnnxEmitters.Add<MatrixProduct>(Product);
        OnnxEmitters.Add<Linear>((layer, x) => Linear(x, layer.weight!, layer.bias));
        OnnxEmitters.Add<BatchNorm>(BatchNormalised);
        OnnxEmitters.Add<LayerNorm>((norm, x) => LayerNormalised(norm, x));
        OnnxEmitters.Add<ResidualBlock>((block, x) => x + OnnxEmitters.Emit(block.Branch, x));
        OnnxEmitters.Add<ResidualBranch>((branch, x) => x + OnnxEmitters.Emit(branch.Branch, x));
        OnnxEmitters.Add<Flatten>((_, x) => x.With("Flatten", ("axis", 1)));
        OnnxEmitters.Add<Unflatten>((module, x) => x.Reshape([0, .. Known(OnnxEmitters.ShapeAfter(module, x), "Unflatten")]));
        OnnxEmitters.Add<Crop>(Cropped);
        OnnxEmitters.Add<UnitLength>((_, x) => OfUnitLength(x));
        OnnxEmitters.Add<ReLU>((_, x) => x.Relu());
        OnnxEmitters.Add<Elu>((_, x) => x.Apply("Elu"));
        OnnxEmitters.Add<SiLU>((_, x) => x.Silu());
        OnnxEmitters.Add<Models.Networks.Softplus>((_, x) => x.Apply("Softplus"));
        OnnxEmitters.Add<Tanh>((_, x) => x.Apply("Tanh"));
        OnnxEmitters.Add<Sigmoid>((_, x) => x.Sigmoid());
        // The operator Gelu is of set 20.
        OnnxEmitters.Add<GELU>((_, x) => x * ((x * Math.Sqrt(0.5)).Apply("Erf") + 1) * 0.5);
        OnnxEmitters.Add<GLU>(
            (_, x) =>
            {
                var halves = x.Chunk(2);
                return halves[0] * halves[1].Sigmoid();
            }
        );
    }

    /// <summary>x W' + b.</summary>
    public static OnnxValue Linear(OnnxValue x, Tensor weight, Tensor? bias) =>
        x.Graph.Node("Gemm", [x, x.Graph.Constant(weight, "weight"), bias is null ? null : x.Graph.Constant(bias, "bias")], [("transB", 1)]);

    /// <summary>x / |x|; 0 stays 0.</summary>
    public static OnnxValue OfUnitLength(OnnxValue x) => x / x.With("ReduceL2", ("axes", (long[])[-1]), ("keepdims", 1)).Apply("Max", x.Graph.Constant(1e-12));

    private static OnnxValue Product(MatrixProduct product, OnnxValue x)
    {
        if (product.Window is not { } window)
            return Linear(x, product.Weight, product.Bias);
        long[] Twice(long number) => [number, number];
        return x.Graph.Node(
            product.IsTransposed ? "ConvTranspose" : "Conv",
            [x, x.Graph.Constant(product.Weight, "weight"), x.Graph.Constant(product.Bias, "bias")],
            [("kernel_shape", Twice(window.Kernel)), ("strides", Twice(window.Stride)), ("pads", (long[])[.. Twice(window.Padding), .. Twice(window.Padding)])]
        );
    }

    public static OnnxValue BatchNormalised(BatchNorm norm, OnnxValue x)
    {
        using var scope = NewDisposeScope();
        var (mean, variance) = (norm.running_mean!, norm.running_var!);
        return x.Graph.Node(
            "BatchNormalization",
            [
                x,
                x.Graph.Constant(norm.weight ?? (Tensor)ones_like(mean), "scale"),
                x.Graph.Constant(norm.bias ?? (Tensor)zeros_like(mean), "shift"),
                x.Graph.Constant(mean, "mean"),
                x.Graph.Constant(variance, "variance"),
            ],
            [("epsilon", BatchNormalisation.Epsilon)]
        );
    }

    private static OnnxValue LayerNormalised(LayerNorm norm, OnnxValue x) =>
        x.Graph.Node(
            "LayerNormalization",
            [x, x.Graph.Constant(norm.weight!, "scale"), x.Graph.Constant(norm.bias!, "shift")],
            [("axis", -1), ("epsilon", LayerNormEpsilon)]
        );

    // TorchSharp's default, which all of ours have.
    private const double LayerNormEpsilon = 1e-5;

    private static OnnxValue Cropped(Crop crop, OnnxValue x)
    {
        var shape = Known(OnnxEmitters.ShapeAfter(crop, x), "Crop");
        return x.Narrow(2, 0, shape[1]).Narrow(3, 0, shape[2]);
    }

    private static long[] Known(IReadOnlyList<long>? shape, string module) =>
        [.. shape ?? throw new NoOnnxFormException(module, "follows a layer whose output's size is not known")];
}
