using System.Runtime.InteropServices;
using Isthmus.Data.Lines;

namespace Isthmus.Lines;

/// <summary>
/// Words of lines that are tokens: a token that begins with white space begins a word, and so does the end of the line. Words are numbered from 1 as they are
/// learnt; one that was never met is <see cref="Unknown"/>. For one thread.
/// </summary>
internal sealed class LineWords
{
    /// <summary>Number of a word that was not learnt.</summary>
    public const int Unknown = -1;

    private readonly TokenVocabulary _tokens;
    private readonly bool[] _begins;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    // By number - 1: true for a word with a digit, which says little about the kind of line.
    private readonly List<bool> _varies = [];

    /// <summary>Creates a cutter for the lines of a vocabulary.</summary>
    public LineWords(TokenVocabulary tokens)
    {
        _tokens = tokens;
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _begins = new bool[tokens.Count + 1];
        for (var token = 1; token <= tokens.Count; token++)
            _begins[token] = token == TokenVocabulary.End || tokens.IsSpace(token);
    }

    /// <summary>Number of different words learnt.</summary>
    public int Count => _numbers.Count;

    /// <summary>Returns the words of a line, and the place after the last token of each.</summary>
    /// <param name="line">The tokens.</param>
    /// <param name="learn">True to number words that were not met before.</param>
    public (int[] Words, int[] Ends) Of(ReadOnlySpan<int> line, bool learn = false)
    {
        var (words, ends) = (new List<int>(), new List<int>());
        for (var start = 0; start < line.Length;)
        {
            var end = start + 1;
            while (end < line.Length && !_begins[line[end]])
                end++;
            words.Add(Number(line[start..end], learn));
            ends.Add(end);
            start = end;
        }
        return ([.. words], [.. ends]);
    }

    /// <summary>Returns true for a word that is unknown or holds a digit or a mask.</summary>
    public bool Varies(int word) => word == Unknown || _varies[word - 1];

    /// <summary>Returns the text of a word as it is shown, without white space around it.</summary>
    public string TextOf(ReadOnlySpan<int> word)
    {
        if (word is [TokenVocabulary.End])
            return _tokens.NameOf(TokenVocabulary.End);
        var text = _tokens.TextOf(word);
        return text.Trim() is { Length: > 0 } shown ? shown : text;
    }

    private int Number(ReadOnlySpan<int> word, bool learn)
    {
        var key = MemoryMarshal.Cast<int, char>(word);
        if (_lookup.TryGetValue(key, out var number))
            return number;
        if (!learn)
            return Unknown;
        _lookup[key] = number = _numbers.Count + 1;
        var varies = false;
        foreach (var token in word)
            varies |= _tokens.IsMask(token) || _tokens.NameOf(token).Any(char.IsDigit);
        _varies.Add(varies);
        return number;
    }
}
