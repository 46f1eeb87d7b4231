using System.Globalization;
using System.Numerics;

namespace Isthmus.Data.Cells;

/// <summary>Spelling of a column's numbers, so that new ones are written alike.</summary>
/// <param name="LeastDecimals">Smallest number of decimals of a cell.</param>
/// <param name="MostDecimals">Largest number of decimals of a cell.</param>
/// <param name="Width">Number of digits to which whole numbers are padded with zeros; 0 if they are not.</param>
/// <param name="IsComma">True if the decimal mark is a comma.</param>
/// <param name="Exponent">Letter before exponents, if every cell has one; otherwise null.</param>
/// <param name="HasExponents">True if some cell has an exponent.</param>
public sealed record NumberSpelling(int LeastDecimals, int MostDecimals, int Width, bool IsComma, char? Exponent, bool HasExponents)
{
    private const int Exact = 15;

    /// <summary>Writes a number with the column's decimals.</summary>
    public string Write(double number)
    {
        var text =
            Exponent is { } letter ? number.ToString($"0{Places}{letter}-00", CultureInfo.InvariantCulture)
            : HasExponents || MostDecimals > Exact ? number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e')
            : MostDecimals == 0 ? new BigInteger(Math.Round(number)).ToString($"D{Math.Max(1, Width)}", CultureInfo.InvariantCulture)
            : number.ToString($"0{Places}", CultureInfo.InvariantCulture);
        // A number that rounds to 0 has no sign.
        if (text.StartsWith('-') && !text.AsSpan().ContainsAnyInRange('1', '9'))
            text = text[1..];
        return IsComma ? text.Replace('.', ',') : text;
    }

    private string Places => MostDecimals == 0 ? "" : $".{new string('0', LeastDecimals)}{new string('#', MostDecimals - LeastDecimals)}";

    /// <summary>Combines the spelling of one cell with that of the cells before it.</summary>
    /// <param name="text">A number.</param>
    /// <param name="before">Spelling of the cells before; null for the first.</param>
    internal static NumberSpelling Of(ReadOnlySpan<byte> text, NumberSpelling? before)
    {
        var exponent = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponent < 0 ? text : text[..exponent];
        var mark = mantissa.IndexOfAny((byte)'.', (byte)',');
        var decimals = mark < 0 ? 0 : mantissa.Length - mark - 1;
        var digits = mantissa.TrimStart("+-"u8);
        var width = mark < 0 && exponent < 0 ? digits.Length : 0;
        var isPadded = width > 1 && digits[0] == '0';
        if (before is null)
            // A width of which padding is not yet known is kept as a negative number.
            return new(
                decimals,
                decimals,
                isPadded ? width : -width,
                mark >= 0 && mantissa[mark] == ',',
                exponent < 0 ? null : (char)text[exponent],
                exponent >= 0
            );
        if (
            decimals >= before.LeastDecimals
            && decimals <= before.MostDecimals
            && exponent < 0
            && !before.HasExponents
            && (before.Width == 0 || Math.Abs(before.Width) == width && !isPadded)
            && (mark < 0 || before.IsComma == (mantissa[mark] == ','))
        )
            return before;
        return new(
            Math.Min(decimals, before.LeastDecimals),
            Math.Max(decimals, before.MostDecimals),
            width == 0 || width != Math.Abs(before.Width) ? 0
                : isPadded ? width
                : before.Width,
            before.IsComma || mark >= 0 && mantissa[mark] == ',',
            exponent < 0 ? null : before.Exponent,
            exponent >= 0 || before.HasExponents
        );
    }

    /// <summary>Returns the spelling of the whole column.</summary>
    internal NumberSpelling Settled() => this with { Width = Math.Max(0, Width) };
}
