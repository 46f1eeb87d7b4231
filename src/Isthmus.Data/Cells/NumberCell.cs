using System.Globalization;

namespace Isthmus.Data.Cells;

/// <summary>Reads numbers as people and programs write them in tables: 12, -0.5, 6e-10, inf; with a decimal comma if that is allowed.</summary>
internal static class NumberCell
{
    private const int Longest = 64;

    /// <summary>Returns true if a text would be a number with commas as decimal marks or thousands separators.</summary>
    public static bool HasCommas(ReadOnlySpan<byte> text) =>
        text.Contains((byte)',')
        && (
            TryParse(text, isComma: true, out _)
            || double.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands,
                CultureInfo.InvariantCulture,
                out _
            )
        );

    /// <summary>Reads a text as a number.</summary>
    /// <param name="text">Trimmed text.</param>
    /// <param name="isComma">True if 1,5 means 1.5.</param>
    /// <param name="number">The number; may be infinite.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, bool isComma, out double number)
    {
        number = 0;
        if (text.IsEmpty || text.Length > Longest)
            return false;
        var digit = text[0] is (byte)'-' or (byte)'+' && text.Length > 1 ? text[1] : text[0];
        if (digit is (byte)'.' or >= (byte)'0' and <= (byte)'9')
        {
            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            if (double.TryParse(text, Style, CultureInfo.InvariantCulture, out number))
                return true;
        }
        else if (digit is not ((byte)',' or (byte)'i' or (byte)'I'))
            return false;
        if (isComma && text.Count((byte)',') == 1 && !text.Contains((byte)'.'))
        {
            Span<byte> point = stackalloc byte[Longest];
            text.CopyTo(point);
            point[text.IndexOf((byte)',')] = (byte)'.';
            return TryParse(point[..text.Length], isComma: false, out number);
        }
        if (digit is not ((byte)'i' or (byte)'I'))
            return false;
        var name = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (!System.Text.Ascii.EqualsIgnoreCase(name, "inf"u8) && !System.Text.Ascii.EqualsIgnoreCase(name, "infinity"u8))
            return false;
        number = text[0] == (byte)'-' ? double.NegativeInfinity : double.PositiveInfinity;
        return true;
    }
}
