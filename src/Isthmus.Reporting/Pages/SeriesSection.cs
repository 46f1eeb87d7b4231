using System.Globalization;
using Isthmus.Reporting.Drawing;
using Isthmus.Tables;

namespace Isthmus.Reporting.Pages;

/// <summary>The course of a series and of its score, with the rows over the threshold marked.</summary>
internal static class SeriesSection
{
    private const int MostPieces = 800,
        MostCharts = 8,
        Width = 960,
        Height = 200,
        Ticks = 8;

    /// <summary>Returns the section; null for a table that is no series.</summary>
    public static Html? Of(ScoredTable? scores)
    {
        if (scores?.Series is not { } series)
            return null;
        var (places, label, format) = Places(series.Times);
        int[] over = [.. Enumerable.Range(0, series.Scores.Count).Where(row => series.Scores.Bits[row] > scores.Threshold)];
        ChartAxis Across() => new(label, places, tight: true, ticks: Ticks) { Format = format };
        Html Panel(string name, double[] values, Func<SvgChart, SvgChart> more)
        {
            var chart = new SvgChart($"{name} by {label}", Across(), new(name, values, padded: true), Height, Width).Line(Thinned(places, values), "held");
            return $"""<figure class="scroll">{more(chart).Draw()}</figure>""";
        }
        var columns = series.Scores.Columns;
        var bits = Array.ConvertAll(series.Scores.Bits, value => (double)value);
        return $"""
            <section id="series"><h2>The series</h2>
            <p>Marked: {NumberText.Of(over.Length)} of {NumberText.Of(bits.Length)} rows, with a score above {NumberText.Of(scores.Threshold, 3)} bits.
            The score of a row is the mean over the windows that hold it.
            {(columns.Count > MostCharts ? $" The first {MostCharts} of {columns.Count} columns are drawn." : "")}
            </p>
            <div class="course">{columns.Take(MostCharts).Select((column, place) =>
            {
                double[] values = [.. Enumerable.Range(0, bits.Length).Select(row => series.Values[row * columns.Count + place])];
                return Panel(column, values, chart => chart.Marks(over.Select(row => (places[row], values[row])), "s3"));
            })}{Panel("score, bits", bits, chart =>
                chart.Threshold(scores.Threshold, "threshold").Marks(over.Select(row => (places[row], bits[row])), "s3")
            )}</div></section>
            """;
    }

    /// <summary>Returns the positions of rows: their dates if all are dates, otherwise their numbers.</summary>
    private static (double[] Places, string Label, Func<double, string>? Format) Places(IReadOnlyList<string> times)
    {
        var dates = new double[times.Count];
        for (var row = 0; row < dates.Length; row++)
            if (DateTime.TryParse(times[row], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                dates[row] = date.ToOADate();
            else
                return ([.. Enumerable.Range(1, times.Count).Select(number => (double)number)], "row", null);
        var isShort = dates[^1] - dates[0] < 3;
        return (dates, "time", days => DateTime.FromOADate(days).ToString(isShort ? "d MMM HH:mm" : "d MMM yy", CultureInfo.InvariantCulture));
    }

    /// <summary>Returns, for more rows than can be drawn, the smallest and the largest value of each piece, in their order.</summary>
    private static IEnumerable<(double X, double Y)> Thinned(double[] places, double[] values)
    {
        var size = Math.Max(1, values.Length / MostPieces);
        foreach (var piece in Enumerable.Range(0, values.Length).Chunk(size))
            foreach (var row in new[] { piece.MinBy(row => values[row]), piece.MaxBy(row => values[row]) }.Distinct().Order())
                yield return (places[row], values[row]);
    }
}
