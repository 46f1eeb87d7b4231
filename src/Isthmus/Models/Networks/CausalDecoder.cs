using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Decoder that computes all places of lines at once, each from those up to it: embeddings with the line's given numbers added at each place, then layers. A
/// line that is made token by token has all its places computed again for each token.
/// </summary>
internal abstract class CausalDecoder : TokenDecoder
{
    private readonly Parameter _embedding;

    private readonly int _units;

    /// <summary>Creates the embeddings.</summary>
    /// <param name="name">Name of the module.</param>
    /// <param name="tokens">Number of different tokens, those that stand for none included.</param>
    /// <param name="units">Units, H.</param>
    protected CausalDecoder(string name, long tokens, int units)
        : base(name)
    {
        _units = units;
        _embedding = SeededLayers.Weight([tokens, units]);
        using (no_grad())
            if (NewWeights.Device is null)
                _embedding.MultiplyInPlace(Math.Sqrt(3));
        register_parameter("embedding", _embedding);
    }

    /// <inheritdoc/>
    public override int Width => _units;

    /// <inheritdoc/>
    public override int GivenWidth => _units;

    /// <summary>Returns the outputs at all places, M x T x H, of which place t depends on those up to t.</summary>
    protected abstract Tensor Through(Tensor x);

    /// <inheritdoc/>
    public override Tensor Outputs(PackedTokens lines, Tensor before, Tensor given)
    {
        var width = lines.Counts.Length;
        var places = tensor(lines.Places(width), device: before.device);
        var tokens = zeros(lines.Lines * width, ScalarType.Int64, before.device).index_copy(0, places, before).view(lines.Lines, width);
        return All(tokens, given).reshape(-1, _units).index_select(0, places);
    }

    /// <inheritdoc/>
    public override TokenState Begin(Tensor given) => new(zeros(given.shape[0], 0, ScalarType.Int64, given.device), given);

    /// <inheritdoc/>
    public override (TokenState State, Tensor Outputs) Next(TokenState state, Tensor tokens)
    {
        var soFar = cat([state.Parts[0], tokens.unsqueeze(1)], 1);
        return (new(soFar, state.Parts[1]), All(soFar, state.Parts[1]).select(1, soFar.shape[1] - 1));
    }

    private Tensor All(Tensor tokens, Tensor given)
    {
        var embedded = _embedding.index_select(0, tokens.reshape(-1)).view(tokens.shape[0], tokens.shape[1], _units);
        return Through(Dropped(embedded).Plus(given.unsqueeze(1)));
    }
}
