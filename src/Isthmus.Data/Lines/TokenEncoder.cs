using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Isthmus.Data.Lines;

/// <summary>Cuts lines into the tokens of a vocabulary. Remembers the chunks that it has met; for one thread.</summary>
internal sealed class TokenEncoder
{
    private const int MostRemembered = 1 << 17;

    private readonly TokenVocabulary _vocabulary;
    private readonly LineMasks _masks;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _pieces;
    private readonly Dictionary<string, int[]> _met = [];
    private readonly Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<int> _tokens = [],
        _chunk = [];
    private readonly List<(int Start, int Length)> _symbols = [],
        _masked = [];

    /// <summary>Creates an encoder.</summary>
    public TokenEncoder(TokenVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _masks = LineMasks.Of(vocabulary.Masks);
        var pieces = new Dictionary<string, int>(vocabulary.Pieces.Count, StringComparer.Ordinal);
        for (var piece = 0; piece < vocabulary.Pieces.Count; piece++)
            pieces.TryAdd(vocabulary.Pieces[piece], vocabulary.FirstPiece + piece);
        _pieces = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        _lookup = _met.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Parts of the last line that masks stand for, in order.</summary>
    public IReadOnlyList<(int Start, int Length)> Masked => _masked;

    /// <summary>Returns the tokens of a line, its end included; valid until the next call.</summary>
    public ReadOnlySpan<int> Encode(string line)
    {
        _tokens.Clear();
        _masked.Clear();
        _masks.ForEachPart(line, (mask, start, length) =>
        {
            if (mask >= 0)
            {
                _tokens.Add(TokenVocabulary.FirstMask + mask);
                _masked.Add((start, length));
            }
            else
                Add(line.AsSpan(start, length));
        });
        _tokens.Add(TokenVocabulary.End);
        return CollectionsMarshal.AsSpan(_tokens);
    }

    private void Add(ReadOnlySpan<char> text)
    {
        if (_vocabulary.Rule == "bytes")
        {
            AddBytes(text, _tokens);
            return;
        }
        if (_vocabulary.Rule == "characters")
        {
            AddCharacters(text, _tokens);
            return;
        }
        for (var chunks = new TextChunks(text); chunks.MoveNext();)
        {
            if (!_lookup.TryGetValue(chunks.Current, out var known))
            {
                known = Cut(chunks.Current);
                if (_met.Count < MostRemembered)
                    _lookup[chunks.Current] = known;
            }
            _tokens.AddRange(known);
        }
    }

    private int[] Cut(ReadOnlySpan<char> chunk)
    {
        if (_pieces.TryGetValue(chunk, out var whole))
            return [whole];
        _chunk.Clear();
        if (_vocabulary.Rule == "words")
            AddCharacters(chunk, _chunk);
        else
            Merge(chunk);
        return [.. _chunk];
    }

    /// <summary>Joins neighbours as long as two of them make a piece, the piece that was learnt first each time (Sennrich, Haddow and Birch 2016).</summary>
    private void Merge(ReadOnlySpan<char> chunk)
    {
        _symbols.Clear();
        for (var at = 0; at < chunk.Length; at += _symbols[^1].Length)
            _symbols.Add((at, Rune.DecodeFromUtf16(chunk[at..], out _, out var units) == OperationStatus.Done ? units : 1));
        while (_symbols.Count > 1)
        {
            var (best, place) = (int.MaxValue, -1);
            for (var i = 0; i + 1 < _symbols.Count; i++)
                if (_pieces.TryGetValue(chunk.Slice(_symbols[i].Start, _symbols[i].Length + _symbols[i + 1].Length), out var piece) && piece < best)
                    (best, place) = (piece, i);
            if (place < 0)
                break;
            _symbols[place] = (_symbols[place].Start, _symbols[place].Length + _symbols[place + 1].Length);
            _symbols.RemoveAt(place + 1);
        }
        foreach (var (start, length) in _symbols)
            AddPiece(chunk.Slice(start, length), _chunk);
    }

    private void AddCharacters(ReadOnlySpan<char> text, List<int> tokens)
    {
        while (text.Length > 0)
        {
            var length = StringInfo.GetNextTextElementLength(text);
            AddPiece(text[..length], tokens);
            text = text[length..];
        }
    }

    private void AddPiece(ReadOnlySpan<char> text, List<int> tokens)
    {
        if (_pieces.TryGetValue(text, out var piece))
            tokens.Add(piece);
        else
            AddBytes(text, tokens);
    }

    private static void AddBytes(ReadOnlySpan<char> text, List<int> tokens)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        foreach (var value in bytes)
            tokens.Add(TokenVocabulary.FirstByte + value);
    }
}
