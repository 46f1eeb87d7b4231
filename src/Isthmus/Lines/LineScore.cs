namespace Isthmus.Lines;

/// <summary>A word of a line and what it costs given those before it.</summary>
/// <param name="Text">Text of the word.</param>
/// <param name="Place">Its place in the line, 0 for the first word.</param>
/// <param name="Bits">-log2 p of the word, bits.</param>
public sealed record OddWord(string Text, int Place, double Bits);

/// <summary>Score of a line: bits of its words, against those that such words cost, and the share of held-out lines that are as odd.</summary>
/// <param name="Line">Number of the line, or of the first line of a record, from 1.</param>
/// <param name="Text">The line.</param>
/// <param name="Bits">
/// Bits of the line by equal shares of three predictions of each word: the model's given the code (whose bits are added), that of counts of tokens and that of
/// counts of words; or of the counts alone, where they cost less. A word that was never met costs its being new, and not its spelling.
/// </param>
/// <param name="Deviations">
/// The score: (bits - mean) / √(variance + 1), with mean and variance of the bits that words after the same beginnings have by the counts of words; 0 is
/// usual.
/// </param>
/// <param name="PValue">Share of held-out lines with as high a score, (1 + those that have) / (1 + all of them).</param>
/// <param name="IsNew">True if the line is of no template of the training lines.</param>
public sealed record LineScore(long Line, string Text, double Bits, double Deviations, double PValue, bool IsNew)
{
    private const int MostOdd = 5;

    /// <summary>The words in order; empty unless they were asked for.</summary>
    public IReadOnlyList<OddWord> Words { get; init; } = [];

    /// <summary>The five words that cost most, the dearest first; empty unless they were asked for.</summary>
    public IReadOnlyList<OddWord> Odd => [.. Words.OrderByDescending(word => word.Bits).Take(MostOdd)];

    /// <summary>Training line from which it differs in the fewest tokens; null unless it was asked for.</summary>
    public string? Nearest { get; init; }
}
