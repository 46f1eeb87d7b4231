using System.Globalization;

namespace Isthmus.Tests.Data;

public class NumberTextTests
{
    [Theory]
    [InlineData(131.2345, 0.3456, "131.2 ± 0.3")]
    [InlineData(15.1412, 0.0571, "15.14 ± 0.06")]
    [InlineData(96.94, 1.13, "96.9 ± 1.1")]
    [InlineData(-67.18, 0.73, "−67.2 ± 0.7")]
    [InlineData(12345.6, 234, "12,346 ± 234")]
    [InlineData(0.00662, 0.0004, "0.0066 ± 0.0004")]
    [InlineData(16, 0, "16")]
    [InlineData(1.5, double.NaN, "1.5")]
    [InlineData(double.NaN, 1, "not known")]
    public void A_figure_ends_where_its_standard_error_does(double value, double error, string text) => Assert.Equal(text, NumberText.Of(value, error));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(10000, "10,000")]
    [InlineData(0.45, "0.45")]
    [InlineData(13.7549, "13.75")]
    [InlineData(1e-7, "1e−7")]
    [InlineData(-2.5e12, "−2.5e12")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Other_numbers_have_four_digits(double value, string text) => Assert.Equal(text, NumberText.Of(value));

    [Theory]
    [InlineData(2.34, "2.3 s")]
    [InlineData(192, "3 min 12 s")]
    [InlineData(7500, "2 h 5 min")]
    public void Durations_have_their_two_largest_units(double seconds, string text) => Assert.Equal(text, NumberText.Duration(seconds));

    [Fact]
    public void Own_numbers_have_the_digits_and_marks_of_a_custom_format()
    {
        var random = new Random(1);
        foreach (var digits in new[] { 6, 15 })
            for (var i = 0; i < 3000; i++)
            {
                var value = Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 16)), random.Next(16));
                var expected = double.Parse(value.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                    .ToString("#,0.####################", CultureInfo.InvariantCulture)
                    .Replace('-', '−');
                if (value == 0 || Math.Abs(value) is >= 1e-5 and < 1e15)
                    Assert.Equal(expected, NumberText.Own(value, digits));
            }
    }
}
