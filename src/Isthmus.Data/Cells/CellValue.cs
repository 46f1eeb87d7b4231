using System.Globalization;
using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>Value of a text, independent of its spelling: 1, 1.0, 01 and +1 are one value, and so are true, True and TRUE.</summary>
internal static class CellValue
{
    // Digits that a 64-bit float holds exactly.
    private const int ExactDigits = 15;

    /// <summary>Returns a text shared by all spellings of one value.</summary>
    public static string Of(string text)
    {
        text = text.Trim();
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase))
            return text.ToLowerInvariant();
        if (!NumberCell.TryParse(Encoding.UTF8.GetBytes(text), isComma: false, out var number) || !double.IsFinite(number))
            return text;
        if (text.Count(char.IsAsciiDigit) <= ExactDigits)
            return (number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture);
        // More digits than a float has: only zeros after the point are dropped.
        var point = text.IndexOf('.');
        return point > 0 && text[(point + 1)..].All(digit => digit == '0') ? text[..point] : text;
    }
}
