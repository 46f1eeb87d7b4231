using System.Globalization;
using System.Text;
using CsCheck;
using Isthmus.Data.Cells;

namespace Isthmus.Tests.Data.Cells;

public sealed class DateCellTests
{
    [Theory]
    [InlineData("2024-03-01", "2024-03-01T00:00:00Z")]
    [InlineData("2024/3/1", "2024-03-01T00:00:00Z")]
    [InlineData("2024-03-01 10:05", "2024-03-01T10:05:00Z")]
    [InlineData("2024-03-01T10:05:06.25Z", "2024-03-01T10:05:06.25Z")]
    [InlineData("2024-03-01T10:05:06+02:00", "2024-03-01T08:05:06Z")]
    [InlineData("2024-03-01 10:05:06-0330", "2024-03-01T13:35:06Z")]
    [InlineData("2024-03-01 10:05:06+01", "2024-03-01T09:05:06Z")]
    [InlineData("31.12.2024", "2024-12-31T00:00:00Z")]
    [InlineData("1/2/1999 23:59:59", "1999-02-01T23:59:59Z")]
    [InlineData("05/06/24 5:30 PM", "2024-06-05T17:30:00Z")]
    [InlineData("05/06/24 12:30 am", "2024-06-05T00:30:00Z")]
    [InlineData("14:05", "1970-01-01T14:05:00Z")]
    [InlineData("7:05:09.5", "1970-01-01T07:05:09.5Z")]
    public void A_date_is_read_and_written_as_it_was(string text, string instant)
    {
        Assert.True(DateCell.TryParse(Encoding.UTF8.GetBytes(text), DateOrder.DayMonthYear, out var seconds, out var spelling));
        Assert.Equal((DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).TotalSeconds, seconds, 1e-6);
        Assert.Equal(text.Replace("am", "AM"), spelling!.Write(seconds));
    }

    [Theory]
    [InlineData("20240-03-01")]
    [InlineData("2024-02-30")]
    [InlineData("2024-13-01")]
    [InlineData("2024-03")]
    [InlineData("24:00")]
    [InlineData("10:60")]
    [InlineData("1.2.3")]
    [InlineData("192.168.0.1")]
    [InlineData("2024-03-01 later")]
    [InlineData("2024-03-01T10:00+2")]
    [InlineData("12-34")]
    public void What_is_no_date_is_none(string text)
    {
        foreach (var order in Enum.GetValues<DateOrder>())
            Assert.False(DateCell.TryParse(Encoding.UTF8.GetBytes(text), order, out _, out _));
    }

    /// <summary>The oracle is .NET's own parser.</summary>
    [Fact]
    public void Any_instant_in_any_spelling_comes_back() =>
        Gen.Select(
                Gen.Int[0, 2_000_000_000],
                Gen.OneOf(
                    Gen.Const("yyyy-MM-dd HH:mm:ss"),
                    Gen.Const("yyyy-MM-ddTHH:mm:ss"),
                    Gen.Const("dd/MM/yyyy HH:mm:ss"),
                    Gen.Const("d.M.yyyy H:mm:ss"),
                    Gen.Const("dd-MM-yy hh:mm:ss tt")
                )
            )
            .Sample(
                (seconds, format) =>
                {
                    var text = DateTime.UnixEpoch.AddSeconds(seconds).ToString(format, CultureInfo.InvariantCulture);
                    Assert.True(DateCell.TryParse(Encoding.UTF8.GetBytes(text), DateOrder.DayMonthYear, out var read, out var spelling), text);
                    Assert.Equal(seconds, read);
                    Assert.Equal(text, spelling!.Write(read));
                }
            );
}
