using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>Transformer that sees the places up to each (Vaswani et al. 2017), with embeddings of the places.</summary>
internal sealed class CausalTransformer : CausalDecoder
{
    private readonly Parameter _places;
    private readonly LayerNorm _norm;
    private readonly ModuleList<AttentionBlock> _layers;

    /// <summary>Creates the layers.</summary>
    /// <param name="length">Most tokens of a line, T.</param>
    /// <param name="tokens">Number of different tokens, those that stand for none included.</param>
    /// <param name="units">Units, H.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="heads">Heads of a layer.</param>
    /// <param name="dropout">Fraction of numbers dropped in training.</param>
    public CausalTransformer(int length, long tokens, int units, int layers, int heads, double dropout)
        : base("transformer", tokens, units)
    {
        Dropout = dropout;
        _places = SeededLayers.Weight([length, units]);
        _norm = nn.LayerNorm(units, device: NewWeights.Device);
        _layers = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => new AttentionBlock(units, heads, dropout))]);
        register_parameter("places", _places);
        register_module("norm", _norm);
        register_module("layers", _layers);
    }

    /// <inheritdoc/>
    protected override Tensor Through(Tensor x)
    {
        var places = x.shape[1];
        var later = ones(places, places, ScalarType.Bool, x.device).triu(1);
        x = x.Plus(_places.narrow(0, 0, places));
        foreach (var layer in _layers)
            x = layer.Through(x, later);
        return _norm.call(x);
    }
}
