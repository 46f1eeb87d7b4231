using System.Globalization;

namespace Isthmus.Data.Arrays;

/// <summary>
/// A strict parser of a .npy file's header, {'descr': '&lt;f8', 'fortran_order': False, 'shape': (3, 4), }: exactly these
/// three keys in any order, and nothing after the closing brace but white space.
/// </summary>
internal ref struct NumpyHeader(string text, string path)
{
    private int _at;

    /// <summary>Parses the element type, the order of the elements and the dimensions.</summary>
    /// <exception cref="InvalidInputException">Anything else: says what and at which character.</exception>
    public (string Descr, bool Fortran, long[] Shape) Parse()
    {
        string? descr = null;
        bool? fortran = null;
        long[]? shape = null;
        Expect('{');
        while (!Accept('}'))
        {
            var key = Text();
            Expect(':');
            switch (key)
            {
                case "descr" when descr is null:
                    descr = Peek() == '[' ? Fields() : Text();
                    break;
                case "fortran_order" when fortran is null:
                    fortran = Truth();
                    break;
                case "shape" when shape is null:
                    shape = Numbers();
                    break;
                default:
                    throw Wrong($"key '{key}'");
            }
            if (!Accept(','))
            {
                Expect('}');
                break;
            }
        }
        return text.AsSpan(_at).Trim().IsEmpty && descr is not null && fortran is { } order && shape is not null
            ? (descr, order, shape)
            : throw Wrong("a missing key, or text after its end");
    }

    private string Text()
    {
        var quote =
            Accept('\'') ? '\''
            : Accept('"') ? '"'
            : throw Wrong("no quoted text");
        var end = text.IndexOf(quote, _at);
        if (end < 0)
            throw Wrong("an open quote");
        var value = text[_at..end];
        _at = end + 1;
        return value;
    }

    /// <summary>Parses a structured type, several fields an element, and returns its text: [('a', '&lt;f8'), ('b', '&lt;i4', (2,))].</summary>
    private string Fields()
    {
        var start = _at;
        var depth = 0;
        char? quote = null;
        for (; _at < text.Length; _at++)
        {
            var symbol = text[_at];
            if (quote is not null)
                quote = symbol == quote ? null : quote;
            else if (symbol is '\'' or '"')
                quote = symbol;
            else if (symbol == '[')
                depth++;
            else if (symbol == ']' && --depth == 0)
                return text[start..++_at];
        }
        throw Wrong("an open bracket");
    }

    private bool Truth()
    {
        SkipSpace();
        foreach (var (word, value) in new[] { ("True", true), ("False", false) })
            if (text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal))
            {
                _at += word.Length;
                return value;
            }
        throw Wrong("neither True nor False");
    }

    private long[] Numbers()
    {
        var numbers = new List<long>();
        Expect('(');
        while (!Accept(')'))
        {
            SkipSpace();
            var start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                _at++;
            if (!long.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw Wrong("a dimension that is no whole number");
            numbers.Add(number);
            Accept('L');
            if (!Accept(','))
            {
                Expect(')');
                break;
            }
        }
        return [.. numbers];
    }

    private char Peek()
    {
        SkipSpace();
        return _at < text.Length ? text[_at] : '\0';
    }

    private bool Accept(char symbol)
    {
        if (Peek() != symbol)
            return false;
        _at++;
        return true;
    }

    private void Expect(char symbol)
    {
        if (!Accept(symbol))
            throw Wrong($"no '{symbol}'");
    }

    private void SkipSpace()
    {
        while (_at < text.Length && text[_at] is ' ' or '\n' or '\t' or '\r')
            _at++;
    }

    private readonly InvalidInputException Wrong(string found) =>
        new(
            path,
            $"is not a plain NumPy array: its header has {found} at character {_at + 1}, and must name descr, fortran_order and shape only",
            "write it with numpy.save, or fetch it again if it is damaged"
        );
}
