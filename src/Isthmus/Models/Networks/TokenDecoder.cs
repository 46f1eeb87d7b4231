using Isthmus.Compute;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Network that reads the tokens of lines from the first on, and gives for each place H numbers by which the next token is predicted: they depend on the tokens
/// before it and on what is given for the line, and on nothing behind it.
/// </summary>
internal abstract class TokenDecoder(string name) : nn.Module(name)
{
    internal const string Lstm = "lstm",
        Gru = "gru",
        Convolution = "convolution",
        Transformer = "transformer";

    internal static readonly Setting<string> Kind = SettingKinds.Choice(
        "decoder",
        Lstm,
        "network that predicts the tokens of a line: a long short-term memory, gated recurrent units, dilated causal convolutions, or a causal transformer",
        Lstm,
        Gru,
        Convolution,
        Transformer
    );
    internal static readonly Setting<int> Units = SettingKinds.Whole("decoder-units", 256, "units of the network that predicts the tokens, H", 1, 8192);
    internal static readonly Setting<int> Embedding = SettingKinds.Whole(
        "decoder-embedding",
        128,
        "numbers in the embedding of a token for that network (lstm, gru)",
        1,
        8192
    );
    internal static readonly Setting<int> Layers = SettingKinds.Whole("decoder-layers", 4, "layers of that network (convolution, transformer)", 1, 64);
    internal static readonly Setting<int> Heads = SettingKinds.Whole(
        "decoder-heads",
        4,
        "attention heads of a layer (transformer); they divide the units",
        1,
        256
    );

    /// <summary>Creates the decoder that the settings choose.</summary>
    /// <param name="context">The settings.</param>
    /// <param name="length">Most tokens of a line, T.</param>
    /// <param name="tokens">Number of different tokens, those that stand for none included.</param>
    /// <param name="dropout">Fraction of numbers dropped in training.</param>
    public static TokenDecoder Of(PartContext context, int length, int tokens, double dropout)
    {
        var units = context.Get(Units);
        return context.Get(Kind) switch
        {
            Gru => new GruLayer(tokens, context.Get(Embedding), units) { Dropout = dropout },
            Convolution => new CausalConvolution(tokens, units, context.Get(Layers)) { Dropout = dropout },
            Transformer => new CausalTransformer(
                length,
                tokens,
                units,
                context.Get(Layers),
                AttentionBlock.CheckedHeads(Heads, context.Get(Heads), units),
                dropout
            ),
            _ => new LstmLayer(tokens, context.Get(Embedding), units) { Dropout = dropout },
        };
    }

    /// <summary>Fraction of the numbers of embeddings dropped in training. Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Numbers at each place, H.</summary>
    public abstract int Width { get; }

    /// <summary>Numbers that are given for a line, W.</summary>
    public abstract int GivenWidth { get; }

    /// <summary>Returns the outputs of all places in their packed order, P x H.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="before">The token before each place, P, int64; 0 before the first.</param>
    /// <param name="given">Numbers given for each line in the order of <see cref="PackedTokens.Order"/>, M x W.</param>
    public abstract Tensor Outputs(PackedTokens lines, Tensor before, Tensor given);

    /// <summary>Returns the state before the first token of lines.</summary>
    /// <param name="given">Numbers given for each line, M x W.</param>
    public abstract TokenState Begin(Tensor given);

    /// <summary>Returns the state after a token of each line, and the outputs at the next place, M x H.</summary>
    /// <param name="state">State before the token.</param>
    /// <param name="tokens">Last token of each line, M, int64; 0 before the first.</param>
    public abstract (TokenState State, Tensor Outputs) Next(TokenState state, Tensor tokens);

    /// <summary>Returns embeddings with some of their numbers dropped in training.</summary>
    protected Tensor Dropped(Tensor embedded) => training && Dropout > 0 ? embedded.DropOut(Dropout) : embedded;
}

/// <summary>State of a decoder of M lines between two tokens: tensors whose rows are the lines.</summary>
internal sealed record TokenState(params Tensor[] Parts)
{
    /// <summary>Returns the states of some lines.</summary>
    public TokenState Select(Tensor rows) => new([.. Parts.Select(part => part.index_select(0, rows))]);
}
