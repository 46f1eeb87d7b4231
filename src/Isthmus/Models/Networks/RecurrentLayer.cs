using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Recurrent layer over tokens: embeddings to the sums before the gates by one product for all places, then step by step. A row begins with numbers that are
/// given for its line: what the state begins with, through tanh, and what is added to the sums at each step. Weights are uniform within 1 / sqrt(H) as torch's.
/// </summary>
internal abstract class RecurrentLayer : TokenDecoder
{
    private readonly Parameter _embedding;

    private readonly MatrixProduct _input;

    private readonly int _units,
        _gates,
        _states;

    /// <summary>Creates the layer.</summary>
    /// <param name="tokens">Number of different tokens, those that stand for none included.</param>
    /// <param name="width">Numbers in an embedding, E.</param>
    /// <param name="units">Units, H.</param>
    /// <param name="gates">Gates of a unit, the candidate among them, G.</param>
    /// <param name="states">Numbers that a unit keeps from step to step, S; the first is its output.</param>
    protected RecurrentLayer(long tokens, int width, int units, int gates, int states)
        : base("recurrent")
    {
        (_units, _gates, _states) = (units, gates, states);
        // Of unit scale over the width, as the weights of a layer of so many inputs are.
        _embedding = SeededLayers.Weight([tokens, width]);
        _input = MatrixProduct.Linear(width, gates * units);
        Recurrent = SeededLayers.Weight([gates * units, units]);
        using (no_grad())
            if (NewWeights.Device is null)
                _embedding.MultiplyInPlace(Math.Sqrt(3));
        register_parameter("embedding", _embedding);
        register_module("input", _input);
        register_parameter("recurrent", Recurrent);
    }

    /// <summary>Recurrent weights, GH x H.</summary>
    internal Parameter Recurrent { get; }

    /// <summary>Embeddings, a row a token.</summary>
    internal Parameter Embeddings => _embedding;

    /// <summary>Weights of the sums by the inputs, GH x E.</summary>
    internal Parameter InputWeight => _input.Weight;

    /// <summary>Biases of the sums by the inputs, GH.</summary>
    internal Parameter InputBias => _input.Bias;

    /// <inheritdoc/>
    public override int Width => _units;

    /// <inheritdoc/>
    public override int GivenWidth => (_states + _gates) * _units;

    /// <summary>Returns the sums before the gates of tokens, P x GH.</summary>
    /// <param name="tokens">Tokens, P, int64.</param>
    public Tensor Inputs(Tensor tokens) => _input.call(Dropped(_embedding.index_select(0, tokens)));

    /// <inheritdoc/>
    public override Tensor Outputs(PackedTokens lines, Tensor before, Tensor given)
    {
        var state = Begin(given);
        return Outputs(Inputs(before), state.Parts[^1], [.. state.Parts[..^1]], lines.Counts);
    }

    /// <summary>Returns the output after the last token of each line, in the order of the lines, M x H, from a state of zeros.</summary>
    /// <param name="x">Lines, M x T.</param>
    /// <param name="reversed">True to read each line from its last token to its first.</param>
    public Tensor Last(Tensor x, bool reversed)
    {
        var lines = PackedTokens.Of(x, reversed);
        Tensor Zeros(int numbers) => zeros(lines.Lines, numbers, x.dtype, x.device);
        var outputs = Outputs(
            Inputs(tensor(lines.Tokens, device: x.device)),
            Zeros(_gates * _units),
            [.. Enumerable.Range(0, _states).Select(_ => Zeros(_units))],
            lines.Counts
        );
        var (last, places) = (lines.Last(), new long[lines.Lines]);
        for (var row = 0; row < last.Length; row++)
            places[lines.Order[row]] = Math.Max(0, last[row]);
        return outputs.index_select(0, tensor(places, device: x.device));
    }

    /// <summary>Returns the outputs of all places, P x H.</summary>
    /// <param name="inputs">Sums by the inputs, P x GH.</param>
    /// <param name="given">Sums that are the same at each step, M x GH.</param>
    /// <param name="states">States before the first step, S of M x H.</param>
    /// <param name="counts">Rows of each step.</param>
    internal virtual Tensor Outputs(Tensor inputs, Tensor given, Tensor[] states, IReadOnlyList<int> counts) => ByTensors(inputs, given, states, counts);

    /// <summary>Computes the same by its definition, in tensor operations.</summary>
    internal Tensor ByTensors(Tensor inputs, Tensor given, Tensor[] states, IReadOnlyList<int> counts)
    {
        var outputs = new List<Tensor>();
        var at = 0L;
        foreach (var rows in counts)
        {
            states = Step(inputs.narrow(0, at, rows), given.narrow(0, 0, rows), Array.ConvertAll(states, state => state.narrow(0, 0, rows)));
            outputs.Add(states[0]);
            at += rows;
        }
        return cat([.. outputs], 0);
    }

    /// <summary>Returns the states after a step, S of M x H.</summary>
    /// <param name="inputs">Sums by the inputs, M x GH.</param>
    /// <param name="given">Sums that are the same at each step, M x GH.</param>
    /// <param name="states">States before it.</param>
    protected abstract Tensor[] Step(Tensor inputs, Tensor given, Tensor[] states);

    /// <inheritdoc/>
    public override TokenState Begin(Tensor given)
    {
        var states = Enumerable.Range(0, _states).Select(state => given.narrow(-1, state * _units, _units).tanh());
        return new([.. states, given.narrow(-1, _states * _units, _gates * _units)]);
    }

    /// <inheritdoc/>
    public override (TokenState State, Tensor Outputs) Next(TokenState state, Tensor tokens)
    {
        var after = Step(Inputs(tokens), state.Parts[^1], state.Parts[..^1]);
        return (new([.. after, state.Parts[^1]]), after[0]);
    }
}
