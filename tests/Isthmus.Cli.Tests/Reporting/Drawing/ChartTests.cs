using System.Xml.Linq;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Tests.Reporting.Drawing;

public class ChartTests
{
    [Fact]
    public void Axes_end_and_mark_at_round_numbers()
    {
        var axis = new ChartAxis("x", [0.13, 0.97]);
        Assert.Equal((0, 1), (axis.Least, axis.Most));
        Assert.Equal(["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], axis.Ticks.Select(axis.TickText));
    }

    [Fact]
    public void An_axis_has_four_to_six_marks()
    {
        var random = new Random(1);
        for (var i = 0; i < 400; i++)
        {
            var (from, width) = (Math.Pow(10, random.Next(-3, 5)) * (random.NextDouble() - 0.5), Math.Pow(10, 8 * random.NextDouble() - 4));
            foreach (
                var axis in new ChartAxis[]
                {
                    new("x", [from, from + width]),
                    new("x", [from, from + width], tight: true),
                    new("x", [from, from + width], padded: true),
                }
            )
                Assert.InRange(axis.Ticks.Count, 4, 6);
            var whole = new ChartAxis("epoch", [1, 8 + random.Next(2000)], whole: true, tight: true);
            Assert.InRange(whole.Ticks.Count, 4, 6);
            Assert.All(whole.Ticks, tick => Assert.Equal(Math.Round(tick), tick));
        }
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { double.NaN, double.PositiveInfinity })]
    [InlineData(new[] { 0.0, 0.0 })]
    [InlineData(new[] { 7.0 })]
    [InlineData(new[] { -3e-300, 3e-300 })]
    [InlineData(new[] { 1e300, -1e300 })]
    public void Any_values_make_an_axis(double[] values)
    {
        foreach (var axis in new ChartAxis[] { new("x", values), new("x", values, whole: true, tight: true), new("x", values, padded: true) })
        {
            Assert.True(axis.Least < axis.Most);
            Assert.InRange(axis.Ticks.Count, 0, 30);
            Assert.All(values.Where(double.IsFinite), value => Assert.InRange(axis.Place(value), 0, 1));
        }
    }

    [Fact]
    public void A_line_breaks_where_a_value_is_missing_and_a_lone_point_is_a_dot()
    {
        var chart = Draw(
            new SvgChart("t", new("x", [1, 5]), new("y", [0, 1])).Line([(1, 0), (2, 1), (3, double.NaN), (4, 1), (5, double.PositiveInfinity)], "held")
        );
        Assert.Single(chart.Descendants("polyline"));
        Assert.Single(chart.Descendants("circle"));
    }

    [Fact]
    public void Higher_values_stand_higher_and_later_ones_further_right()
    {
        var points = Draw(new SvgChart("t", new("x", [0, 10]), new("y", [0, 10])).Line([(0, 0), (10, 10)], "held"))
            .Descendants("polyline")
            .Single()
            .Attribute("points")!
            .Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        Assert.True(points[2] > points[0] && points[3] < points[1]);
    }

    [Fact]
    public void Bars_reach_from_zero_to_their_value()
    {
        var bars = Draw(new SvgChart("t", new("x", [0, 2], whole: true, tight: true), new("y", [0, 4])).Bars([(0, 1, 4), (1, 2, 2)], "on"))
            .Descendants("rect")
            .Select(bar => double.Parse(bar.Attribute("height")!.Value, System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(bars[0], 2 * bars[1], 0.11);
    }

    [Fact]
    public void Text_in_a_chart_is_escaped() =>
        Assert.Contains("&lt;b&gt;", new SvgChart("<b>", new("<b>", [0]), new("<b>", [0])).Words(0, 0, "<b>").Draw().ToString());

    private static XElement Draw(SvgChart chart) => XElement.Parse(chart.Draw().ToString());
}
