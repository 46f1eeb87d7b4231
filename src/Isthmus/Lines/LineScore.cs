namespace Isthmus.Lines;

/// <summary>A token and what it costs given those before it.</summary>
/// <param name="Text">Text of the token.</param>
/// <param name="Place">Its place in the line, 0 for the first token.</param>
/// <param name="Bits">-log2 p of the token, bits.</param>
public sealed record OddToken(string Text, int Place, double Bits);

/// <summary>Bits of a line, and how many held-out lines cost as much.</summary>
/// <param name="Line">Number of the line, or of the first line of a record, from 1.</param>
/// <param name="Text">The line.</param>
/// <param name="Bits">Bits of the line: those of its code and of its tokens given the code, with the mean code; over all windows of a long line.</param>
/// <param name="PValue">Share of held-out lines that cost as much, (1 + those that do) / (1 + all of them).</param>
/// <param name="IsNew">True if no line that the model kept from training has the same tokens: after masks, a new template.</param>
public sealed record LineScore(long Line, string Text, double Bits, double PValue, bool IsNew)
{
    /// <summary>Tokens of the largest cost, in order; empty unless they were asked for.</summary>
    public IReadOnlyList<OddToken> Odd { get; init; } = [];

    /// <summary>Kept training line from which it differs in the fewest tokens; null unless it was asked for.</summary>
    public string? Nearest { get; init; }
}
