using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Dilated causal convolutions (Yang et al. 2017, after WaveNet): layer l sees the places t, t - d and t - 2d with d = 2^(l-1), zeros before the first, and
/// adds a * sigmoid(b) of a linear map of the three to what it was given. n layers reach 2 (2^n - 1) places back: what lies further is left to the code, which
/// is why such a decoder ignores it less. Each layer is one matrix product.
/// </summary>
internal sealed class CausalConvolution : CausalDecoder
{
    private const int Kernel = 3;

    private readonly ModuleList<LayerNorm> _norms;
    private readonly ModuleList<MatrixProduct> _layers;

    /// <summary>Creates the layers.</summary>
    /// <param name="tokens">Number of different tokens, those that stand for none included.</param>
    /// <param name="units">Units, H.</param>
    /// <param name="layers">Layers, n.</param>
    public CausalConvolution(long tokens, int units, int layers)
        : base("convolution", tokens, units)
    {
        _norms = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => nn.LayerNorm(units, device: NewWeights.Device))]);
        _layers = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => MatrixProduct.Linear(Kernel * units, 2 * units))]);
        register_module("norms", _norms);
        register_module("layers", _layers);
    }

    /// <inheritdoc/>
    protected override Tensor Through(Tensor x)
    {
        var places = x.shape[1];
        Tensor Before(Tensor all, long distance) =>
            distance >= places
                ? zeros_like(all)
                : cat([zeros(all.shape[0], distance, all.shape[2], all.dtype, all.device), all.narrow(1, 0, places - distance)], 1);
        for (var layer = 0; layer < _layers.Count; layer++)
        {
            // 40 layers reach further than any line is long.
            var dilation = 1L << Math.Min(layer, 40);
            var normed = _norms[layer].call(x);
            var halves = _layers[layer].call(cat([Before(normed, 2 * dilation), Before(normed, dilation), normed], -1)).chunk(2, -1);
            x = x.Plus(Dropped(halves[0] * halves[1].sigmoid()));
        }
        return x;
    }
}
