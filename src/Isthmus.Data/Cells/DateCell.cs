namespace Isthmus.Data.Cells;

/// <summary>
/// Reads dates, dates with a time, and times of day: 2024-03-01, 2024/3/1 10:00, 2024-03-01T10:00:00.5+02:00, 31.12.2024, 12/31/24 5:30 PM, 14:05. Years have
/// four digits, or two if they come last.
/// </summary>
internal static class DateCell
{
    private const int Longest = 48,
        Century = 69;

    /// <summary>Reads a text as a date.</summary>
    /// <param name="text">Trimmed text.</param>
    /// <param name="order">The order of dates that do not begin with the year.</param>
    /// <param name="seconds">Seconds since 1970, UTC if the text gives an offset; for a time of day, since midnight.</param>
    /// <param name="spelling">Spelling of the date.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, DateOrder order, out double seconds, out DateSpelling? spelling)
    {
        (seconds, spelling) = (0, null);
        if (text.Length is < 4 or > Longest || text[0] is < (byte)'0' or > (byte)'9')
            return false;
        var at = 0;
        if (!Digits(text, ref at, out var first, out var firstDigits) || at == text.Length)
            return false;
        if (text[at] == ':')
            return Time(text, "", '-', true, 4, ' ', 0, DateTime.UnixEpoch, ref seconds, ref spelling);
        var separator = (char)text[at];
        if (
            separator is not ('-' or '/' or '.')
            || !Digits(text, ref at, out var second, out var secondDigits, separator)
            || !Digits(text, ref at, out var third, out var thirdDigits, separator)
        )
            return false;
        var isYearFirst = firstDigits == 4;
        if (secondDigits > 2 || (isYearFirst ? thirdDigits > 2 : firstDigits > 2 || thirdDigits is not (2 or 4)))
            return false;
        var (year, month, day) =
            isYearFirst ? (first, second, third)
            : order == DateOrder.DayMonthYear ? (third, second, first)
            : (third, first, second);
        var yearDigits = isYearFirst ? 4 : thirdDigits;
        if (yearDigits == 2)
            year += year < Century ? 2000 : 1900;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        var isPadded = secondDigits == 2 && (isYearFirst ? thirdDigits : firstDigits) == 2;
        var name =
            isYearFirst ? "ymd"
            : order == DateOrder.DayMonthYear ? "dmy"
            : "mdy";
        var date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        if (at == text.Length)
        {
            seconds = (date - DateTime.UnixEpoch).TotalSeconds;
            spelling = new(name, separator, isPadded, yearDigits, ' ', 0, 0, false, "", true);
            return true;
        }
        var between = (char)text[at];
        if (between is not ('T' or 't' or ' '))
            return false;
        while (at < text.Length && text[at] == between)
            at++;
        return Time(text[at..], name, separator, isPadded, yearDigits, between, 0, date, ref seconds, ref spelling);
    }

    /// <summary>Returns the offset from UTC of +02:00, +0200, +02 or Z.</summary>
    public static TimeSpan Offset(string offset)
    {
        if (offset.Length < 3)
            return TimeSpan.Zero;
        var digits = offset[1..].Replace(":", "");
        var span = TimeSpan.FromMinutes(60 * int.Parse(digits[..2]) + (digits.Length > 2 ? int.Parse(digits[2..]) : 0));
        return offset[0] == '-' ? -span : span;
    }

    private static bool Time(
        ReadOnlySpan<byte> text,
        string order,
        char separator,
        bool isPadded,
        int yearDigits,
        char between,
        int at,
        DateTime date,
        ref double seconds,
        ref DateSpelling? spelling
    )
    {
        if (
            !Digits(text, ref at, out var hour, out var hourDigits)
            || hourDigits > 2
            || !Digits(text, ref at, out var minute, out var minuteDigits, ':')
            || minuteDigits != 2
        )
            return false;
        var (second, fraction, fractionDigits, parts) = (0, 0.0, 0, 2);
        if (at < text.Length && text[at] == ':')
        {
            if (!Digits(text, ref at, out second, out var secondDigits, ':') || secondDigits != 2)
                return false;
            parts = 3;
            if (at < text.Length && text[at] == '.')
            {
                for (var unit = 0.1; ++at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; unit /= 10, fractionDigits++)
                    fraction += unit * (text[at] - '0');
                if (fractionDigits is 0 or > 9)
                    return false;
            }
        }
        var rest = text[at..].TrimStart((byte)' ');
        var isTwelveHours = rest.Length >= 2 && (rest[1] | 0x20) == 'm' && (rest[0] | 0x20) is 'a' or 'p';
        if (isTwelveHours)
        {
            if (hour is < 1 or > 12)
                return false;
            hour = hour % 12 + ((rest[0] | 0x20) == 'p' ? 12 : 0);
            rest = rest[2..].TrimStart((byte)' ');
        }
        if (hour > 23 || minute > 59 || second > 59 || !Offset(rest, out var offset) || (offset.Length > 0 && order.Length == 0))
            return false;
        seconds = (date.AddHours(hour).AddMinutes(minute).AddSeconds(second) - Offset(offset) - DateTime.UnixEpoch).TotalSeconds + fraction;
        spelling = new(order, separator, isPadded, yearDigits, between, parts, fractionDigits, isTwelveHours, offset, hourDigits == 2);
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out string offset)
    {
        offset = System.Text.Encoding.ASCII.GetString(text);
        if (text.Length < 2)
            return text.IsEmpty || text[0] == 'Z';
        var digits = text[1..];
        return text[0] is (byte)'+' or (byte)'-'
            && digits.Length is 2 or 4 or 5
            && (digits.Length != 5 || digits[2] == ':')
            && !digits.ContainsAnyExcept("0123456789:"u8)
            && digits.Count((byte)':') == (digits.Length == 5 ? 1 : 0)
            && Offset(offset).Duration() < TimeSpan.FromHours(19);
    }

    private static bool Digits(ReadOnlySpan<byte> text, ref int at, out int number, out int digits, char before = '\0')
    {
        (number, digits) = (0, 0);
        if (before != '\0' && (at >= text.Length || text[at++] != before))
            return false;
        for (; at < text.Length && digits < 9 && text[at] is >= (byte)'0' and <= (byte)'9'; at++, digits++)
            number = 10 * number + text[at] - '0';
        return digits > 0;
    }
}
