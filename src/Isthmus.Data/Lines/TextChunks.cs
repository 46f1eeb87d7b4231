using System.Buffers;
using System.Globalization;
using System.Text;

namespace Isthmus.Data.Lines;

/// <summary>
/// Chunks of a text, which together are the text: a run of letters with their marks (an apostrophe between two letters joins them), a run of up to three
/// digits, a run of one other character, each with the one space before it; and other white space. No chunk is longer than <see cref="Longest"/> UTF-16 units,
/// and none cuts a surrogate pair.
/// </summary>
internal ref struct TextChunks(ReadOnlySpan<char> text)
{
    /// <summary>Largest length of a chunk, UTF-16 units.</summary>
    public const int Longest = 32;

    private const int MostDigits = 3;

    private enum Kind
    {
        Letter,
        Digit,
        Space,
        Other,
    }

    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    /// <summary>Chunk found.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Advances to the next chunk.</summary>
    public bool MoveNext()
    {
        if (_next >= _text.Length)
            return false;
        var start = _next;
        var at = start;
        if (_text[at] == ' ' && at + 1 < _text.Length && KindAt(at + 1, out _) != Kind.Space)
            at++;
        var (kind, first) = (KindAt(at, out var units), at);
        at += units;
        while (at < _text.Length && at - start + 2 <= Longest && Continues(kind, first, at, out units))
            at += units;
        Current = _text[start..at];
        _next = at;
        return true;
    }

    private readonly bool Continues(Kind kind, int first, int at, out int units)
    {
        var next = KindAt(at, out units);
        return kind switch
        {
            Kind.Letter => next == Kind.Letter || _text[at] is '\'' or '\u2019' && at + 1 < _text.Length && KindAt(at + 1, out _) == Kind.Letter,
            Kind.Digit => next == Kind.Digit && at - first < MostDigits,
            // The space before a word belongs to the word.
            Kind.Space => next == Kind.Space && !(_text[at] == ' ' && at + 1 < _text.Length && KindAt(at + 1, out _) != Kind.Space),
            _ => next == Kind.Other && units == 1 && _text[at] == _text[first],
        };
    }

    private readonly Kind KindAt(int at, out int units)
    {
        var c = _text[at];
        units = 1;
        if (c < 0x80)
            return char.IsAsciiLetter(c) ? Kind.Letter
                : char.IsAsciiDigit(c) ? Kind.Digit
                : char.IsWhiteSpace(c) ? Kind.Space
                : Kind.Other;
        if (Rune.DecodeFromUtf16(_text[at..], out var rune, out units) != OperationStatus.Done)
            return Kind.Other;
        return Rune.IsWhiteSpace(rune)
            ? Kind.Space
            : Rune.GetUnicodeCategory(rune) switch
            {
                <= UnicodeCategory.EnclosingMark => Kind.Letter,
                UnicodeCategory.DecimalDigitNumber => Kind.Digit,
                _ => Kind.Other,
            };
    }
}
