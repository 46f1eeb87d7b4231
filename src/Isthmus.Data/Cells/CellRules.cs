using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>What a cell of text says: nothing, a number or a date. Blanks around it are no part of it.</summary>
internal sealed class CellRules
{
    private readonly byte[][] _missing;
    private readonly double[] _missingNumbers;
    private readonly bool[] _isFirst = new bool[256];
    private readonly int _longest;

    /// <param name="reading">What was said of the table.</param>
    /// <param name="isComma">Whether a decimal mark may be a comma, where that was not said.</param>
    public CellRules(TableReading reading, bool isComma)
    {
        var texts = (reading.Missing ?? TableReading.UsualMissing).Select(text => text.Trim()).Where(text => text.Length > 0).ToArray();
        _missing = [.. texts.Select(Encoding.UTF8.GetBytes)];
        // What is spelt or typed otherwise is the same number.
        _missingNumbers =
        [
            .. _missing.Select(text => NumberCell.TryParse(text, isComma: false, out var number) ? number : double.NaN).Where(number => !double.IsNaN(number)),
        ];
        foreach (var text in _missing)
            _isFirst[text[0]] = true;
        _longest = _missing.Select(text => text.Length).DefaultIfEmpty().Max();
        AreUsual = reading.Missing is null;
        IsComma = reading.Decimal is { } mark ? mark == ',' : isComma;
        Dates = reading.Dates;
    }

    /// <summary>Whether it was not said which texts mean a missing cell.</summary>
    public bool AreUsual { get; }

    /// <summary>Whether a decimal mark may be a comma.</summary>
    public bool IsComma { get; }

    /// <summary>The order of dates that do not begin with the year, where it was said.</summary>
    public DateOrder? Dates { get; }

    /// <summary>Whether the text, without blanks around it, means a missing cell.</summary>
    public bool IsMissing(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return true;
        if (text.Length <= _longest && _isFirst[text[0]])
            foreach (var missing in _missing)
                if (text.SequenceEqual(missing))
                    return true;
        return _missingNumbers.Length > 0 && NumberCell.TryParse(text, IsComma, out var number) && _missingNumbers.Contains(number);
    }

    /// <summary>Whether a typed number means a missing cell.</summary>
    public bool IsMissing(double number) => double.IsNaN(number) || _missingNumbers.Length > 0 && _missingNumbers.Contains(number);

    /// <summary>The number that a text is; infinities are numbers here.</summary>
    public bool TryNumber(ReadOnlySpan<byte> text, out double number) => NumberCell.TryParse(text, IsComma, out number);

    /// <summary>A text without the blanks around it.</summary>
    public static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] > ' ' && text[^1] > ' ' && text[0] < 0x80 && text[^1] < 0x80)
            return text;
        text = text.Trim(" \t\r\n"u8);
        // No-break spaces of spreadsheets and web pages.
        while (text.StartsWith("\u00a0"u8))
            text = text[2..].TrimStart(" \t"u8);
        while (text.EndsWith("\u00a0"u8))
            text = text[..^2].TrimEnd(" \t"u8);
        return text;
    }
}
