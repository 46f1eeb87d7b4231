using Isthmus.Compute;
using Isthmus.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// One map of a network with a hand-written backward pass: y = f(x), then from dL/dy to dL/dx and the gradients of f's own parameters. A chain of them replaces
/// autograd without a graph; a map that is not known here is left to autograd. Used by one thread at a time, forward and then backward, inside the dispose
/// scope of a step.
/// </summary>
internal abstract class ManualLayer
{
    /// <summary>Returns f(x), and keeps what the backward pass needs.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>Returns dL/dx from dL/dy, and writes the gradients of the parameters to the context.</summary>
    /// <param name="gradient">dL/dy.</param>
    /// <param name="wanted">True if dL/dx is needed; false for the first map of a network.</param>
    public abstract Tensor? Backward(Tensor gradient, bool wanted = true);

    /// <summary>Returns true if a module is a chain of maps known here, or of such that autograd does well.</summary>
    public static bool Knows(nn.Module<Tensor, Tensor> module) =>
        module switch
        {
            Sequential sequence => sequence.children().OfType<nn.Module<Tensor, Tensor>>().All(Knows),
            BatchNorm or LayerNorm or GELU or SeededDropout => true,
            _ => IsSeparable(module),
        };

    /// <summary>
    /// Returns true if every map of a module is known here. Records of a batch do not depend on each other in those, and no generator is used: a batch may be
    /// cut in slices.
    /// </summary>
    public static bool IsSeparable(nn.Module<Tensor, Tensor> module) =>
        module switch
        {
            Sequential sequence => sequence.children().OfType<nn.Module<Tensor, Tensor>>().All(IsSeparable),
            ResidualBlock block => IsSeparable(block.Branch),
            MatrixProduct or Flatten or Unflatten or Crop or IKeepsZeros => true,
            _ => Activation.Of(module) is not null,
        };

    /// <summary>Returns the matrix products of a module that are known here: their gradients are not autograd's.</summary>
    public static IEnumerable<MatrixProduct> ProductsOf(nn.Module<Tensor, Tensor> module) =>
        module switch
        {
            MatrixProduct product => [product],
            Sequential sequence => sequence.children().OfType<nn.Module<Tensor, Tensor>>().SelectMany(ProductsOf),
            ResidualBlock block => ProductsOf(block.Branch),
            _ => [],
        };

    /// <summary>Creates the layer for a module.</summary>
    public static ManualLayer Of(nn.Module<Tensor, Tensor> module, SliceContext context) =>
        module switch
        {
            Sequential => Chain([.. Flat(module)], context),
            MatrixProduct product => Product(product, null, context),
            ResidualBlock block => new ManualResidual(Of(block.Branch, context)),
            Flatten or Unflatten => new ManualReshape(module),
            _ => new AutogradLayer(module),
        };

    /// <summary>Creates the layers for modules one after another.</summary>
    internal static ManualChain Chain(IReadOnlyList<nn.Module<Tensor, Tensor>> modules, SliceContext context)
    {
        var stages = new List<ManualLayer>();
        for (var i = 0; i < modules.Count; i++)
            if (modules[i] is MatrixProduct product && i + 1 < modules.Count && Activation.Of(modules[i + 1]) is not null)
                stages.Add(Product(product, modules[++i], context));
            else
                stages.Add(Of(modules[i], context));
        return new(stages);
    }

    /// <summary>Returns the modules of a sequence, with nested sequences expanded; for any other module, itself.</summary>
    internal static IEnumerable<nn.Module<Tensor, Tensor>> Flat(nn.Module<Tensor, Tensor> module) =>
        module is Sequential sequence ? sequence.children().Cast<nn.Module<Tensor, Tensor>>().SelectMany(Flat) : [module];

    private static ManualLayer Product(MatrixProduct product, nn.Module<Tensor, Tensor>? activation, SliceContext context) =>
        product.Window is { } window
            ? new ManualConvolution(product, window, Activation.Of(activation)!, context)
            : new ManualLinear(product, Activation.Of(activation)!, context);
}
