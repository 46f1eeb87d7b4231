using System.Runtime.InteropServices;
using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>Counts words document by document: those of a given vocabulary, or every word but the stop words.</summary>
internal sealed class WordCounts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _words = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? _stopWords;
    private readonly List<int> _offsets = [0],
        _columns = [];
    private readonly List<float> _values = [];
    private readonly Dictionary<int, int> _document = [];

    /// <summary>Creates counts of the words of <paramref name="vocabulary"/>; all others are ignored.</summary>
    public WordCounts(IReadOnlyList<string> vocabulary)
    {
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _words.AddRange(vocabulary);
        for (var i = 0; i < _words.Count; i++)
            _numbers[_words[i]] = i;
    }

    /// <summary>Creates counts of all words but <paramref name="stopWords"/>.</summary>
    public WordCounts(HashSet<string> stopWords)
    {
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _stopWords = stopWords.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Adds a document.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        for (var words = new WordSegmentation(text); words.MoveNext();)
            if (NumberOf(words.Current) is >= 0 and var word)
                CollectionsMarshal.GetValueRefOrAddDefault(_document, word, out _)++;
        var first = _columns.Count;
        _columns.AddRange(_document.Keys);
        CollectionsMarshal.AsSpan(_columns)[first..].Sort();
        foreach (var word in CollectionsMarshal.AsSpan(_columns)[first..])
            _values.Add(_document[word]);
        _offsets.Add(_columns.Count);
        _document.Clear();
    }

    /// <summary>Returns the counts, with words in ordinal order unless a vocabulary was given.</summary>
    public (SparseCounts Counts, IReadOnlyList<string> Words) Take()
    {
        var counts = new SparseCounts([.. _offsets], [.. _columns], [.. _values]);
        if (_stopWords is null)
            return (counts, _words);
        int[] order = [.. Enumerable.Range(0, _words.Count).OrderBy(word => _words[word], StringComparer.Ordinal)];
        var place = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
            place[order[i]] = i;
        for (var k = 0; k < counts.Columns.Length; k++)
            counts.Columns[k] = place[counts.Columns[k]];
        for (var record = 0; record < counts.Count; record++)
            Array.Sort(counts.Columns, counts.Values, counts.Offsets[record], counts.Offsets[record + 1] - counts.Offsets[record]);
        return (counts, [.. order.Select(word => _words[word])]);
    }

    /// <summary>Returns the word's number; -1 for a word that does not count.</summary>
    private int NumberOf(ReadOnlySpan<char> word)
    {
        if (_lookup.TryGetValue(word, out var number))
            return number;
        if (_stopWords is not { } stop || stop.Contains(word))
            return -1;
        number = _words.Count;
        _lookup[word] = number;
        _words.Add(word.ToString());
        return number;
    }
}
