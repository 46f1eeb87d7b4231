using Isthmus.Data.Lines;
using Isthmus.Models;

namespace Isthmus.Lines;

/// <summary>
/// Counts of the training lines that a model keeps: of tokens given the five before them and of words given the three before them, with back-off. A word that
/// was never met costs as one of 10,000, and its spelling nothing: it is odd once, however long it is. For one thread.
/// </summary>
internal sealed class LineCounts
{
    // Chosen together with the score on thirteen systems of Loghub (docs/decisions/0053-score-of-lines.md).
    private const int TokenOrder = 6,
        WordOrder = 4,
        LeastWords = 10_000;

    private readonly BackOffCounts _tokens,
        _words;

    /// <summary>Counts the lines that a model keeps.</summary>
    public LineCounts(KeptLines kept, TokenVocabulary tokens)
    {
        Words = new(tokens);
        Templates = new(Words);
        int[][] lines = [.. kept.Train.Select(line => Words.Of(line, learn: true).Words)];
        _tokens = new(TokenOrder, tokens.Count);
        _words = new(WordOrder, Math.Max(LeastWords, 2 * Words.Count));
        for (var line = 0; line < lines.Length; line++)
        {
            _tokens.Add(kept.Train[line], kept.Times[line]);
            _words.Add(lines[line], kept.Times[line]);
            Templates.Learn(lines[line], kept.Train[line]);
        }
    }

    /// <summary>Words of the lines.</summary>
    public LineWords Words { get; }

    /// <summary>Templates of the lines.</summary>
    public LineTemplates Templates { get; }

    /// <summary>Returns the cost of each word of a line by its tokens and as a word, nats, and what such words cost on average.</summary>
    public (double[] ByTokens, double[] ByWords, (double Mean, double Variance) Expected) Costs(ReadOnlySpan<int> line, int[] words, int[] ends) =>
        (Sums(_tokens.Nats(line), ends), _words.Nats(words), _words.Expected(words));

    /// <summary>Returns the sums of numbers of tokens over the words.</summary>
    public static double[] Sums(ReadOnlySpan<double> tokens, int[] ends)
    {
        var (sums, start) = (new double[ends.Length], 0);
        for (var word = 0; word < ends.Length; start = ends[word++])
            for (var token = start; token < ends[word]; token++)
                sums[word] += tokens[token];
        return sums;
    }
}
