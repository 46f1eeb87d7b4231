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
/// <remarks>
/// The gradients of all slices are one run of memory, <c>[products | rest | statistics | figures]</c> a slice, each part from a multiple of 64 bytes on:
/// processes that train together exchange it as bytes, and the figures of a slice travel with its gradients.
/// </remarks>
internal sealed class FlatParameters : IDisposable
{
    // Numbers of four bytes that a part of a slice is a multiple of, and those of its figures.
    private const long Unit = 16;

    // TorchSharp has no view of the same memory in another type.
    private static readonly CompiledScripts Views16 = new(
        """
        def view(empty: Tensor, memory: Tensor, first: int, count: int):
            return empty.set_(memory, first, [count], [1])

        """
    );

    private readonly Dictionary<Parameter, long> _offsets = new(ReferenceEqualityComparer.Instance);
    private readonly Parameter? _byInput;
    private readonly long _elsewhere;

    /// <summary>Takes over the parameters of <paramref name="module"/>.</summary>
    /// <param name="module">Module whose parameters that need a gradient are laid end to end, and become views.</param>
    /// <param name="isFirst">True for the names of parameters placed before the others of their kind, so that they can be updated separately.</param>
    /// <param name="products">Weights of the matrix products whose gradients are not autograd's; none if null.</param>
    /// <param name="inBfloat16">True if those products read a working copy in bfloat16.</param>
    /// <param name="slices">Number of parts of a batch, each with gradients of its own; 0 if all gradients are autograd's.</param>
    /// <param name="byInput">The matrix stored input by input; none if null.</param>
    /// <param name="statistics">Numbers of the batch besides gradients that each slice has room for.</param>
    /// <param name="collecting">The slice whose memory autograd adds to at first (<see cref="Collect"/>).</param>
    public FlatParameters(
        nn.Module module,
        Func<string, bool>? isFirst = null,
        IReadOnlySet<Parameter>? products = null,
        bool inBfloat16 = false,
        int slices = 0,
        Parameter? byInput = null,
        long statistics = 0,
        int collecting = 0
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
        _elsewhere = slices > 0 && inBfloat16 ? ProductCount : 0;
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var offset = 0L;
        foreach (var (_, parameter) in parameters)
        {
            _offsets.Add(parameter, offset);
            var view = View(Values, parameter);
            view.copy_(parameter);
            parameter.set_(view);
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
        static long Whole(long numbers) => (numbers + Unit - 1) / Unit * Unit;
        var beforeRest = inBfloat16 ? Whole((ProductCount + 1) / 2) : ProductCount;
        var beforeStatistics = Whole(beforeRest + count - ProductCount);
        var beforeFigures = beforeStatistics + Whole(statistics);
        SliceWords = beforeFigures + Unit;
        SliceMemory = zeros(slices * SliceWords).DetachFromDisposeScope();
        var views = slices > 0 && inBfloat16 ? Views16.Take() : null;
        GradientSlice Slice(int slice)
        {
            Tensor Part(long first, long words) => SliceMemory.narrow(0, slice * SliceWords + first, words);
            // A script is given numbers that are held: those that it would make of a long are freed while it reads them, beside threads that allocate.
            using var begin = ScalarOperations.Held(2 * slice * SliceWords);
            using var length = ScalarOperations.Held(ProductCount);
            var products = views?.invoke<Tensor>("view", empty(0, ScalarType.BFloat16), SliceMemory, begin, length) ?? Part(0, ProductCount);
            return new(
                products.DetachFromDisposeScope(),
                Part(beforeRest, count - ProductCount).DetachFromDisposeScope(),
                Part(beforeStatistics, statistics).DetachFromDisposeScope(),
                Part(beforeFigures, Unit).DetachFromDisposeScope()
            );
        }
        Slices = [.. Enumerable.Range(0, slices).Select(Slice)];
        if (views is not null)
            Views16.Give(views);
        Gradients = (
            slices == 0 ? zeros(count, device: device) : SliceMemory.narrow(0, collecting * SliceWords + (inBfloat16 ? beforeRest : 0), count - _elsewhere)
        ).DetachFromDisposeScope();
        if (slices == 0)
            // Autograd adds in place to a gradient that is already there.
            foreach (var (_, parameter) in parameters)
                parameter.grad = View(Gradients, parameter);
        else
            Collect(collecting);
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

    /// <summary>Gradients by autograd, in the same order, of the slice collected first if there are slices; without those of products in bfloat16.</summary>
    public Tensor Gradients { get; }

    /// <summary>Working copy for products: the first <see cref="ProductCount"/> values, rounded to bfloat16 if so chosen.</summary>
    public Tensor Working { get; }

    /// <summary>Memory of all slices, float32, <see cref="SliceWords"/> a slice.</summary>
    public Tensor SliceMemory { get; }

    /// <summary>Numbers of four bytes in a slice.</summary>
    public long SliceWords { get; }

    /// <summary>Gradients of each part of a batch; their sum is the batch's. Empty if autograd finds the gradient of the whole.</summary>
    public IReadOnlyList<GradientSlice> Slices { get; }

    /// <summary>Tensors of the module that are not trained (running statistics of normalisations, fixed parameters).</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <summary>Returns the offset of a parameter.</summary>
    public long OffsetOf(Parameter parameter) => _offsets[parameter];

    /// <summary>Returns the numbers of a parameter in a flat tensor of all from the first on, in its shape.</summary>
    public Tensor View(Tensor flat, Parameter parameter)
    {
        using var numbers = flat.narrow(0, _offsets[parameter], parameter.numel());
        return Shaped(numbers, parameter);
    }

    /// <summary>Makes autograd add to the memory of a slice from now on.</summary>
    public void Collect(int slice)
    {
        using var scope = NewDisposeScope();
        foreach (var (parameter, offset) in _offsets)
            if (offset >= _elsewhere)
                parameter.grad = Shaped(
                    offset < ProductCount
                        ? Slices[slice].Products.narrow(0, offset, parameter.numel())
                        : Slices[slice].Rest.narrow(0, offset - ProductCount, parameter.numel()),
                    parameter
                );
    }

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

    // What stands between is held until the result is there: layers are built outside a scope, and a tensor that nobody holds is freed while a call reads it.
    private Tensor Shaped(Tensor numbers, Parameter parameter)
    {
        if (!ReferenceEquals(parameter, _byInput))
            return numbers.view(parameter.shape);
        using var turned = numbers.view(parameter.shape[1], parameter.shape[0]);
        return turned.t();
    }

    public void Dispose()
    {
        foreach (var slice in Slices)
        {
            slice.Products.Dispose();
            slice.Rest.Dispose();
            slice.Statistics.Dispose();
            slice.Figures.Dispose();
        }
        SliceMemory.Dispose();
        Working.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }
}

/// <summary>Gradients from one part of a batch.</summary>
/// <param name="Products">Gradients of the weights of products, in their working precision.</param>
/// <param name="Rest">Gradients of all other parameters, float32.</param>
/// <param name="Statistics">Other numbers of the part, float32, such as which units it used.</param>
/// <param name="Figures">Memory of eight 64-bit numbers that travel with the gradients (<see cref="Numbers"/>).</param>
internal sealed record GradientSlice(Tensor Products, Tensor Rest, Tensor Statistics, Tensor Figures)
{
    /// <summary>The figures in place.</summary>
    public Span<double> Numbers => TensorMemory.Of<double>(Figures);
}
