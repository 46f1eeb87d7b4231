using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// Encoder of counts without their zeros, forward and backward: the maps before its first product, that product as a sum over nonzero numbers, and the other
/// layers.
/// </summary>
internal sealed class SparseEncoder
{
    private readonly IReadOnlyList<IKeepsZeros> _before;
    private readonly ManualSparseLinear _first;
    private readonly ManualLayer? _rest;

    public SparseEncoder(nn.Module<Tensor, Tensor> encoder, SliceContext context)
    {
        List<nn.Module<Tensor, Tensor>> modules = [.. ManualLayer.Flat(encoder)];
        _before = [.. modules.OfType<IKeepsZeros>()];
        modules.RemoveRange(0, _before.Count);
        var activation = modules.Count > 1 ? Activation.Of(modules[1]) : null;
        _first = new((MatrixProduct)modules[0], activation ?? Activation.Of(null)!, context);
        modules.RemoveRange(0, activation is null ? 1 : 2);
        _rest = modules.Count > 0 ? ManualLayer.Chain(modules, context) : null;
    }

    /// <summary>Returns the first product of an encoder if it can read counts without zeros; null otherwise.</summary>
    public static MatrixProduct? FirstProduct(nn.Module<Tensor, Tensor> encoder) =>
        ManualLayer.Knows(encoder)
        && ManualLayer.Flat(encoder).SkipWhile(module => module is IKeepsZeros).FirstOrDefault() is MatrixProduct { Window: null } product
            ? product
            : null;

    /// <summary>Returns the head, N x its width.</summary>
    public Tensor Forward(SparseCounts seen)
    {
        if (_before.Count > 0)
        {
            var mapped = seen with { Values = [.. seen.Values] };
            for (var record = 0; record < seen.Count; record++)
                foreach (var map in _before)
                    map.Apply(mapped.Values.AsSpan(seen.Offsets[record]..seen.Offsets[record + 1]));
            seen = mapped;
        }
        var hidden = _first.Forward(seen);
        return _rest?.Forward(hidden) ?? hidden;
    }

    /// <summary>Writes the gradients of the encoder's parameters to the context.</summary>
    public void Backward(Tensor gradient) => _first.Backward(_rest is null ? gradient : _rest.Backward(gradient)!);
}
