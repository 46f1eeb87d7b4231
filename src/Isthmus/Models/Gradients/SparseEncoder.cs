using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// An encoder of counts there and back, without their zeros: what it does to a record before its first product, that product as a sum over what is there, and
/// the other stages.
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

    /// <summary>The first product of an encoder that can be taken so; null of others.</summary>
    public static MatrixProduct? FirstProduct(nn.Module<Tensor, Tensor> encoder) =>
        ManualLayer.Knows(encoder)
        && ManualLayer.Flat(encoder).SkipWhile(module => module is IKeepsZeros).FirstOrDefault() is MatrixProduct { Window: null } product
            ? product
            : null;

    /// <summary>The head, N x its width.</summary>
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

    /// <summary>Leaves the gradients of the encoder's parameters where the context says.</summary>
    public void Backward(Tensor gradient) => _first.Backward(_rest is null ? gradient : _rest.Backward(gradient)!);
}
