using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>Rules for the meaning of a text cell: missing value, number, date or text. Spaces around the text are ignored.</summary>
internal sealed class CellRules
{
    private readonly byte[][] _missing;
    private readonly double[] _missingNumbers;
    private readonly bool[] _isFirst = new bool[256];
    private readonly int _longest;

    /// <param name="reading">Reading options of the table.</param>
    /// <param name="isComma">True if a decimal mark may be a comma, unless the options say.</param>
    public CellRules(TableReading reading, bool isComma)
    {
        var texts = (reading.Missing ?? TableReading.UsualMissing).Select(text => text.Trim()).Where(text => text.Length > 0).ToArray();
        _missing = [.. texts.Select(Encoding.UTF8.GetBytes)];
        // Another spelling or type of a number is the same number.
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

    /// <summary>True if no texts for missing values were given.</summary>
    public bool AreUsual { get; }

    /// <summary>True if a decimal mark may be a comma.</summary>
    public bool IsComma { get; }

    /// <summary>Order of dates that do not begin with the year, if it was given.</summary>
    public DateOrder? Dates { get; }

    /// <summary>Returns true if the trimmed text means a missing value.</summary>
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

    /// <summary>Returns true if a typed number means a missing value.</summary>
    public bool IsMissing(double number) => double.IsNaN(number) || _missingNumbers.Length > 0 && _missingNumbers.Contains(number);

    /// <summary>Reads a text as a number; infinities count as numbers.</summary>
    public bool TryNumber(ReadOnlySpan<byte> text, out double number) => NumberCell.TryParse(text, IsComma, out number);

    /// <summary>Returns a text without the spaces around it.</summary>
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
