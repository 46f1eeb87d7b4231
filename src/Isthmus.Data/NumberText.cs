using System.Globalization;

namespace Isthmus;

/// <summary>Numbers as text for display, culture-invariant, with significant digits only.</summary>
internal static class NumberText
{
    private const string Unknown = "not known";
    private const int Longest = 40;

    /// <summary>Returns a value with its standard error: the error to one digit (two if that digit is 1), the value to the same place.</summary>
    public static string Of(double value, double? standardError)
    {
        if (standardError is not { } error || !double.IsFinite(error) || !double.IsFinite(value) || error <= 0)
            return Of(value);
        var power = (int)Math.Floor(Math.Log10(error));
        var decimals = Math.Clamp((error < 2 * Math.Pow(10, power) ? 1 : 0) - power, 0, 8);
        return $"{Fixed(value, decimals)} ± {Fixed(error, decimals)}";
    }

    /// <summary>Returns whole numbers in full, others to <paramref name="digits"/> significant digits.</summary>
    public static string Of(double value, int digits = 4)
    {
        if (double.IsNaN(value))
            return Unknown;
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : "−∞";
        if (value == 0)
            return "0";
        if (value == Math.Floor(value) && Math.Abs(value) < 1e9)
            return Fixed(value, 0);
        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return magnitude is < -5 or > 8
            ? value.ToString($"0.{new string('#', digits - 1)}e0", CultureInfo.InvariantCulture).Replace('-', '−')
            : Trimmed(Fixed(value, Math.Clamp(digits - 1 - magnitude, 0, 12)));
    }

    /// <summary>Returns a user's own number with all its digits, at most <paramref name="digits"/>: 9,250 and 19.99.</summary>
    public static string Own(double value, int digits = 15)
    {
        if (!double.IsFinite(value) || value != 0 && Math.Abs(value) is < 1e-5 or >= 1e15)
            return Of(value, Math.Min(digits, 6));
        Span<char> plain = stackalloc char[Longest];
        value.TryFormat(plain, out var length, digits == 15 ? "G15" : $"G{digits}", CultureInfo.InvariantCulture);
        plain = plain[..length];
        if (plain.Contains('E'))
        {
            var text = double.Parse(plain, provider: CultureInfo.InvariantCulture).ToString("#,0.####################", CultureInfo.InvariantCulture);
            return text.StartsWith('-') ? $"−{text[1..]}" : text;
        }
        // The digits as they are, with a comma before every three of the whole ones.
        Span<char> own = stackalloc char[2 * Longest];
        var (at, whole) = (0, plain.IndexOf('.') is > 0 and var point ? point : length);
        for (var i = 0; i < length; i++)
        {
            if (i < whole && i > 0 && (whole - i) % 3 == 0 && plain[i - 1] != '-')
                own[at++] = ',';
            own[at++] = plain[i] == '-' ? '−' : plain[i];
        }
        return new(own[..at]);
    }

    /// <summary>Returns a fraction as a percentage.</summary>
    public static string Percent(double share) => double.IsFinite(share) ? $"{Of(100 * share, 3)}\u00a0%" : Unknown;

    /// <summary>Returns a duration in its two largest units.</summary>
    public static string Duration(double seconds) =>
        seconds switch
        {
            < 10 => $"{Fixed(seconds, 1)} s",
            < 60 => $"{Fixed(seconds, 0)} s",
            < 3600 => $"{(int)seconds / 60} min {(int)seconds % 60} s",
            _ => $"{(int)(seconds / 3600)} h {(int)(seconds % 3600 / 60)} min",
        };

    /// <summary>Returns a number of bytes in megabytes, or in gigabytes from a thousand of those on.</summary>
    public static string OfBytes(long bytes) => bytes < 1e9 ? $"{Of(bytes / 1e6, 3)} MB" : $"{Of(bytes / 1e9, 3)} GB";

    private static string Trimmed(string text) => text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;

    /// <summary>Returns a number with this many decimals, thousands separators and a true minus sign.</summary>
    public static string Fixed(double value, int decimals)
    {
        var text = value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
        return text.StartsWith('-') && text.Any(c => c is >= '1' and <= '9') ? $"−{text[1..]}" : text.TrimStart('-');
    }
}
