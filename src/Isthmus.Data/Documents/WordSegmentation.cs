using System.Buffers;
using System.Globalization;
using System.Text;

namespace Isthmus.Data.Documents;

/// <summary>
/// The words of a text by the default rules of Unicode's UAX #29, simplified: a word is a run of letters, digits and what
/// joins on to them (marks, format characters, underscores and other connectors); an apostrophe or middle dot joins two
/// letters (<c>don't</c>), a comma or full stop two digits; each ideograph and each hiragana is a word of its own, as UAX #29
/// has it without a dictionary. Words are lower case; the typographic apostrophe is written as the plain one. A word has a
/// letter, two characters at least unless it is an ideograph, and <see cref="Longest"/> UTF-16 units at most: numbers, single
/// letters and encoded attachments are no words.
/// </summary>
internal ref struct WordSegmentation(ReadOnlySpan<char> text)
{
    /// <summary>Largest length of a word, UTF-16 units.</summary>
    public const int Longest = 64;

    private static readonly SearchValues<char> AsciiLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> AsciiInWords = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    private enum Kind
    {
        Other,
        Letter,
        Digit,
        Connector,
        Ideograph,
        Extend,
        Apostrophe,
        Stop,
    }

    private readonly ReadOnlySpan<char> _text = text;
    private readonly char[] _word = new char[Longest];
    private int _next,
        _start,
        _length;

    /// <summary>Word found; valid until the next is looked for.</summary>
    public readonly ReadOnlySpan<char> Current => _word.AsSpan(0, _length);

    /// <summary>Place of the word found in the text.</summary>
    public readonly Range Place => _start.._next;

    /// <summary>Advances to the next word.</summary>
    public bool MoveNext()
    {
        while (_next < _text.Length)
        {
            var first = At(_start = _next, out var units);
            if (first == Kind.Ideograph)
            {
                _text.Slice(_next, units).CopyTo(_word);
                (_length, _next) = (units, _next + units);
                return true;
            }
            if (first is not (Kind.Letter or Kind.Digit or Kind.Connector))
            {
                _next += units;
                continue;
            }
            var end = End(_next, out var characters, out var hasLetter);
            var run = _text[_next..end];
            _next = end;
            if (!hasLetter || characters < 2 || run.Length > Longest)
                continue;
            _length = run.ToLowerInvariant(_word);
            _word.AsSpan(0, _length).Replace('\u2019', '\'');
            return true;
        }
        return false;
    }

    /// <summary>Finds the end of the run that begins at <paramref name="start"/>.</summary>
    private readonly int End(int start, out int characters, out bool hasLetter)
    {
        (characters, hasLetter) = (0, false);
        var before = Kind.Other;
        var position = start;
        while (position < _text.Length)
        {
            // Most words are nothing else.
            var rest = _text[position..];
            var plain = rest.IndexOfAnyExcept(AsciiInWords) is >= 0 and var length ? length : rest.Length;
            if (plain > 0)
            {
                before = At(position + plain - 1, out _);
                hasLetter |= before == Kind.Letter || rest[..plain].ContainsAny(AsciiLetters);
                characters += plain;
                position += plain;
                continue;
            }
            var kind = At(position, out var units);
            if (kind is Kind.Letter or Kind.Digit or Kind.Connector)
            {
                before = kind;
                hasLetter |= kind == Kind.Letter;
                characters++;
            }
            else if (kind != Kind.Extend && !Joins(kind, before, position + units))
                break;
            position += units;
        }
        return position;
    }

    private readonly bool Joins(Kind kind, Kind before, int next) =>
        next < _text.Length
        && kind switch
        {
            Kind.Apostrophe => before == Kind.Letter && At(next, out _) == Kind.Letter,
            Kind.Stop => before == Kind.Digit && At(next, out _) == Kind.Digit,
            _ => false,
        };

    private readonly Kind At(int position, out int units)
    {
        var c = _text[position];
        units = 1;
        if (c < 0x80)
            return char.IsAsciiLetter(c) ? Kind.Letter
                : char.IsAsciiDigit(c) ? Kind.Digit
                : c switch
                {
                    '_' => Kind.Connector,
                    '\'' => Kind.Apostrophe,
                    '.' or ',' => Kind.Stop,
                    _ => Kind.Other,
                };
        if (c is '\u2019' or '\u00B7' or '\u2027')
            return Kind.Apostrophe;
        if (Rune.DecodeFromUtf16(_text[position..], out var rune, out units) != OperationStatus.Done)
            return Kind.Other;
        if (IsIdeograph(rune.Value))
            return Kind.Ideograph;
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber => Kind.Digit,
            UnicodeCategory.ConnectorPunctuation => Kind.Connector,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => Kind.Extend,
            _ => Kind.Other,
        };
    }

    // Hiragana, and the blocks of CJK ideographs.
    private static bool IsIdeograph(int point) =>
        point
            is (>= 0x3041 and <= 0x3096)
                or 0x3005
                or 0x3007
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF);
}
