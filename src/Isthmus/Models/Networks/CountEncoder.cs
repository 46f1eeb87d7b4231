using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Gradients;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Encoder that begins with a product, before which a count of 0 stays 0: head = after(before(x) W' + b).</summary>
internal interface IBeginsWithProduct
{
    /// <summary>Maps applied to a record before the product.</summary>
    IEnumerable<IKeepsZeros> Before { get; }

    /// <summary>The product, with W and b.</summary>
    MatrixProduct First { get; }

    /// <summary>Returns the head.</summary>
    /// <param name="product">Result of the product, N x its outputs.</param>
    /// <param name="sums">The sum of each record's numbers, N x 1.</param>
    Tensor After(Tensor product, Tensor sums);
}

/// <summary>
/// Trained encoder of counts that are never made dense: the maps before the product on nonzero numbers, the first product as a sum over those, and the rest
/// unchanged.
/// </summary>
internal sealed class CountEncoder : IDisposable
{
    private readonly IBeginsWithProduct _encoder;
    private readonly IReadOnlyList<IKeepsZeros> _before;
    private readonly CountProduct _product;

    private CountEncoder(IBeginsWithProduct encoder) => (_encoder, _before, _product) = (encoder, [.. encoder.Before], new(encoder.First.Weight.t()));

    /// <summary>Creates the encoder with the present weights; null if it is of another kind, or not in the processor's memory.</summary>
    public static CountEncoder? Of(nn.Module<Tensor, Tensor> encoder) =>
        (encoder as IBeginsWithProduct ?? Chain.Of(encoder)) is { First.Window: null } maps && maps.First.Weight.device_type == TorchSharp.DeviceType.CPU
            ? new(maps)
            : null;

    /// <summary>Returns the heads of records, N x the head's width; outside training. Safe to call from several threads at once.</summary>
    public Tensor Head(SparseCounts x)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var seen = x.Alone();
        var (product, sums) = (empty(x.Count, _product.Outputs), empty(x.Count, 1));
        var totals = TensorMemory.Of<float>(sums);
        for (var record = 0; record < seen.Count; record++)
        {
            var there = seen.Values.AsSpan(seen.Offsets[record]..seen.Offsets[record + 1]);
            totals[record] = 0;
            foreach (var value in there)
                totals[record] += value;
            foreach (var map in _before)
                map.Apply(there);
        }
        _product.Multiply(seen, 0, TensorMemory.Of<float>(product));
        return _encoder.After(product.AddInPlace(_encoder.First.Bias), sums).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _product.Dispose();

    /// <summary>A sequence of maps: first such that keep zeros, then a product.</summary>
    private sealed class Chain : IBeginsWithProduct
    {
        private readonly IReadOnlyList<nn.Module<Tensor, Tensor>> _after;

        private Chain(IEnumerable<IKeepsZeros> before, MatrixProduct first, IEnumerable<nn.Module<Tensor, Tensor>> after) =>
            (Before, First, _after) = ([.. before], first, [.. after]);

        public IEnumerable<IKeepsZeros> Before { get; }

        public MatrixProduct First { get; }

        public static Chain? Of(nn.Module<Tensor, Tensor> encoder)
        {
            nn.Module<Tensor, Tensor>[] modules = [.. ManualLayer.Flat(encoder)];
            var before = modules.TakeWhile(module => module is IKeepsZeros).Count();
            return before < modules.Length && modules[before] is MatrixProduct first
                ? new(modules[..before].Cast<IKeepsZeros>(), first, modules[(before + 1)..])
                : null;
        }

        public Tensor After(Tensor product, Tensor sums) => _after.Aggregate(product, (value, module) => module.call(value));
    }
}
