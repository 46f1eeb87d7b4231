using System.Runtime.InteropServices;
using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>Numbers distinct texts from 0, in order of appearance.</summary>
/// <param name="byValue">True to treat texts of one value, such as 1 and 1.0, as one; the first spelling stands for it.</param>
internal sealed class DistinctTexts(bool byValue = false)
{
    private const int Short = 256;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>? _values = byValue ? new(StringComparer.Ordinal) : null;
    private readonly List<string> _texts = [];

    /// <summary>Distinct texts, each at its number.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>Forgets all texts.</summary>
    public void Clear()
    {
        _numbers.Clear();
        _values?.Clear();
        _texts.Clear();
    }

    /// <summary>Returns the number of a text, a new number for a new text.</summary>
    public int NumberOf(string text)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, text, out var known);
        if (known)
            return number;
        if (_values is not null)
        {
            ref var same = ref CollectionsMarshal.GetValueRefOrAddDefault(_values, CellValue.Of(text), out var isSame);
            if (isSame)
                return number = same;
            same = _texts.Count;
        }
        number = _texts.Count;
        _texts.Add(text);
        return number;
    }

    /// <summary>Returns the number of a text in UTF-8, a new number for a new text.</summary>
    public int NumberOf(ReadOnlySpan<byte> text)
    {
        if (text.Length > Short)
            return NumberOf(Encoding.UTF8.GetString(text));
        Span<char> letters = stackalloc char[Short];
        letters = letters[..Encoding.UTF8.GetChars(text, letters)];
        return _numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters, out var number) ? number : NumberOf(letters.ToString());
    }
}
