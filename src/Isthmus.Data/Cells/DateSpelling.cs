using System.Globalization;

namespace Isthmus.Data.Cells;

/// <summary>Spelling of a column's dates or times of day, so that new ones are written alike.</summary>
/// <param name="Order">"ymd", "dmy" or "mdy"; empty of times of day.</param>
/// <param name="Separator">Text between day, month and year.</param>
/// <param name="IsPadded">True if days and months below 10 have a leading zero.</param>
/// <param name="YearDigits">4, or 2.</param>
/// <param name="Between">Text between date and time: T or a space.</param>
/// <param name="TimeParts">0 without a time, 2 of hours and minutes, 3 with seconds.</param>
/// <param name="Fraction">Decimals of seconds.</param>
/// <param name="IsTwelveHours">True if hours are followed by AM or PM.</param>
/// <param name="Offset">The distance from UTC as it is written: empty, Z, +02, +0200 or +02:00.</param>
/// <param name="IsHourPadded">True if hours below 10 have a leading zero.</param>
public sealed record DateSpelling(
    string Order,
    char Separator,
    bool IsPadded,
    int YearDigits,
    char Between,
    int TimeParts,
    int Fraction,
    bool IsTwelveHours,
    string Offset,
    bool IsHourPadded
)
{
    /// <summary>Combines the spellings of two cells of a column.</summary>
    internal DateSpelling With(DateSpelling other) =>
        this == other
            ? this
            : this with
            {
                IsPadded = IsPadded && other.IsPadded,
                IsHourPadded = TimeParts == 0 ? other.IsHourPadded : IsHourPadded && (other.IsHourPadded || other.TimeParts == 0),
                Between = TimeParts == 0 ? other.Between : Between,
                TimeParts = Math.Max(TimeParts, other.TimeParts),
                Fraction = Math.Max(Fraction, other.Fraction),
                IsTwelveHours = IsTwelveHours || other.IsTwelveHours,
                Offset = Offset.Length > 0 ? Offset : other.Offset,
            };

    /// <summary>Writes a date.</summary>
    /// <param name="seconds">Seconds since 1970, UTC; for times of day, since midnight.</param>
    public string Write(double seconds)
    {
        var tick = (decimal)Math.Pow(10, Math.Min(Fraction, 7));
        var date = DateTime.UnixEpoch.AddTicks((long)(Math.Round((decimal)seconds * tick) / tick * TimeSpan.TicksPerSecond)) + DateCell.Offset(Offset);
        return date.ToString(Format, CultureInfo.InvariantCulture);
    }

    private string Format
    {
        get
        {
            var (day, month, year) = (IsPadded ? "dd" : "%d", IsPadded ? "MM" : "%M", YearDigits == 2 ? "yy" : "yyyy");
            (day, month) = (day.TrimStart('%'), month.TrimStart('%'));
            var separator = $"'{Separator}'";
            var date = Order switch
            {
                "" => "",
                "ymd" => $"{year}{separator}{month}{separator}{day}",
                "dmy" => $"{day}{separator}{month}{separator}{year}",
                _ => $"{month}{separator}{day}{separator}{year}",
            };
            var hour = (IsTwelveHours ? "h" : "H") is var h && IsHourPadded ? h + h : h;
            var time = TimeParts switch
            {
                0 => "",
                2 => $"{hour}':'mm",
                _ => $"{hour}':'mm':'ss{(Fraction > 0 ? $"'.'{new string('f', Math.Min(Fraction, 7))}" : "")}",
            };
            var between = date.Length > 0 && time.Length > 0 ? $"'{Between}'" : "";
            var half = IsTwelveHours ? "' 'tt" : "";
            var offset = Offset.Length > 0 && time.Length > 0 ? $"'{Offset}'" : "";
            return $"{date}{between}{time}{half}{offset}";
        }
    }
}
