using System.Runtime.InteropServices;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Documents;

/// <summary>Counts words document by document: those of a given vocabulary, or every word but the stop words.</summary>
internal sealed class WordCounts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _words = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? _stopWords;
    private readonly CountsWriter _records;
    private readonly Dictionary<int, int> _document = [];

    /// <summary>Creates counts of the words of <paramref name="vocabulary"/>; all others are ignored.</summary>
    /// <param name="records">Receiver of the counts.</param>
    /// <param name="vocabulary">The words, in order.</param>
    public WordCounts(CountsWriter records, IReadOnlyList<string> vocabulary)
    {
        _records = records;
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _words.AddRange(vocabulary);
        for (var i = 0; i < _words.Count; i++)
            _numbers[_words[i]] = i;
    }

    /// <summary>Creates counts of all words but <paramref name="stopWords"/>.</summary>
    /// <param name="records">Receiver of the counts.</param>
    /// <param name="stopWords">Words to leave out.</param>
    public WordCounts(CountsWriter records, HashSet<string> stopWords)
    {
        _records = records;
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _stopWords = stopWords.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Adds a document.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        for (var words = new WordSegmentation(text); words.MoveNext();)
            if (NumberOf(words.Current) is >= 0 and var word)
                CollectionsMarshal.GetValueRefOrAddDefault(_document, word, out _)++;
        int[] columns = [.. _document.Keys.Order()];
        _records.Add(columns, Array.ConvertAll(columns, word => (float)_document[word]));
        _document.Clear();
    }

    /// <summary>Returns the words, in ordinal order unless a vocabulary was given, and the change of a document's words to that order; null for none.</summary>
    public (IReadOnlyList<string> Words, SparseMap? Map) Words()
    {
        if (_stopWords is null)
            return (_words, null);
        int[] order = [.. Enumerable.Range(0, _words.Count).OrderBy(word => _words[word], StringComparer.Ordinal)];
        var place = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
            place[order[i]] = i;
        return (
            [.. order.Select(word => _words[word])],
            (columns, values) =>
            {
                for (var k = 0; k < columns.Length; k++)
                    columns[k] = place[columns[k]];
                Array.Sort(columns, values);
                return (columns, values);
            }
        );
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
