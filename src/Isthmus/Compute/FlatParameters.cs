using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// A module's trainable parameters end to end in one tensor, and their gradients in another; the module's own parameters are views of it. One call then
/// updates, clips, averages or saves them all: per-tensor calls cost more than the arithmetic in models this small (measured: fused Adam on 637k numbers 0.29
/// ms flat, 0.60 ms as 8 tensors). Weights of matrix products come first: those may have a working copy in bfloat16, refreshed once a step, and their gradients
/// are then bfloat16 too. A matrix may be stored input by input instead of output by output, so that the weights of one input are contiguous: for a product
/// with sparse records.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly Dictionary<Parameter, long> _offsets = new(ReferenceEqualityComparer.Instance);
    private readonly Parameter? _byInput;

    /// <summary>Takes over the parameters of <paramref name="module"/>.</summary>
    /// <param name="module">Module whose parameters that need a gradient are laid end to end, and become views.</param>
    /// <param name="isFirst">True for the names of parameters placed before the others of their kind, so that they can be updated separately.</param>
    /// <param name="products">Weights of the matrix products whose gradients are not autograd's; none if null.</param>
    /// <param name="inBfloat16">True if those products read a working copy in bfloat16.</param>
    /// <param name="slices">Number of parts of a batch, each with gradients of its own; 0 if all gradients are autograd's.</param>
    /// <param name="byInput">The matrix stored input by input; none if null.</param>
    public FlatParameters(
        nn.Module module,
        Func<string, bool>? isFirst = null,
        IReadOnlySet<Parameter>? products = null,
        bool inBfloat16 = false,
        int slices = 0,
        Parameter? byInput = null
    )
    {
        _byInput = byInput;
        // A stable sort: weights of products, other weights, then biases, scales and single numbers.
        var all = module.named_parameters().ToList();
        int Kind(Parameter p) =>
            products?.Contains(p) == true ? 0
            : p.dim() >= 2 ? 1
            : 2;
        var parameters = all.Where(p => p.parameter.requires_grad).OrderBy(p => Kind(p.parameter)).ThenBy(p => isFirst?.Invoke(p.name) == false).ToList();
        long Numbers(Func<(string name, Parameter parameter), bool> which) => parameters.Where(which).Sum(p => p.parameter.numel());
        var device = parameters[0].parameter.device;
        var count = Numbers(_ => true);
        WeightCount = Numbers(p => Kind(p.parameter) < 2);
        ProductCount = Numbers(p => Kind(p.parameter) == 0);
        FirstWeightCount = Numbers(p => Kind(p.parameter) < 2 && isFirst?.Invoke(p.name) != false);
        FirstOtherCount = Numbers(p => Kind(p.parameter) == 2 && isFirst?.Invoke(p.name) != false);
        InBfloat16 = inBfloat16;
        Values = zeros(count, device: device).DetachFromDisposeScope();
        // Gradients of products in bfloat16 are the slices' alone.
        var elsewhere = slices > 0 && inBfloat16 ? ProductCount : 0;
        Gradients = zeros(count - elsewhere, device: device).DetachFromDisposeScope();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var offset = 0L;
        foreach (var (_, parameter) in parameters)
        {
            _offsets.Add(parameter, offset);
            var view = View(Values, parameter);
            view.copy_(parameter);
            parameter.set_(view);
            // Autograd adds in place to a gradient that is already there.
            if (offset >= elsewhere)
                parameter.grad = Shaped(Gradients.narrow(0, offset - elsewhere, parameter.numel()), parameter);
            offset += parameter.numel();
        }
        Buffers = module
            .named_buffers()
            .Select(b => (b.name, b.buffer))
            .Concat(all.Where(p => !p.parameter.requires_grad).Select(p => (p.name, (Tensor)p.parameter)))
            .ToDictionary(b => b.Item1, b => b.Item2, StringComparer.Ordinal);
        Working = inBfloat16
            ? Values.narrow(0, 0, ProductCount).to(ScalarType.BFloat16).DetachFromDisposeScope()
            : Values.narrow(0, 0, ProductCount).DetachFromDisposeScope();
        Slices =
        [
            .. Enumerable
                .Range(0, slices)
                .Select(slice => new GradientSlice(
                    (slice == 0 && !inBfloat16 ? Gradients.narrow(0, 0, ProductCount) : zeros(ProductCount, dtype: Working.dtype)).DetachFromDisposeScope(),
                    (slice == 0 ? Gradients.narrow(0, ProductCount - elsewhere, count - ProductCount) : zeros(count - ProductCount)).DetachFromDisposeScope()
                )),
        ];
    }

    /// <summary>Number of weights of layers (matrices, kernels), which come first and decay.</summary>
    public long WeightCount { get; }

    /// <summary>Number of weights of layers among the parameters placed first: all if none were named.</summary>
    public long FirstWeightCount { get; }

    /// <summary>Number of other values among the parameters placed first.</summary>
    public long FirstOtherCount { get; }

    /// <summary>Number of weights of the products that have a working copy, which come first.</summary>
    public long ProductCount { get; }

    /// <summary>True if the working copy is bfloat16.</summary>
    public bool InBfloat16 { get; }

    /// <summary>All parameters: weights of layers first, in the module's order.</summary>
    public Tensor Values { get; }

    /// <summary>Gradients by autograd, in the same order; without those of products in bfloat16.</summary>
    public Tensor Gradients { get; }

    /// <summary>Working copy for products: the first <see cref="ProductCount"/> values, rounded to bfloat16 if so chosen.</summary>
    public Tensor Working { get; }

    /// <summary>Gradients of each part of a batch; their sum is the batch's. Empty if autograd finds the gradient of the whole.</summary>
    public IReadOnlyList<GradientSlice> Slices { get; }

    /// <summary>Tensors of the module that are not trained (running statistics of normalisations, fixed parameters).</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <summary>Returns the offset of a parameter.</summary>
    public long OffsetOf(Parameter parameter) => _offsets[parameter];

    /// <summary>Returns the numbers of a parameter in a flat tensor of all from the first on, in its shape.</summary>
    public Tensor View(Tensor flat, Parameter parameter) => Shaped(flat.narrow(0, _offsets[parameter], parameter.numel()), parameter);

    /// <summary>Returns |g| of the whole gradient, summed over the slices first.</summary>
    public double GradientNorm()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (Slices.Count == 0)
            return Gradients.norm().item<float>();
        float SquaredNorm(Func<GradientSlice, Tensor> part) =>
            Slices.Select(part).Aggregate(zeros(1), (sum, gradient) => sum.Plus(gradient.to(ScalarType.Float32))).Square().sum().item<float>();
        return Math.Sqrt(SquaredNorm(slice => slice.Products) + SquaredNorm(slice => slice.Rest));
    }

    /// <summary>Rounds the values into the working copy, as each update does by itself.</summary>
    public void RefreshWorking()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (InBfloat16)
            Working.copy_(Values.narrow(0, 0, ProductCount));
    }

    /// <summary>
    /// Restores, after the last update, the usual layout of the matrix stored input by input, so that products with it and with a loaded one have the same last
    /// bits.
    /// </summary>
    public void LayOut()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _byInput?.set_(_byInput.contiguous().MoveToOuterDisposeScope());
    }

    private Tensor Shaped(Tensor numbers, Parameter parameter) =>
        ReferenceEquals(parameter, _byInput) ? numbers.view(parameter.shape[1], parameter.shape[0]).t() : numbers.view(parameter.shape);

    public void Dispose()
    {
        foreach (var slice in Slices)
        {
            slice.Products.Dispose();
            slice.Rest.Dispose();
        }
        Working.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }
}

/// <summary>Gradients from one part of a batch.</summary>
/// <param name="Products">Gradients of the weights of products, in their working precision.</param>
/// <param name="Rest">Gradients of all other parameters, float32.</param>
internal sealed record GradientSlice(Tensor Products, Tensor Rest);
