using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Encoder of lines: a transformer (Vaswani et al. 2017) whose places all see each other, and the mean over a line's places, from which the head comes.
/// </summary>
internal sealed class LineTransformer : nn.Module<Tensor, Tensor>
{
    // Places at once where no gradient is asked for.
    private const int PlacesAtOnce = 8192;

    private readonly Parameter _embedding;

    private readonly Parameter _places;

    private readonly LayerNorm _norm;

    private readonly MatrixProduct _head;

    private readonly ModuleList<AttentionBlock> _layers;

    /// <summary>Creates the layers.</summary>
    /// <param name="length">Most tokens of a line, T.</param>
    /// <param name="tokens">Number of different tokens, those that stand for none included.</param>
    /// <param name="units">Units, H.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="heads">Heads of a layer.</param>
    /// <param name="headWidth">Numbers of the head.</param>
    public LineTransformer(int length, long tokens, int units, int layers, int heads, int headWidth)
        : base("transformer")
    {
        _embedding = SeededLayers.Weight([tokens, units]);
        _places = SeededLayers.Weight([length, units]);
        _norm = nn.LayerNorm(units, device: NewWeights.Device);
        _head = MatrixProduct.Linear(units, headWidth);
        _layers = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => new AttentionBlock(units, heads, dropout: 0))]);
        using (no_grad())
            if (NewWeights.Device is null)
                _embedding.MultiplyInPlace(Math.Sqrt(3));
        register_parameter("embedding", _embedding);
        register_parameter("places", _places);
        register_module("norm", _norm);
        register_module("head", _head);
        register_module("layers", _layers);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        var lines = x.shape[0];
        var atOnce = is_grad_enabled() ? lines : Math.Max(1, PlacesAtOnce / x.shape[1]);
        var parts = new List<Tensor>();
        for (var first = 0L; first < lines; first += atOnce)
        {
            using var scope = NewDisposeScope();
            parts.Add(Head(x.narrow(0, first, Math.Min(atOnce, lines - first))).MoveToOuterDisposeScope());
        }
        return parts.Count == 1 ? parts[0] : cat([.. parts], 0);
    }

    private Tensor Head(Tensor x)
    {
        var longest = Math.Max(1, x.ne(zeros_like(x)).sum(1).max().item<long>());
        var tokens = x.narrow(1, 0, longest).to(ScalarType.Int64);
        var there = tokens.ne(zeros_like(tokens));
        // A line without tokens sees its first place, so that there is something to see.
        var first = zeros(longest, ScalarType.Int64, x.device).eq(ScalarOperations.Range(longest, ScalarType.Int64, x.device));
        there = there.logical_or(first);
        var values = _embedding.index_select(0, tokens.reshape(-1)).view(x.shape[0], longest, -1).Plus(_places.narrow(0, 0, longest));
        var hidden = there.logical_not().unsqueeze(1).unsqueeze(1);
        foreach (var layer in _layers)
            values = layer.Through(values, hidden);
        var weights = there.to(values.dtype);
        var means = (_norm.call(values) * weights.unsqueeze(-1)).sum(1) * weights.sum(1).reciprocal().unsqueeze(1);
        return _head.call(means);
    }
}
